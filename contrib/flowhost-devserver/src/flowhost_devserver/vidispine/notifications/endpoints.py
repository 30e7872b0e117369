"""Saying it: a thread for each endpoint, or for each group of them, that delivers one notification after the other."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

import flowhost
from flowhost_devserver.faults import Faults, Kind

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
"""Before the first retry; each further pause is twice as long."""

LONGEST_PAUSE_SECONDS = 30.0

TOGETHER_SECONDS = 0.5
"""How long a notification that shall be late waits for one that overtakes it."""

KINDS: tuple[Kind, ...] = ("drop", "duplicate", "reorder")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notification on its way.

    Args:
        url: where to; may hold a user and a password.
        method: POST or PUT.
        content_type: of the body.
        body: what is said.
        timeout: seconds to wait for the answer; 0: for ever.
        retry: how often it is tried again.
        group: name that deliveries to several endpoints share, to be delivered one after the other.
        synchronous: whether a request waits for it.
    """

    url: str
    method: str
    content_type: str
    body: bytes
    timeout: int
    retry: int
    group: str = ""
    synchronous: bool = False

    @property
    def queue(self) -> str:
        """Deliveries of one name wait for each other."""
        return f"group {self.group}" if self.group else self.url

    @property
    def shown_url(self) -> str:
        """The URL without a login."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


class Endpoints:
    """Every queue of notifications; they are in memory, a restart forgets them.

    Args:
        faults: what gets lost, doubled or late.
        clock: the time.
        first_pause: seconds before the first retry.
        together: seconds that a notification which shall be late waits for one that overtakes it.
    """

    def __init__(
        self,
        faults: Faults,
        clock: flowhost.Clock,
        first_pause: float = FIRST_PAUSE_SECONDS,
        together: float = TOGETHER_SECONDS,
    ) -> None:
        self._faults, self._clock = faults, clock
        self.first_pause, self.together = first_pause, together
        self._queues: dict[str, deque[Delivery]] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._synchronous = 0
        self._changed = threading.Condition()
        self._stop = threading.Event()

    def send(self, deliveries: Iterable[Delivery]) -> None:
        """Deliver soon."""
        with self._changed:
            for one in deliveries if not self._stop.is_set() else ():
                self._queues.setdefault(one.queue, deque()).append(one)
                self._synchronous += one.synchronous
                if one.queue not in self._threads:
                    thread = threading.Thread(target=self._run, args=(one.queue,), name="vidispine-notify")
                    self._threads[one.queue] = thread
                    thread.start()
            self._changed.notify_all()

    def wait(self, seconds: float | None, *, synchronous: bool = False) -> bool:
        """Wait until everything was delivered or given up, or only what requests wait for; whether that is so."""

        def idle() -> bool:
            return not (self._synchronous if synchronous else self._threads)

        with self._changed:
            return self._changed.wait_for(lambda: self._stop.is_set() or idle(), seconds) and idle()

    def close(self) -> None:
        """Forget what was not delivered."""
        with self._changed:
            self._stop.set()
            self._changed.notify_all()
            threads = list(self._threads.values())
        for thread in threads:
            thread.join()

    # -- a thread

    def _run(self, queue: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (one := self._next(queue)) is not None:
                for each in self._spoiled(one, queue):
                    self._deliver(session, each)
                    self._count_down(each)

    def _next(self, queue: str) -> Delivery | None:
        with self._changed:
            if self._queues[queue] and not self._stop.is_set():
                return self._queues[queue].popleft()
            self._synchronous -= sum(one.synchronous for one in self._queues.pop(queue))
            del self._threads[queue]
            self._changed.notify_all()
            return None

    def _count_down(self, one: Delivery) -> None:
        with self._changed:
            self._synchronous -= one.synchronous
            self._changed.notify_all()

    def _spoiled(self, one: Delivery, queue: str) -> list[Delivery]:
        """What is really sent, in which order, when something goes wrong on order."""
        kinds = {fault.kind for fault in self._faults.hit(one.method, one.shown_url, KINDS)}
        if "drop" in kinds:
            self._count_down(one)
            return []
        sent = [one]
        if "duplicate" in kinds:
            with self._changed:
                self._synchronous += one.synchronous
            sent.append(one)
        if "reorder" in kinds:
            with self._changed:
                self._changed.wait_for(
                    lambda: bool(self._queues[queue]) or self._stop.is_set(), self.together
                )
                if self._queues[queue]:
                    sent.insert(0, self._queues[queue].popleft())
        return sent

    def _deliver(self, session: requests.Session, one: Delivery) -> None:
        pause = self.first_pause
        for left in range(one.retry, -1, -1):
            problem = self._tried(session, one)
            if not problem or self._stop.is_set():
                return
            if not left:
                log.warning("gave up telling %s: %s", one.shown_url, problem)
            elif self._clock.wait(self._stop, pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _tried(self, session: requests.Session, one: Delivery) -> str:
        """Deliver once; why it did not work, empty when it did."""
        parts = urlsplit(one.url)
        login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        try:
            answer = session.request(
                one.method,
                one.shown_url,
                data=one.body,
                headers={"Content-Type": one.content_type},
                auth=login,
                timeout=one.timeout or None,
                allow_redirects=False,
            )
        except (requests.RequestException, ValueError) as error:  # ValueError: a URL that no library can use
            return str(error)
        return "" if answer.ok else f"it answered {answer.status_code}"
