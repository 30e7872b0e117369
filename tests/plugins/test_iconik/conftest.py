"""A stand-in for iconik: as much of its API as the action uses, with a storage beside it, and faults on demand."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import flowhost
from flowhost.testing.clock import START
from flowhost_plugins.iconik import Iconik

APP_ID, TOKEN = "app-1", "secret-token"


@dataclass
class Cloud:
    """What is in iconik. `faults`: beginning of a request → answers it gets before it works."""

    assets: dict[str, dict[str, Any]] = field(default_factory=dict)
    metadata: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)
    proxies: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    keyframes: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    faults: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)  # answers that get lost after the work was done
    leaked: list[str] = field(default_factory=list)  # tokens that came to the storage
    page_size: int = 2
    is_indexed: bool = True  # whether the search knows of the assets
    other_pages: str = ""
    view: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {
                "name": "headline",
                "label": "Headline",
                "field_type": "string",
                "required": True,
                "read_only": False,
            },
            {
                "name": "people",
                "label": "People",
                "field_type": "string",
                "required": False,
                "read_only": False,
            },
            {
                "name": "ingested",
                "label": "Ingested",
                "field_type": "date",
                "required": False,
                "read_only": True,
            },
        ]
    )
    url: str = ""
    connections: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()

    def add(self, external_id: str, **more: Any) -> str:
        number = f"asset-{next(self.numbers)}"
        self.assets[number] = {
            "id": number,
            "external_id": external_id,
            "status": "ACTIVE",
            "title": "old",
            "versions": [{"id": f"{number}-v1"}],
            "date_created": f"2026-01-{len(self.assets) + 1:02}",
        } | more
        return number


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def cloud(self) -> Cloud:
        assert isinstance(self.server, Server)
        return self.server.cloud

    def setup(self) -> None:
        super().setup()
        self.cloud.connections.append(self.connection)

    def log_message(self, *args: Any) -> None:
        """Tests print nothing."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the client gave up
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        asked = f"{self.command} {parts.path}"
        with self.cloud.lock:
            self.cloud.requests.append(asked)
            for beginning, answers in self.cloud.faults.items():
                if asked.startswith(beginning) and answers:
                    self._answer(*answers.pop(0))
                    return
            status, headers, answer = self._storage(asked, body) or self._api(asked, parts.query, body)
            for beginning in self.cloud.lost:
                if asked.startswith(beginning) and self.cloud.lost[beginning]:
                    self.cloud.lost[beginning] -= 1
                    self.close_connection = True
                    return
        self._answer(status, headers, answer)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, text in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def _storage(self, asked: str, body: bytes) -> tuple[int, dict[str, str], bytes] | None:
        match asked.split("/")[:3]:
            case ["POST ", "upload", name]:
                self.cloud.leaked += [text for text in self.headers.values() if TOKEN in text]
                good = self.headers["x-goog-resumable"] == "start"
                return (201 if good else 400), {"Location": f"{self.cloud.url}/session/{name}"}, b""
            case ["PUT ", "session", name]:
                self.cloud.leaked += [text for text in self.headers.values() if TOKEN in text]
                self.cloud.stored[name] = body
                return 200, {}, b""
        return None

    def _api(self, asked: str, query: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if (self.headers["App-ID"], self.headers["Auth-Token"]) != (APP_ID, TOKEN):
            return 401, {}, b'{"errors": ["Invalid token"]}'
        said = json.loads(body) if body else {}
        path = asked.replace("/API/", "", 1).strip("/").split("/")
        found = self._routed(path, query, said)
        if found is None:
            return 404, {}, b'{"errors": ["not found"]}'
        return (201 if asked.startswith("POST") else 200), {}, json.dumps(found).encode()

    def _routed(self, path: list[str], query: str, said: dict[str, Any]) -> Any:
        cloud = self.cloud
        match path:
            case ["POST search", "v1", "search"]:
                terms = said["filter"]["terms"]
                wanted = [one["value"] for one in terms if one["name"] == "external_id"]
                # like a search index, it finds what begins like it, too
                hits = [
                    a for a in cloud.assets.values() if not wanted or a["external_id"].startswith(wanted[0])
                ]
                return self._page(hits if cloud.is_indexed else [], query)
            case ["POST assets", "v1", "assets"]:
                return cloud.assets[cloud.add(**said)]
            case ["PATCH assets", "v1", "assets", asset]:
                cloud.assets[asset] |= said
                return cloud.assets[asset]
            case ["GET metadata", "v1", "views", "view-1"]:
                return {"id": "view-1", "view_fields": cloud.view}
            case ["PUT metadata", "v1", "assets", asset, "views", view]:
                values = said["metadata_values"]
                cloud.metadata[asset, view] = {
                    name: [value["value"] for value in one["field_values"]] for name, one in values.items()
                }
                return said
            case ["GET files", "v1", "assets", asset, "proxies"]:
                return self._page(list(cloud.proxies.get(asset, {}).values()), query)
            case ["POST files", "v1", "assets", asset, "proxies"]:
                number = f"proxy-{next(cloud.numbers)}"
                proxy = said | {"id": number, "status": "OPEN", "upload_url": f"{cloud.url}/upload/{number}"}
                cloud.proxies.setdefault(asset, {})[number] = proxy
                return proxy
            case ["PATCH files", "v1", "assets", asset, "proxies", proxy]:
                cloud.proxies[asset][proxy] |= said
                return cloud.proxies[asset][proxy]
            case ["POST files", "v1", "assets", asset, "proxies", proxy, "keyframes"]:
                cloud.keyframes.append(proxy)
                return {}
        return None

    def _page(self, found: list[Any], query: str) -> dict[str, Any]:
        asked = parse_qs(query)
        number = int(asked.get("page", ["1"])[0])
        size = min(self.cloud.page_size, int(asked["per_page"][0]))
        pages = -(-len(found) // size)
        path = f"{self.cloud.other_pages}{urlsplit(self.path).path}?page={number + 1}&per_page={size}"
        return {
            "objects": found[(number - 1) * size : number * size],
            "next_url": path if number < pages else None,
            "page": number,
            "pages": pages,
            "per_page": size,
        }


class Server(ThreadingHTTPServer):
    """Waits for its threads at the end."""

    daemon_threads = False

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cloud = cloud

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gives an upload up is what a test is about."""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    made = Cloud()
    server = Server(made)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="iconik")
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    for connection in made.connections:  # a client keeps them open until its garbage is collected
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    server.server_close()


@dataclass
class Pauses:
    """A clock on which nobody really waits; it keeps for how long they would have."""

    seconds: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return START

    def monotonic(self) -> float:
        return sum(self.seconds)

    def wait(self, flag: threading.Event, seconds: float | None) -> bool:
        assert seconds is not None
        self.seconds.append(seconds)
        return flag.is_set()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def connect(cloud: Cloud, pauses: Pauses) -> Iterator[Callable[..., Iconik]]:
    """Opened resources; closed at the end."""
    opened: list[Iconik] = []

    def make(kind: type[Iconik] = Iconik, **options: Any) -> Iconik:
        given = {
            "url": cloud.url,
            "app_id": APP_ID,
            "token": flowhost.Secret(TOKEN),
            "clock": pauses,
            "timeout": 30,
        }
        made = kind(**given | options)
        made.open()
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()


@dataclass
class Library:
    """An item with a proxy on a storage of this machine."""

    folder: Path
    content: bytes = b"proxy" * 10_000
    state: Any = "CLOSED"
    hash: str = "0123456789abcdef0123"

    def shapes(self, item_id: str) -> tuple[flowhost.Shape, ...]:
        size = len(self.content)
        far = flowhost.File("VX-8", "VX-92", "a/low.mp4", size, self.state, self.hash)
        near = flowhost.File("VX-9", "VX-91", "a/low.mp4", size, self.state, self.hash)
        lowres = flowhost.Shape("VX-3", item_id, ("lowres",), "video/mp4", (far, near))
        return (flowhost.Shape("VX-2", item_id, ("original",)), lowres)

    def storages(self) -> list[flowhost.Storage]:
        return [
            flowhost.Storage("VX-91", "media1", str(self.folder)),
            flowhost.Storage("VX-92", "elsewhere", ""),
        ]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "low.mp4").write_bytes(made.content)
    return made
