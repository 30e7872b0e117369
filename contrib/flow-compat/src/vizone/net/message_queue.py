"""Messages from the server, over STOMP."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from flow_compat.collecting import jobs_of

import flowhost

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two tries to connect; doubled with each failure in a row."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message; documents can be made of it as of an HTTP response.

    Args:
        headers: of the frame.
        content: the body.
    """

    headers: Mapping[str, str]
    content: bytes | str
    status_code: int = 200


Handler = Callable[[Message], Any]


class ConnectionManager:
    """Listens at brokers, each URL in a thread of its own, and connects again when a connection is lost.

    A message is acknowledged when its handler has returned and the jobs are done that it started by the source's
    `callback`.

    Args:
        name: of the threads.
        username: for brokers whose URL names none.
        password: belongs to it.
        heartbeat_interval: not used: ``[Stomp]`` says it.
        heartbeat_timeout: not used: ``[Stomp]`` says it.
        broker: makes the connections.
        client: whose user logs in at brokers of Viz One, if `username` is None.
    """

    def __init__(
        self,
        name: str,
        username: str | None = None,
        password: str | None = None,
        heartbeat_interval: float | None = None,  # noqa: ARG002  # an old name; see above
        heartbeat_timeout: float | None = None,  # noqa: ARG002  # as above
        *,
        broker: flowhost.Broker | None = None,
        client: Any = None,
    ) -> None:
        self.name = name
        self._user = (username, password) if username is not None else None
        self._broker = broker
        self._client = client
        self._listeners: list[Listener] = []

    def register_handler(self, url: Any, handler: Handler) -> Listener:
        """Call `handler` with each message of a destination.

        Args:
            url: ``stomp://host:port/?destination=/topic/name``, or a monitor link.
            handler: called in the listener's thread.
        """
        return self._listen(self._with_user(getattr(url, "href", url)), handler)

    def handle(
        self, url: Any, handler: Handler, user: str | None = None, password: str | None = None
    ) -> Listener:
        """As `register_handler`, logged in as this user; close what it returns to listen no more."""
        address = getattr(url, "href", url)
        return self._listen(
            _with(address, user, password or "") if user else self._with_user(address), handler
        )

    def close(self) -> None:
        """Listen no more."""
        for listener in self._listeners:
            listener.ask_to_stop()
        while self._listeners:
            self._listeners.pop().close()

    def _with_user(self, url: str) -> str:
        if self._user is not None:
            return _with(url, self._user[0] or "", self._user[1] or "")
        if self._client is not None and "@" not in urlsplit(url).netloc:
            named: str = self._client.viz_one.broker_url(url)
            return named
        return url

    def _listen(self, url: str, handler: Handler) -> Listener:
        if self._broker is None:
            raise flowhost.ConfigError("there is no STOMP broker here; inherit from NeedsStomp to have one")
        number = len(self._listeners) + 1
        listener = Listener(self._broker, url, handler, name=f"{self.name} {number}")
        self._listeners.append(listener)
        listener.start()
        return listener


class Listener:
    """Listens at one destination until it is closed.

    Args:
        broker: makes the connection.
        url: broker and destination.
        handler: called with each message.
        name: of the thread.
    """

    def __init__(self, broker: flowhost.Broker, url: str, handler: Handler, *, name: str) -> None:
        self._broker, self._url, self._handler = broker, url, handler
        self._stop = threading.Event()
        self._pause = FIRST_PAUSE
        self._thread = threading.Thread(target=self._listen, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End soon; returns at once."""
        self._stop.set()

    def close(self) -> None:
        """End, and wait for it."""
        self._stop.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                self._broker.consume(self._url, self._hand_over, self._stop, ready=self._ready)
            except Exception as error:  # noqa: BLE001  # whatever it is, the broker may be back later
                log.error("%s: %s; next try in %.0f s", self._thread.name, error, self._pause)
                self._stop.wait(self._pause)
                self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _ready(self) -> None:
        self._pause = FIRST_PAUSE

    def _hand_over(self, message: flowhost.Message) -> Future[Any]:
        old = Message(dict(message.headers), message.body)
        try:
            return jobs_of(lambda: self._handler(old))
        except (
            flowhost.FlowhostError,
            RuntimeError,
        ) as error:  # no server, or the daemon stops: it may come again
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed
        except (
            Exception
        ):  # a stranger's code; coming again the message would fail again, and hold up the others
            log.exception("the handler of %s failed; its message is dropped", self._thread.name)
            return jobs_of(lambda: None)


def _with(url: str, user: str, password: str) -> str:
    parts = urlsplit(url)
    place = f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=place))
