"""A small Viz One on loopback, and sources that follow what it has."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape, quoteattr

import pytest

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.sources import AssetEntries, UnmanagedFiles

NOON = datetime(2025, 1, 2, 12, tzinfo=UTC)
SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:mam="http://www.vizrt.com/2010/mam" xmlns:at="http://purl.org/atompub/tombstones/1.0" '
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
)


def at(seconds: float) -> str:
    """So many seconds after noon."""
    return (NOON + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def asset(number: int, seconds: float, title: str = "", spaces: str = f" {SPACES}") -> str:
    """The entry of an asset that changed so many seconds after noon."""
    return (
        f"<entry{spaces}><id>urn:vme:default:asset:{number}</id><title>{escape(title or f'asset {number}')}</title>"
        f"<updated>{at(seconds)}</updated><mam:mediastatus>online</mam:mediastatus></entry>"
    )


def file(number: int, name: str, size: int | None, seconds: float = 0, spaces: str = f" {SPACES}") -> str:
    """The entry of an unmanaged file."""
    told = "" if size is None else f' fileSize="{size}"'
    return (
        f"<entry{spaces}><id>urn:vme:default:unmanagedfile:{number}</id><title>{escape(name)}</title>"
        f'<updated>{at(seconds)}</updated><media:content url="http://one.test/{number}"{told}/></entry>'
    )


def feed(*parts: str) -> str:
    return f"<feed {SPACES}><title>feed</title>{''.join(parts)}</feed>"


@dataclass
class Site:
    """What the small Viz One has; tests change it. `asked` are the paths with their queries."""

    assets: dict[int, float] = field(default_factory=dict)
    files: dict[int, tuple[str, int | None, float]] = field(default_factory=dict)
    tombstones: dict[int, float] = field(default_factory=dict)
    monitored: bool = True
    broker: str = "stomp://one.test:61613"
    destination: str = ""
    sorts: bool = True
    refuses_to_sort: bool = False
    failing: bool | int = False
    """Whether every answer is an error; which one, if not 500."""
    more: str = ""
    """Goes into each page of assets."""
    page: int = 100
    asked: list[str] = field(default_factory=list)
    here: str = ""

    def answer(self, path: str, query: Mapping[str, str]) -> str | int:
        if self.failing:
            return 500 if self.failing is True else self.failing
        if path == "/thirdparty":
            return self._service()
        if path == "/item" and query.get("format") == "opensearch":
            return self._description()
        if path == "/item":
            return self._assets(query)
        if path.startswith("/item/"):
            number = int(path.removeprefix("/item/"))
            return asset(number, self.assets[number]) if number in self.assets else 404
        if path == "/location":
            inside = "".join(
                f'<entry><id>{handle}</id><title>{handle}</title><link rel="down" href="/files/{handle}"/></entry>'
                for handle in ("xmlimport", "archive")
            )
            return feed(inside)
        if path == "/files/xmlimport":
            return self._files(query)
        return 404

    def _service(self) -> str:
        search = "<a:link rel='search' type='application/opensearchdescription+xml' href='/item?format=opensearch'/>"
        collections = "".join(
            f'<collection href="/{href}"><categories><a:category scheme="http://www.vizrt.com/types" '
            f'term="{term}"/></categories>{search if term == "asset" and self.sorts else ""}</collection>'
            for term, href in (("asset", "item"), ("location", "location"))
        )
        return (
            '<service xmlns="http://www.w3.org/2007/app" xmlns:a="http://www.w3.org/2005/Atom">'
            f"<workspace><a:title>test</a:title>{collections}</workspace></service>"
        )

    def _description(self) -> str:
        template = quoteattr(f"{self.here}/item?num={{count?}}&sort={{vizsort:sort?}}&start={{startIndex?}}")
        return (
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>assets</ShortName>'
            f'<Url type="application/atom+xml;type=feed" template={template}/></OpenSearchDescription>'
        )

    def _assets(self, query: Mapping[str, str]) -> str | int:
        if self.refuses_to_sort and "sort" in query:
            return 400
        things = list(self.assets.items())
        if query.get("sort") == "-search.modificationDate":
            things.sort(key=lambda each: each[1], reverse=True)
        entries = [asset(number, seconds, spaces="") for number, seconds in things]
        gone = "".join(
            f'<at:deleted-entry ref="urn:vme:default:asset:{number}" when="{at(seconds)}"/>'
            for number, seconds in list(self.tombstones.items())  # a test may change them meanwhile
        )
        return self._page(entries, query, "/topic/assets", gone + self.more)

    def _files(self, query: Mapping[str, str]) -> str:
        entries = [file(number, *each, spaces="") for number, each in list(self.files.items())]
        return self._page(entries, query, "/topic/unmanaged.xmlimport", "")

    def _page(self, entries: list[str], query: Mapping[str, str], topic: str, more: str) -> str:
        start = int(query.get("start", "1"))
        monitor = f'<link rel="monitor" href="{self.broker}/?destination={self.destination or topic}"/>'
        return feed(
            monitor if self.monitored else "",
            f"<opensearch:totalResults>{len(entries)}</opensearch:totalResults>",
            f"<opensearch:startIndex>{start}</opensearch:startIndex>",
            more,
            *entries[start - 1 : start - 1 + self.page],
        )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, site: Site, *arguments: Any) -> None:
        self.site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        answer = self.site.answer(parts.path, {name: each[0] for name, each in parse_qs(parts.query).items()})
        self.site.asked.append(self.path)  # after that, so that who sees what it led to finds it there
        body = b"" if isinstance(answer, int) else answer.encode()
        self.send_response(answer if isinstance(answer, int) else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/atom+xml")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def site() -> Iterator[Site]:
    """A small Viz One."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, site))
    server.daemon_threads = True
    site.here = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="small viz one")
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def viz_one(site: Site) -> Iterator[VizOne]:
    """A client of it."""
    client = VizOne(hostname=urlsplit(site.here).netloc, username="op", use_https=False, retries=0)
    client.open()
    yield client
    client.close()


@pytest.fixture
def assets(viz_one: VizOne, broker: flowhost.Broker, store: flowhost.Store) -> Callable[..., AssetEntries]:
    """Makes sources of assets: each one is what a restart would make."""

    def make(**options: Any) -> AssetEntries:
        parts: dict[str, Any] = {
            "viz_one": viz_one,
            "broker": broker,
            "store": store,
            "clock": flowhost.SystemClock(),
        }
        return AssetEntries(**(parts | options))

    return make


@pytest.fixture
def files(viz_one: VizOne, broker: flowhost.Broker, store: flowhost.Store) -> Callable[..., UnmanagedFiles]:
    """Makes sources of files in the location ``xmlimport``."""

    def make(**options: Any) -> UnmanagedFiles:
        parts: dict[str, Any] = {
            "viz_one": viz_one,
            "broker": broker,
            "store": store,
            "clock": flowhost.SystemClock(),
        }
        return UnmanagedFiles(**({"location": "xmlimport"} | parts | options))

    return make


@pytest.fixture
def atom() -> type:
    """Writes documents: `Atom.asset(number, seconds)`, `Atom.file(...)`, `Atom.feed(...)`."""

    class Atom:
        asset = staticmethod(asset)
        file = staticmethod(file)
        feed = staticmethod(feed)
        at = staticmethod(at)

    return Atom


@pytest.fixture
def swept(store: Any, until: Callable[..., None]) -> Callable[[], None]:
    """Waits until the first sweep of all took note of what is there."""
    return lambda: until(
        lambda: any(key.endswith("progress") for key in list(store.values)), "the end of the first sweep"
    )
