"""Buttons that start rules."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
import requests

import flowhost
from flowhost_plugins.portal import NotSignedIn, PortalProcesses

PATIENCE = 60
INFO = flowhost.DaemonInfo("test", "/")


class Users:
    """A Portal that knows one cookie."""

    def user(self, login: dict[str, str]) -> str:
        if login.get("cookie") != "sessionid=ada":
            raise NotSignedIn("it does not know them")
        return "ada"


class Away:
    """A Portal that cannot be reached."""

    def user(self, login: dict[str, str]) -> str:
        raise flowhost.Unavailable("Portal is away")


class Site:
    """The source in a thread, and the daemon behind it: a receipt for each event."""

    def __init__(self, **options: Any) -> None:
        self.source = PortalProcesses(**{"port": 0, "info": INFO} | options)
        self.events: list[flowhost.Event] = []
        self.receipt: flowhost.Receipt | Exception | None = flowhost.Receipt("done", value=[1])
        self.stop = threading.Event()
        self.listens = threading.Event()
        self._thread = threading.Thread(target=self.source.run, args=(self.emit, self.stop), name="buttons")

    def emit(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        self.events.append(event)
        future: Future[flowhost.Receipt] = Future()
        if isinstance(self.receipt, Exception):
            future.set_exception(self.receipt)
        elif self.receipt is not None:
            future.set_result(self.receipt)
        return future

    def start(self) -> Site:
        self._thread.start()
        waited = threading.Event()
        for _ in range(PATIENCE * 100):
            if self.source.url or not self._thread.is_alive():
                break
            waited.wait(0.01)
        assert self.source.url, "the source does not listen"
        return self

    def press(
        self, items: str = "VX-1", process: str = "process_Publish", **options: Any
    ) -> requests.Response:
        return requests.post(
            self.source.url,
            params={"selected_objects": items},
            data={"csrfmiddlewaretoken": "x", "process_id": process},
            timeout=PATIENCE,
            **options,
        )

    def close(self) -> None:
        self.stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


@pytest.fixture
def start() -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def started(**options: Any) -> Site:
        sites.append(Site(**options))
        return sites[-1].start()

    yield started
    for site in sites:
        site.close()


def test_a_button_starts_its_rule_for_each_item(start: Any) -> None:
    site = start()
    answer = site.press("VX-1,VX-2,,VX-1")
    assert (answer.status_code, answer.json()["message"]) == (200, "2 items queued")
    assert [(one.type, one.subject, one.key) for one in site.events] == [
        ("rule.start", "VX-1", "VX-1"),
        ("rule.start", "VX-2", "VX-2"),
    ]
    assert site.events[0].data == {"rule": "Publish", "itemId": "VX-1", "user": ""}
    assert site.press().json()["message"] == "1 item queued"


def test_ids_of_old_buttons_mean_rules(start: Any) -> None:
    site = start(processes=("process_6f1c = Publish", "7a=To the desk"))
    for process in ("process_6f1c", "7a", "Other"):
        site.press(process=process)
    assert [one.data["rule"] for one in site.events] == ["Publish", "To the desk", "Other"]


def test_items_that_are_worked_on_already(start: Any) -> None:
    site = start()
    site.receipt = flowhost.Receipt("done", value=[])
    answer = site.press()
    assert (answer.status_code, answer.json()["error"]) == (409, "'Publish' is at work on it already")


def test_when_one_is_not_taken_the_others_do_not_wait_as_long(start: Any) -> None:
    site = start(wait=0.1)
    site.receipt = None
    assert site.press("VX-1,VX-2,VX-3").status_code == 503
    assert [one.subject for one in site.events] == ["VX-1"]


def test_a_rule_that_cannot_be_started(start: Any) -> None:
    site = start()
    site.receipt = flowhost.Receipt("parked", letter=7)
    answer = site.press("VX-1,VX-2")
    assert answer.status_code == 400
    assert answer.json()["error"] == "'Publish' could not be started for 2 of 2 items; dead letter 7 says why"


def test_while_the_library_is_away_a_press_is_to_be_repeated(start: Any) -> None:
    site = start()
    site.receipt = flowhost.Unavailable("the library is away")
    answer = site.press("VX-1,VX-2,VX-3")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.json()["error"] == "the event could not be kept; send it again"
    assert [list(one.headers) for one in site.events] == [[flowhost.ASK_AGAIN_HEADER]]
    site.receipt = flowhost.Receipt("done", value=[1])
    assert site.press("VX-1,VX-2,VX-3").json()["message"] == "3 items queued"


def test_who_presses_cannot_be_asked_while_portal_is_away(start: Any) -> None:
    site = start(portal=Away())
    answer = site.press(headers={"Cookie": "sessionid=ada"})
    assert (answer.status_code, answer.headers["Retry-After"], site.events) == (503, "10", [])
    assert answer.json()["error"] == "Portal cannot be asked who this is: Portal is away"


@pytest.mark.parametrize(
    ("items", "process", "told"),
    [
        ("", "process_P", "selected_objects"),
        ("VX-1", "", "process_id"),
        (",".join(map(str, range(10_001))), "P", "10001"),
    ],
)
def test_what_is_missing_is_named(start: Any, items: str, process: str, told: str) -> None:
    site = start()
    # long lists go into the form
    answer = requests.post(
        site.source.url, data={"selected_objects": items, "process_id": process}, timeout=PATIENCE
    )
    assert answer.status_code == 400
    assert told in answer.json()["error"]
    assert site.events == []


def test_other_paths_and_methods(start: Any) -> None:
    site = start()
    assert requests.get(site.source.url, timeout=PATIENCE).status_code == 405
    assert requests.post(site.source.url + "more", timeout=PATIENCE).status_code == 404


def test_only_users_of_portal_may_press(start: Any) -> None:
    site = start(portal=Users())
    assert site.press().status_code == 401
    assert site.press(headers={"Cookie": "sessionid=eve"}).status_code == 401
    assert site.events == []
    assert site.press(headers={"Cookie": "sessionid=ada"}).status_code == 200
    assert site.events[0].data["user"] == "ada"


def test_a_page_of_another_site_cannot_press_with_its_readers_cookie(start: Any) -> None:
    site = start(portal=Users())
    host = site.source.url.split("/")[2]
    for origin, status in (("https://evil.example", 403), (f"http://{host}", 200), ("null", 403)):
        answer = site.press(headers={"Cookie": "sessionid=ada", "Origin": origin})
        assert answer.status_code == status
    behind = {
        "Cookie": "sessionid=ada",
        "Origin": "https://portal.example",
        "X-Forwarded-Host": "portal.example",
    }
    assert site.press(headers=behind).status_code == 200


def test_options_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="'processes' has 'Publish', expected ID=RULE"):
        PortalProcesses(port=0, processes=("Publish",), info=INFO)
