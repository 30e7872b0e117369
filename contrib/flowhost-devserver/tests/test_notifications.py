"""What is told at monitor links, on a real broker."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import stomp
from lxml import etree

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("data") / "atom.rng"))
PATIENCE = 60.0  # seconds until a message must have come
ATOM = "{http://www.w3.org/2005/Atom}"
MAM = "{http://www.vizrt.com/2010/mam}"

pytestmark = pytest.mark.slow


class Ear(stomp.ConnectionListener):
    """Hears the messages of one monitor link."""

    def __init__(self, url: str, user: str, password: str) -> None:
        parts = urlsplit(url)
        self.frames: queue.Queue[Any] = queue.Queue()
        self._subscribed: queue.Queue[None] = queue.Queue()
        self._connection = stomp.Connection12(
            [(parts.hostname, parts.port)], vhost="/", heartbeats=(0, 0), auto_decode=False
        )
        self._connection.set_listener("ear", self)
        self._connection.connect(user, password, wait=True)
        self._connection.subscribe(
            parse_qs(parts.query)["destination"][0], id="1", headers={"receipt": "sub"}
        )
        self._subscribed.get(timeout=PATIENCE)

    def on_receipt(self, frame: Any) -> None:
        self._subscribed.put(None)

    def on_message(self, frame: Any) -> None:
        self.frames.put(frame)

    def next(self) -> tuple[dict[str, str], bytes]:
        frame = self.frames.get(timeout=PATIENCE)
        if frame.body:
            assert GRAMMAR.validate(etree.fromstring(frame.body)), GRAMMAR.error_log
        return frame.headers, frame.body

    def until(self, tell: Callable[[etree._Element], bool]) -> etree._Element:
        while True:
            element = etree.fromstring(self.next()[1])
            if tell(element):
                return element

    def close(self) -> None:
        self._connection.disconnect()


@pytest.fixture
def listen() -> Iterator[Callable[..., Ear]]:
    ears: list[Ear] = []

    def make(client: Any, feed: str) -> Ear:
        link = client.link(client.get(feed), "monitor")
        assert client.server.password not in link
        ears.append(Ear(link, client.server.user, client.server.password))
        return ears[-1]

    yield make
    for ear in ears:
        ear.close()


@pytest.fixture
def client(make_viz_one_server: Callable[..., Any], client_for: Callable[..., Any], stomp_broker: Any) -> Any:
    return client_for(make_viz_one_server(broker_url=stomp_broker.url("").partition("/?")[0]))


ASSETS = "/thirdparty/asset/item"
FILES = "/api/unmanaged/inbox"


def title(element: etree._Element) -> str:
    return element.findtext(f"{ATOM}title") or ""


def test_each_change_of_an_asset_is_told(client: Any, listen: Callable[..., Ear]) -> None:
    ear = listen(client, ASSETS)
    made = client.made("First")
    headers, body = ear.next()
    assert etree.fromstring(body).findtext(f"{ATOM}id") == headers["identity"]
    assert headers["location"] == client.link(made, "self")
    described = client.link(made, "describedby")
    changed = client.get(described).text.replace("First", "Second")
    assert client.ask("PUT", described, changed).status_code == 200
    ear.until(lambda element: title(element) == "Second")
    assert client.ask("DELETE", client.link(made, "edit")).status_code == 204
    gone = ear.until(lambda element: element.findtext(f"{MAM}mediastatus") == "deleted")
    assert title(gone) == "Second"


def test_writing_what_is_there_tells_nothing(client: Any, listen: Callable[..., Ear]) -> None:
    ear = listen(client, ASSETS)
    described = client.link(client.made("First"), "describedby")
    body = client.get(described).text.replace("First", "Second")
    assert client.ask("PUT", described, body).status_code == 200
    ear.until(lambda element: title(element) == "Second")
    assert client.ask("PUT", described, body).status_code == 200
    client.made("Marker")
    assert title(etree.fromstring(ear.next()[1])) == "Marker"


def test_each_change_of_a_file_is_told(client: Any, listen: Callable[..., Ear]) -> None:
    ear = listen(client, FILES)
    file = client.server.location() / "clip.mxf"
    file.write_bytes(b"12345")
    feed = ear.until(lambda element: element.find(f"{ATOM}entry") is not None)
    assert [title(entry) for entry in feed.findall(f"{ATOM}entry")] == ["clip.mxf"]
    identity = feed.findtext(f"{ATOM}entry/{ATOM}id")
    file.unlink()
    tombstone = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
    gone = ear.until(lambda element: element.find(tombstone) is not None).find(tombstone)
    assert gone is not None
    assert gone.get("ref") == identity


@pytest.mark.parametrize(("fault", "copies"), [("drop", 0), ("duplicate", 2)])
def test_notifications_can_be_lost_and_doubled(
    client: Any, listen: Callable[..., Ear], fault: str, copies: int
) -> None:
    ear = listen(client, ASSETS)
    client.server.faults.add(f"{fault}:path=/topic/*asset")
    client.made("First")
    client.server.settle()
    client.server.faults.clear()
    client.made("Marker")
    heard = []
    while "Marker" not in heard:
        heard.append(title(etree.fromstring(ear.next()[1])))
    hits = len(client.server.faults.hits)
    assert hits > 0
    assert heard.count("First") == hits * copies


@pytest.mark.parametrize("how", ["tombstone", "empty"])
def test_deletions_can_be_told_in_other_ways(
    make_viz_one_server: Callable[..., Any],
    client_for: Callable[..., Any],
    stomp_broker: Any,
    listen: Callable[..., Ear],
    how: str,
) -> None:
    url = stomp_broker.url("").partition("/?")[0]
    client = client_for(make_viz_one_server(broker_url=url, deletions=how))
    made = client.made()
    ear = listen(client, ASSETS)
    assert client.ask("DELETE", client.link(made, "edit")).status_code == 204
    while True:
        headers, body = ear.next()
        if not body or b"deleted-entry" in body:
            break
    assert bool(body) == (how == "tombstone")
    assert headers["identity"] == client.one(made, "/*/atom:id/text()")
