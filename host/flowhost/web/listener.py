"""Where a source listens: its options, checked; the port, taken; and the loop that serves until the daemon stops."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from flowhost.web.exchange import Answer, Request

if TYPE_CHECKING:
    from flowhost.web.server import Server

TICK_SECONDS = 0.5  # how often overdue requests are looked for, and the longest a stop goes unseen
FINISH_READING_SECONDS = 2.0  # for requests that are half received when the daemon stops
FINISH_EXTRA_SECONDS = 5.0  # to send the last answers


class Listener:
    """The options of a source that receives over HTTP.

    Args:
        address: to listen on.
        port: TCP port; 0 takes any free one.
        threads: requests worked on at once.
        max_body: bytes of the largest body; larger ones are answered 413.
        wait: seconds a request may be worked on.
        receive_timeout: seconds a sender may take to send one request.
        certificate: PEM file with the certificate chain; turns HTTPS on.
        key: PEM file with the private key, when it is not in the certificate's file.
        directory: folder that relative files are in.

    Raises:
        ValueError: an option is out of its range; the sentence names it as the operator does.
    """

    def __init__(
        self,
        *,
        address: str,
        port: int,
        threads: int,
        max_body: int,
        wait: float,
        receive_timeout: float,
        certificate: Path | None = None,
        key: Path | None = None,
        directory: str | Path = "",
    ) -> None:
        _check_range("port", port, 0, 65535)
        _check_range("threads", threads, 1, 1000)
        _check_range("max body", max_body, 1, 2**40)
        for option, seconds in (("wait", wait), ("receive timeout", receive_timeout)):
            if not seconds > 0:
                raise ValueError(f"'{option}' is {seconds:g} s, expected more than 0")
        if key and not certificate:
            raise ValueError(
                "'key' is given without 'certificate'; set both, or one file that holds both as 'certificate'"
            )
        self._address, self._port = address, port
        self._threads, self._max_body = threads, max_body
        self._wait, self._receive_timeout = wait, receive_timeout
        self._certificate = certificate and Path(directory) / certificate
        self._key = key and Path(directory) / key

    def listen(self) -> Listening:
        """Take the port; nothing is answered before `Listening.serve`.

        Raises:
            Unavailable: the address is taken or not allowed, or the certificate cannot be used.
        """
        from flowhost.web.server import Server
        from flowhost.web.tls import Tls, tls_context

        server = Server(
            self._address,
            self._port,
            threads=self._threads,
            body_bytes=self._max_body,
            finish_seconds=self._wait + FINISH_EXTRA_SECONDS,
            tls=Tls(tls_context(self._certificate, self._key)) if self._certificate else None,
        )
        server.prepare()
        return Listening(server, self._receive_timeout)

    def probe(self) -> None:
        """Listen for a moment.

        Raises:
            Unavailable: see `listen`.
        """
        self.listen().close()


class Listening:
    """A port that was taken.

    Attributes:
        url: where it listens, without a path.
        only_here: whether only this machine can reach it.
    """

    def __init__(self, server: Server, receive_timeout: float) -> None:
        self._server = server
        self._receive_timeout = receive_timeout
        self.url = server.url
        self.only_here = ipaddress.ip_address(server.bind_addr[0]).is_loopback

    def serve(self, answer: Callable[[Request], Answer], stop: threading.Event) -> None:
        """Answer requests until `stop` is set, then those that are open; the port is free again after it.

        Args:
            answer: gives the answer to each request; called in several threads at once.
            stop: ends it.
        """
        server = self._server
        server.answer = answer
        with ThreadPoolExecutor(1, thread_name_prefix=f"http-{server.bind_addr[1]}") as acceptor:
            serving = acceptor.submit(server.serve)
            try:
                while not stop.wait(TICK_SECONDS) and not serving.done():
                    server.cut(self._receive_timeout)
                _let_finish_reading(server)
            finally:
                server.stop()
        serving.result()

    def close(self) -> None:
        """Give the port back without having served."""
        self._server.stop()


def _let_finish_reading(server: Server) -> None:
    deadline = time.monotonic() + FINISH_READING_SECONDS
    while server.reading and time.monotonic() < deadline:
        time.sleep(TICK_SECONDS / 10)
    server.cut(0)


def _check_range(option: str, number: int, lowest: int, highest: int) -> None:
    if not lowest <= number <= highest:
        raise ValueError(f"'{option}' is {number}, expected {lowest} to {highest}")
