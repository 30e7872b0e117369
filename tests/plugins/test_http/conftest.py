"""A webhook that runs for a test, with the daemon behind it played by the test."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import requests

import flowhost
from flowhost.web import connection
from flowhost.web.server import Server
from flowhost_plugins.http import Http

DONE = flowhost.Receipt("done")
PATIENCE = 60.0  # seconds; only what is broken takes so long


class Webhook:
    """The source in a thread of its own; `work` decides what becomes of each event."""

    def __init__(self, **options: Any) -> None:
        daemon = flowhost.DaemonInfo("test", options.pop("directory", "/"))
        self.source = Http(**{"port": 0, "daemon": daemon} | options)
        self.work: Callable[[flowhost.Event], Any] = lambda event: DONE
        self.events: list[flowhost.Event] = []
        self.stop = threading.Event()
        self.error: BaseException | None = None
        self.session = requests.Session()
        self.session.trust_env = False
        self._thread = threading.Thread(target=self._run, name="webhook")

    def _run(self) -> None:
        try:
            self.source.run(self.emit, self.stop)
        except BaseException as error:  # noqa: BLE001  # the test looks at it
            self.error = error

    def emit(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        """What `work` returns: a Future as it is, an exception as a failed one, else as its result."""
        self.events.append(event)
        result = self.work(event)
        future: Future[flowhost.Receipt] = result if isinstance(result, Future) else Future()
        if isinstance(result, Exception):
            future.set_exception(result)
        elif future is not result:
            future.set_result(result)
        return future

    def start(self, *, must: bool = True) -> Webhook:
        self._thread.start()
        deadline = time.monotonic() + PATIENCE
        while not self.source.url and self._thread.is_alive():
            assert time.monotonic() < deadline, "the source does not listen"
            time.sleep(0.005)
        assert self.error is None or not must
        return self

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.source.url.split("/")[2].rpartition(":")
        return host, int(port)

    def raw(self, *parts: bytes, pause: float = 0) -> bytes:
        """What the server answers to these bytes, up to the end of the connection."""
        with socket.create_connection(self.address, timeout=PATIENCE) as connection:
            with contextlib.suppress(ConnectionError):
                for part in parts:
                    connection.sendall(part)
                    time.sleep(pause)
            answer = b""
            while received := connection.recv(65536):
                answer += received
            return answer

    def request(self, method: str = "POST", path: str = "", **options: Any) -> requests.Response:
        url = self.source.url.rstrip("/") + path
        return self.session.request(method, url, **{"timeout": PATIENCE} | options)

    def wait_until_taken(self, **options: Any) -> None:
        """Send a request until one is taken: a slow machine may be late with some, which are cut off."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(requests.ConnectionError):
                if self.request(**options).ok:
                    return
            assert time.monotonic() < deadline, "nobody is answered"

    def close(self, timeout: float = PATIENCE) -> None:
        self.session.close()
        self.stop.set()
        self._thread.join(timeout)
        assert not self._thread.is_alive(), "the source does not stop"


@pytest.fixture(autouse=True)
def slow_senders(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender gets to know however long it takes to send what nobody wants."""
    monkeypatch.setattr(connection, "LINGER_SECONDS", PATIENCE)


@pytest.fixture
def endless_idling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection on which nothing comes is not ended for that."""
    monkeypatch.setattr(Server, "timeout", 10 * PATIENCE)


Start = Callable[..., Webhook]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a webhook with these options."""
    hooks: list[Webhook] = []
    before = set(threading.enumerate())

    def started(**options: Any) -> Webhook:
        hooks.append(Webhook(**options))
        return hooks[-1].start()

    yield started
    for hook in hooks:
        hook.close()
    deadline = time.monotonic() + PATIENCE
    while left := set(threading.enumerate()) - before:
        assert time.monotonic() < deadline, f"threads are left: {left}"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def shared() -> Iterator[Webhook]:
    webhook = Webhook(id_header="X-Delivery", key_header="X-Key", max_body=1000).start()
    yield webhook
    webhook.close()


@pytest.fixture
def hook(shared: Webhook) -> Webhook:
    """A webhook all tests of a file share, with an id header, a key header and a limit of 1000 bytes."""
    shared.events.clear()
    shared.work = lambda event: DONE
    return shared


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with server.pem and server.key for localhost, other.key, and locked.key with a password."""
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    openssl(*new, *names, "-keyout", "server.key", "-out", "server.pem")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "other.key")
    openssl("ec", "-in", "server.key", "-aes256", "-passout", "pass:sesame", "-out", "locked.key")
    return folder
