"""The same work on bare `requests`: the requests that the daemon sends, in its order, and nothing besides.

No XML is parsed and no errors are looked after: addresses are cut out of the texts, and what is written is made by
`str.format`. One session is shared by all threads, as in the daemon.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from viz_one_metering import Metered, metered
from viz_one_site import PASSWORD, USER, Site
from viz_one_work import PAYLOAD, Mapping

from flowhost import Event

INLINE = {"X-Inline": "describedby"}
ENTRY = {"Content-Type": "application/atom+xml;type=entry"}
PAYLOAD_TYPE = {"Content-Type": "application/vnd.vizrt.payload+xml"}
URI_LIST = {"Content-Type": "text/uri-list"}
TIME_OUT = 60.0  # seconds

NEW_ASSET = (
    "<entry xmlns='http://www.w3.org/2005/Atom'><title>{name}</title>"
    "<identifier xmlns='http://purl.org/dc/terms/'>{name}</identifier></entry>"
)


class Bare:
    """Sends requests as a program does that knows what the answers will be.

    Args:
        site: the server.
        work: what is done; a `Mapping` tells the run.
        threads: that send.
    """

    def __init__(self, site: Site, work: object, threads: int) -> None:
        self._site, self._work = site, work
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (USER, PASSWORD)
        self._session.headers.update({"Accept-Encoding": "identity"})
        self._session.mount("http://", HTTPAdapter(pool_maxsize=threads))
        self._lock = threading.Lock()
        self._waiting: dict[str, str] = {}  # name of the media → link of the asset or the file

    def all(self, events: Sequence[Event], threads: int) -> None:
        """Do everything."""
        act = self.map if isinstance(self._work, Mapping) else self.take
        with self._session, ThreadPoolExecutor(threads) as pool:
            if act == self.take:
                self._send("GET", f"{self._site.url}/thirdparty")
            for _ in pool.map(act, events):
                pass

    def map(self, event: Event) -> None:
        """Read the metadata of an asset, and write them."""
        assert isinstance(self._work, Mapping), "nothing else is mapped"
        url, title = _link(event.data, "describedby"), str(event.subject)
        etag = self._send("GET", url).headers["ETag"]
        alternate = f"{title}, run {self._work.run}"
        payload = PAYLOAD.format(model=self._site.model, title=title, alternate=alternate)
        self._send("PUT", url, payload, {"If-Match": etag, **PAYLOAD_TYPE})

    def take(self, event: Event) -> None:
        """Import an XML file, or its media."""
        here = _link(event.data, "self")
        name = str(event.subject)
        if name.endswith(".xml"):
            asset = self._asset(here, name.removesuffix(".xml"))
            if not self._meet(name.removesuffix(".xml"), asset, lambda media: self._import(asset, media)):
                self._send("GET", asset)  # the daemon looks whether the asset still waits
            self._send("DELETE", here)
        else:
            self._meet(name.removesuffix(".mxf"), here, lambda asset: self._import(asset, here))

    def _asset(self, file: str, name: str) -> str:
        self._send("GET", f"{file}/media")
        assets = f"{self._site.url}/thirdparty/asset/item"
        self._send("GET", f"{assets}/{name}", headers=INLINE, expected=404)
        made = self._send("POST", assets, NEW_ASSET.format(name=name), ENTRY | INLINE)
        metadata = _link(made.content, "describedby")
        etag = self._send("GET", metadata).headers["ETag"]
        payload = PAYLOAD.format(model=self._site.model, title=name, alternate=f"About {name}")
        self._send("PUT", metadata, payload, {"If-Match": etag, **PAYLOAD_TYPE})
        return made.headers["Location"]

    def _meet(self, name: str, link: str, met: Callable[[str], None]) -> bool:
        """Whether the other one was there."""
        with self._lock:
            other = self._waiting.pop(name, None)
            if other is None:
                self._waiting[name] = link
        if other is not None:
            met(other)
        return other is not None

    def _import(self, asset: str, media: str) -> None:
        entry = self._send("GET", asset).content
        self._send("POST", _link(entry, "import-unmanaged"), f"{media}\r\n", URI_LIST)

    def _send(
        self,
        method: str,
        url: str,
        body: str | None = None,
        headers: dict[str, str] | None = None,
        *,
        expected: int = 0,
    ) -> requests.Response:
        data = None if body is None else body.encode()
        answer = self._session.request(method, url, data=data, headers=headers, timeout=TIME_OUT)
        if answer.status_code != expected and not answer.ok:
            raise RuntimeError(f"{method} {url}: {answer.status_code} {answer.text[:200]}")
        return answer


def run_bare(site: Site, work: object, threads: int, events: Sequence[Event]) -> Metered:
    """Do the work; count from the first request to the last answer."""
    bare = Bare(site, work, threads)
    with metered() as counted, counted.timed():
        bare.all(events, threads)
    return counted


def _link(entry: Any, rel: str) -> str:
    found = re.search(rb'rel="%s" href="([^"]+)"' % rel.encode(), entry)
    assert found, f"the entry has no link {rel!r}"
    return found[1].decode()
