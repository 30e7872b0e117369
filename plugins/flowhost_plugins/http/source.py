"""The source itself: its options, and its life from listening to the last answer."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Annotated, ClassVar

import flowhost
from flowhost.web import Listener, Listening
from flowhost_plugins.http.access import Access
from flowhost_plugins.http.hook import Hook
from flowhost_plugins.http.reading import Naming

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
        if not path.startswith("/"):
            raise ValueError(f"'path' is {path!r}, expected one that starts with '/'")
        self._listener = Listener(
            address=address,
            port=port,
            threads=threads,
            max_body=max_body,
            wait=wait,
            receive_timeout=receive_timeout,
            certificate=certificate,
            key=key,
            directory=daemon.directory,
        )
        self.url = ""
        self._path = path
        self._wait = wait
        self._access = Access(token, username, password)
        self._id_header, self._key_header = id_header.lower(), key_header.lower()

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Serve until `stop` is set, then answer the open requests.

        `url` says where, once it listens.

        Raises:
            Unavailable: the address is taken or not allowed, or the certificate cannot be used.
        """
        listening = self._listener.listen()
        url = listening.url + self._path
        self._announce(url, listening)
        self.url = url
        try:
            listening.serve(self._hook(listening.url, emit, stop).answer, stop)
        finally:
            self.url = ""

    def probe(self) -> None:
        """Listen for a moment.

        Raises:
            Unavailable: see `run`.
        """
        self._listener.probe()

    def _hook(self, url: str, emit: flowhost.Emit, stop: threading.Event) -> Hook:
        return Hook(
            path=self._path,
            access=self._access,
            naming=Naming(self._id_header, self._key_header, url),
            patience=self._wait,
            emit=emit,
            stop=stop,
        )

    def _announce(self, url: str, listening: Listening) -> None:
        log.info("listening on %s", url)
        if self._access.open_to_all and not listening.only_here:
            log.warning(
                "everybody who reaches %s can send events; set 'token', or 'username' and 'password'",
                url,
            )
