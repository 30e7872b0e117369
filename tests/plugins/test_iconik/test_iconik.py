"""The resource `iconik`: what is tried again, and what is not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost_plugins.iconik import Iconik
from flowhost_plugins.iconik.assets import asset_of

Connect = Callable[..., Iconik]
ASSET, SEARCH = "POST /API/assets/v1/assets", "POST /API/search"


def fault(status: int, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    return status, {name.replace("_", "-"): text for name, text in headers.items()}, body


def sync(iconik: Iconik) -> Any:
    return asset_of(iconik, "VX-7", "Night train", threading.Event())


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_iconik_is_asked_again(connect: Connect, cloud: Any, pauses: Any, status: int) -> None:
    cloud.faults[SEARCH] = [fault(status)] * 3
    assert sync(connect()).made
    assert pauses.seconds == [1.0, 2.0, 4.0]


def test_it_says_how_long(connect: Connect, cloud: Any, pauses: Any) -> None:
    cloud.faults[SEARCH] = [fault(429, Retry_After="7")]
    assert sync(connect()).made
    assert pauses.seconds == [7.0]
    cloud.faults[SEARCH] = [fault(429, Retry_After="600")]
    with pytest.raises(flowhost.Retry, match="429") as caught:
        sync(connect())
    assert caught.value.after == 600
    assert pauses.seconds == [7.0]


def test_not_for_ever(connect: Connect, cloud: Any, pauses: Any) -> None:
    cloud.faults[SEARCH] = [fault(503, b"<html>down\n</html>")] * 9
    with pytest.raises(
        flowhost.Retry, match=r"iconik, POST API/search/v1/search/: it answered 503: <html>down"
    ):
        sync(connect())
    assert len(cloud.requests) == 5
    assert pauses.seconds == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [500, 502, 504])
def test_an_asset_is_not_made_twice(connect: Connect, cloud: Any, status: int) -> None:
    """It may have been made in spite of such an answer; the search tells later."""
    cloud.faults[ASSET] = [fault(status)]
    with pytest.raises(flowhost.Retry) as caught:
        sync(connect())
    assert caught.value.after == 30
    assert cloud.requests.count("POST /API/assets/v1/assets/") == 1


def test_an_answer_that_gets_lost(connect: Connect, cloud: Any) -> None:
    cloud.lost[ASSET] = 1
    with pytest.raises(flowhost.Retry, match="no answer of iconik, POST to 127") as caught:
        sync(connect())
    assert caught.value.after == 30
    assert not sync(connect()).made
    assert len(cloud.assets) == 1


def test_what_was_made_just_now_is_not_made_again(connect: Connect, cloud: Any) -> None:
    """The search of iconik does not know it yet; two rules want it at the same time, and a third soon after."""
    cloud.is_indexed = False
    iconik, made = connect(), list[Any]()
    threads = [threading.Thread(target=lambda: made.append(sync(iconik)), name=f"run-{n}") for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.append(sync(iconik))
    assert {one.id for one in made} == set(cloud.assets) == {"asset-1"}
    assert [one.made for one in made].count(True) == 1
    asset_of(iconik, "VX-7", "Day train", threading.Event())
    sync(iconik)
    assert cloud.assets["asset-1"]["title"] == "Night train"


def test_it_is_forgotten_when_the_search_has_to_know_it(connect: Connect, cloud: Any, pauses: Any) -> None:
    iconik = connect()
    sync(iconik)
    cloud.assets.clear()  # somebody deleted it
    pauses.seconds.append(30)
    assert sync(iconik).made


def test_nobody_waits_for_it_any_more(connect: Connect, cloud: Any) -> None:
    cloud.faults[SEARCH] = [fault(503)] * 9
    flag = threading.Event()
    flag.set()
    with pytest.raises(flowhost.Retry):
        asset_of(connect(), "VX-7", "x", flag)
    assert len(cloud.requests) == 1


def test_a_wrong_token(connect: Connect, cloud: Any) -> None:
    iconik = connect(token=flowhost.Secret("guessed"))
    with pytest.raises(
        flowhost.Permanent, match="it does not know the token; see 'app id' and 'token'"
    ) as caught:
        sync(iconik)
    assert "guessed" not in str(caught.value) + repr(iconik)
    with pytest.raises(flowhost.Unavailable, match="it does not know the token"):
        iconik.probe()
    connect().probe()


def test_what_the_user_may_not(connect: Connect, cloud: Any) -> None:
    cloud.faults[ASSET] = [fault(403)]
    with pytest.raises(flowhost.Permanent, match=r"the user of the token of \[iconik\] may not do that"):
        sync(connect())


def test_a_refusal_tells_why(connect: Connect, cloud: Any) -> None:
    cloud.faults[ASSET] = [fault(400, b'{"errors": ["title: too long", "\\u001b[31mred"]}')]
    with pytest.raises(flowhost.Permanent, match=r"it answered 400: title: too long;  ?\[31mred$"):
        sync(connect())


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"objects": 7}'])
def test_something_else_than_iconik(connect: Connect, cloud: Any, body: bytes) -> None:
    cloud.faults[SEARCH] = [fault(200, body)]
    with pytest.raises(flowhost.Unavailable, match="the answer is no"):
        sync(connect())


def test_a_next_page_elsewhere_is_not_fetched(connect: Connect, cloud: Any) -> None:
    for _ in range(5):
        cloud.add("VX-7")
    cloud.other_pages = "https://elsewhere.example.com"
    with pytest.raises(flowhost.Unavailable, match=r"names a next page at elsewhere\.example\.com"):
        sync(connect())


def test_an_iconik_that_is_down(connect: Connect) -> None:
    with socket.socket() as taken:  # it does not listen, and keeps the port from others
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        iconik = connect(url=f"http://127.0.0.1:{port}")
        with pytest.raises(
            flowhost.Unavailable, match=f"no answer of iconik, POST to 127.0.0.1:{port}: .*refused"
        ):
            iconik.probe()
    iconik.close()
    with pytest.raises(flowhost.Unavailable, match="not open"):
        iconik.probe()


def test_where_files_may_go(connect: Connect) -> None:
    assert connect().may_upload_to("http://127.0.0.1/x")
    strict = connect(url="https://app.iconik.io")
    assert strict.may_upload_to("https://storage.example.com/x")
    assert not strict.may_upload_to("http://storage.example.com/x")
    assert not strict.may_upload_to("")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"url": "app.iconik.io"}, "'url' is 'app.iconik.io', expected e.g."),
        ({"url": "https://a:b@iconik.io"}, "'url' is"),
        ({"timeout": 0}, "'timeout' is 0 s"),
        ({"app_id": ""}, "'app id' is empty"),
        ({"token": flowhost.Secret("a\nb")}, "'token' is empty or has characters"),
    ],
)
def test_mistakes(connect: Connect, options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        connect(**options)
