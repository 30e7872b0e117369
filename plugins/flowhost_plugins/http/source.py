"""The source itself: its options, and its life from listening to the last answer."""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import flowhost
from flowhost_plugins.http.access import Access
from flowhost_plugins.http.hook import Hook
from flowhost_plugins.http.reading import Naming

if TYPE_CHECKING:
    from flowhost_plugins.http.server import Server

TICK_SECONDS = 0.5  # how often overdue requests are looked for, and the longest a stop goes unseen
FINISH_READING_SECONDS = 2.0  # for requests that are half received when the daemon stops
FINISH_EXTRA_SECONDS = 5.0  # to send the last answers

log = logging.getLogger(__name__)


class Http:
    """A webhook: each POST becomes one event, answered when the event is done (200) or safely kept (202).

    A sender that is answered 2xx need not repeat, also when the work failed: then the event is in the dead
    letters. 503 means: send it again. Work that takes longer than ``wait`` is answered 503 and goes on; a
    repeat with the same id does no harm, so give slow work an id, or the source the option ``journal``, which
    answers at once.

    Event: type ``http.post``, subject the path, source the server's URL, headers with lower-case names and
    without the secret (``query-string`` besides, when there is one), data a text when the sender says it is
    text and it is UTF-8, else bytes, None when there is none. CloudEvents 1.0 (structured JSON, and binary
    mode) bring their own attributes. Ids must be unique over all senders of one daemon.
    """

    name: ClassVar[str] = "http"

    def __init__(
        self,
        *,
        port: Annotated[int, "TCP port to listen on; 0 takes any free one and logs it"],
        address: Annotated[str, "address to listen on; 0.0.0.0 for every network interface"] = "127.0.0.1",
        path: Annotated[str, "path to answer for, with everything below it"] = "/",
        threads: Annotated[int, "requests worked on at once"] = 10,
        max_body: Annotated[flowhost.Size, "largest body; larger ones are answered 413"] = 10 * 1024**2,
        wait: Annotated[
            flowhost.Seconds, "how long a request waits for its event before it is answered 503"
        ] = 30,
        receive_timeout: Annotated[flowhost.Seconds, "how long a sender may take to send one request"] = 60,
        token: Annotated[
            flowhost.Secret | None, "the sender must bring it: Authorization: Bearer TOKEN"
        ] = None,
        username: Annotated[
            str | None, "the sender must bring it and the password: Authorization: Basic"
        ] = None,
        password: Annotated[flowhost.Secret | None, "belongs to the username"] = None,
        certificate: Annotated[Path | None, "PEM file with the certificate chain; turns HTTPS on"] = None,
        key: Annotated[
            Path | None, "PEM file with the private key, when it is not in the certificate's file"
        ] = None,
        id_header: Annotated[
            str, "header whose text becomes the event's id, which is handled once"
        ] = "ce-id",
        key_header: Annotated[
            str, "header whose text becomes the event's key; one key's events run in order"
        ] = "",
        daemon: flowhost.DaemonInfo,
    ) -> None:
        _check_range("port", port, 0, 65535)
        _check_range("threads", threads, 1, 1000)
        _check_range("max body", max_body, 1, 2**40)
        for option, seconds in (("wait", wait), ("receive timeout", receive_timeout)):
            if not seconds > 0:
                raise ValueError(f"'{option}' is {seconds:g} s, expected more than 0")
        if not path.startswith("/"):
            raise ValueError(f"'path' is {path!r}, expected one that starts with '/'")
        if key and not certificate:
            raise ValueError(
                "'key' is given without 'certificate'; set both, or one file that holds both as 'certificate'"
            )
        self.url = ""
        self._address, self._port, self._path = address, port, path
        self._threads, self._max_body = threads, max_body
        self._wait, self._receive_timeout = wait, receive_timeout
        self._access = Access(token, username, password)
        self._certificate = certificate and Path(daemon.directory) / certificate
        self._key = key and Path(daemon.directory) / key
        self._id_header, self._key_header = id_header.lower(), key_header.lower()

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Serve until `stop` is set, then answer the open requests.

        `url` says where, once it listens.

        Raises:
            Unavailable: the address is taken or not allowed, or the certificate cannot be used.
        """
        server = self._server()
        server.prepare()
        self.url = server.url + self._path
        server.answer = self._hook(server.url, emit, stop).answer
        self._announce(server.bind_addr[0])
        with ThreadPoolExecutor(1, thread_name_prefix=f"http-{server.bind_addr[1]}") as acceptor:
            serving = acceptor.submit(server.serve)
            try:
                while not stop.wait(TICK_SECONDS) and not serving.done():
                    server.cut(self._receive_timeout)
                _let_finish_reading(server)
            finally:
                server.stop()
                self.url = ""
        serving.result()

    def probe(self) -> None:
        """Listen for a moment.

        Raises:
            Unavailable: see `run`.
        """
        server = self._server()
        server.prepare()
        server.stop()

    def _server(self) -> Server:
        from flowhost_plugins.http.server import Server
        from flowhost_plugins.http.tls import Tls, tls_context

        return Server(
            self._address,
            self._port,
            threads=self._threads,
            body_bytes=self._max_body,
            finish_seconds=self._wait + FINISH_EXTRA_SECONDS,
            tls=Tls(tls_context(self._certificate, self._key)) if self._certificate else None,
        )

    def _hook(self, url: str, emit: flowhost.Emit, stop: threading.Event) -> Hook:
        return Hook(
            path=self._path,
            access=self._access,
            naming=Naming(self._id_header, self._key_header, url),
            patience=self._wait,
            emit=emit,
            stop=stop,
        )

    def _announce(self, host: str) -> None:
        log.info("listening on %s", self.url)
        if self._access.open_to_all and not ipaddress.ip_address(host).is_loopback:
            log.warning(
                "everybody who reaches %s can send events; set 'token', or 'username' and 'password'",
                self.url,
            )


def _let_finish_reading(server: Server) -> None:
    deadline = time.monotonic() + FINISH_READING_SECONDS
    while server.reading and time.monotonic() < deadline:
        time.sleep(TICK_SECONDS / 10)
    server.cut(0)


def _check_range(option: str, number: int, lowest: int, highest: int) -> None:
    if not lowest <= number <= highest:
        raise ValueError(f"'{option}' is {number}, expected {lowest} to {highest}")
