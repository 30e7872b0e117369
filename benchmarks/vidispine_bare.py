"""The same work on bare `requests`: the requests that the daemon sends, in its order, and nothing besides.

No answer is read further than for the revision, no errors are looked after, and nothing is kept. One session is shared
by all threads, as in the daemon.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from vidispine_daemon import DIRECTOR, FIELD, GRANTEE
from vidispine_site import PASSWORD, TIME_OUT, USER, Site
from viz_one_metering import Metered, metered

CONTENT = {"content": "metadata,external", "interval": "generic"}


class Bare:
    """Sends requests as a program does that knows what the answers will be.

    Args:
        site: the server.
        collection: name and id of the one that items are put into.
        threads: that send.
        look: whether what is there is read before it is changed, as the daemon does.
    """

    def __init__(self, site: Site, collection: tuple[str, str], threads: int, *, look: bool) -> None:
        self._base, self._look = f"{site.url}/API", look
        self._name, self._collection = collection
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (USER, PASSWORD)
        self._session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
        self._session.mount("http://", HTTPAdapter(pool_maxsize=threads))

    def all(self, items: Sequence[str], threads: int) -> None:
        """Do everything."""
        with self._session, ThreadPoolExecutor(threads) as pool:
            if self._look:
                self._send("GET", "/version")
                self._send("GET", "/whoami", headers={"Accept": "text/plain"})
                self._find_collection()
            for _ in pool.map(self.act, items):
                pass

    def act(self, item: str) -> None:
        """The three steps for one item."""
        self._set_metadata(item)
        if self._look:
            self._send("GET", f"/item/{item}/collections")
        self._send("PUT", f"/collection/{self._collection}/{item}", params={"type": "item"})
        if self._look:
            self._send("GET", f"/item/{item}/access")
        entry = {"permission": "READ", "user": GRANTEE, "priority": 0}
        self._send("POST", f"/item/{item}/access", json=entry)

    def _set_metadata(self, item: str) -> None:
        field = {"name": FIELD, "value": [{"value": DIRECTOR.format(collection=self._name)}]}
        document = {"timespan": [{"start": "-INF", "end": "+INF", "field": [field]}]}
        query = {"interval": "generic"}
        if self._look:
            read = self._send("GET", f"/item/{item}", params=CONTENT).json()
            query["revision"] = read["metadata"]["revision"]
        self._send("PUT", f"/item/{item}/metadata", params=query, json=document)

    def _find_collection(self) -> None:
        document = {"field": [{"name": "title", "value": [{"value": self._name}]}]}
        fields = "title,created,criteria_document,portal_deleted"
        query = {"content": "metadata", "field": fields, "first": 1, "number": 100}
        self._send("PUT", "/collection", params=query, json=document)

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self._session.request(method, self._base + path, timeout=TIME_OUT, **options)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer


def run_bare(
    site: Site, items: Sequence[str], collection: tuple[str, str], threads: int, *, look: bool
) -> Metered:
    """Do the work; count from the first request to the last answer."""
    bare = Bare(site, collection, threads, look=look)
    with metered() as counted, counted.timed():
        bare.all(items, threads)
    return counted
