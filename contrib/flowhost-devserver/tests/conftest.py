"""A client of the simplest kind, and a server for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape

import pytest
import requests
from flowhost_devserver import VizOneServer
from lxml import etree

NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "app": "http://www.w3.org/2007/app",
    "vdf": "http://www.vizrt.com/types",
    "vaext": "http://www.vizrt.com/atom-ext",
    "mam": "http://www.vizrt.com/2010/mam",
    "acl": "http://www.vizrt.com/2012/acl",
    "core": "http://ns.vizrt.com/ardome/core",
    "transfer": "http://ns.vizrt.com/ardome/transfer",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "dcterms": "http://purl.org/dc/terms/",
    "at": "http://purl.org/atompub/tombstones/1.0",
}


@dataclass
class Client:
    """HTTP with a user, and XPath on the answers."""

    server: VizOneServer
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.session.auth = (self.server.user, self.server.password)

    def ask(
        self, method: str, url: str, data: bytes | str | None = None, **headers: str
    ) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = data.encode() if isinstance(data, str) else data
        url = urljoin(self.server.url, url)
        return self.session.request(method, url, data=body, headers=named, timeout=30)

    def get(self, url: str, **headers: str) -> requests.Response:
        answer = self.ask("GET", url, **headers)
        assert answer.status_code == 200, answer.text
        return answer

    def find(self, answer: requests.Response, path: str) -> list[Any]:
        found = etree.fromstring(answer.content).xpath(path, namespaces=NAMES)
        assert isinstance(found, list)
        return found

    def one(self, answer: requests.Response, path: str) -> Any:
        found = self.find(answer, path)
        assert len(found) == 1, (path, found, answer.text)
        return found[0]

    def link(self, answer: requests.Response, rel: str) -> str:
        return str(self.one(answer, f"/*/atom:link[@rel='{rel}']/@href"))

    def create(self, title: str = "Sample", identity: str = "", inside: str = "") -> requests.Response:
        known = f"<d:identifier xmlns:d='{NAMES['dcterms']}'>{identity}</d:identifier>" if identity else ""
        entry = f"<entry xmlns='{NAMES['atom']}'><title>{escape(title)}</title>{known}{inside}</entry>"
        return self.ask(
            "POST", "/thirdparty/asset/item", entry, Content_Type="application/atom+xml;type=entry"
        )

    def made(self, *arguments: str) -> requests.Response:
        answer = self.create(*arguments)
        assert answer.status_code == 201, answer.text
        return answer


@pytest.fixture
def server(viz_one_server: VizOneServer) -> VizOneServer:
    return viz_one_server


@pytest.fixture
def client(server: VizOneServer) -> Iterator[Client]:
    client = Client(server)
    yield client
    client.session.close()


@pytest.fixture
def client_for() -> Iterator[Callable[[VizOneServer], Client]]:
    clients: list[Client] = []

    def make(server: VizOneServer) -> Client:
        clients.append(Client(server))
        return clients[-1]

    yield make
    for client in clients:
        client.session.close()


@pytest.fixture
def clip(server: VizOneServer) -> Callable[..., Path]:
    """Puts a file into the import storage."""

    def drop(name: str = "clip.mxf", data: bytes = b"media" * 1000) -> Path:
        file = server.location() / name
        file.write_bytes(data)
        return file

    return drop


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A TCP port that nobody listens on, nor can during the test."""
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
