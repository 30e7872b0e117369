"""Time limits of actions: who is over its time is told so, and given up when it does not listen.

Python cannot end a thread. The thread of an action that is given up goes on by itself; what comes of it does not
count, because its ticket is torn up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import flowhost

LOOK_EVERY = 1.0  # seconds; how late the end of a time limit is noticed
GRACE = 5.0  # seconds in which an action that is over its time may end by itself

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Acting:
    """One call of an action.

    Args:
        what: the action, for the log.
        deadline: when it is over its time, in seconds of the clock.
        owner: whose call it is; for whoever gives it up.
        cancelled: tells the action that nobody wants it any more.
        over: whether its time is over.
        ticket: one entry; who pops it may say how the call ended.
    """

    what: str
    deadline: float
    owner: Any
    cancelled: threading.Event = field(default_factory=threading.Event)
    over: bool = False
    ticket: list[bool] = field(default_factory=lambda: [True])

    def tear_up(self) -> bool:
        """Whether the caller may say how the call ended; True once only. Popping is atomic."""
        try:
            return self.ticket.pop()
        except IndexError:
            return False


class Watchdog:
    """Looks after the calls of actions.

    Args:
        clock: the time.
        given_up: called, in the watchdog's thread, with each call that is given up; it must not raise.
    """

    def __init__(self, clock: flowhost.Clock, given_up: Callable[[Acting], None]) -> None:
        self._clock = clock
        self._given_up = given_up
        self._lock = threading.Lock()
        self._calls: set[Acting] = set()
        self._stop = threading.Event()
        self._all_cancelled = False
        self._thread = threading.Thread(target=self._watch, name="rules-watchdog", daemon=True)

    def start(self) -> None:
        """Watch, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def begin(self, what: str, limit: float, owner: object) -> Acting:
        """A call begins; it may take `limit` seconds."""
        acting = Acting(what, self._clock.monotonic() + limit, owner)
        with self._lock:
            self._calls.add(acting)
            if self._all_cancelled:
                acting.cancelled.set()
        return acting

    def end(self, acting: Acting) -> bool:
        """A call ended; return whether that counts."""
        with self._lock:
            self._calls.discard(acting)
        if acting.tear_up():
            return True
        log.info("%s ended too late; what came of it does not count", acting.what)
        return False

    def cancel(self, unwanted: Callable[[Any], bool]) -> None:
        """Tell the actions of these owners that nobody wants them any more."""
        with self._lock:
            calls = [acting for acting in self._calls if unwanted(acting.owner)]
        for acting in calls:
            acting.cancelled.set()

    def cancel_all(self) -> None:
        """Tell every action, those that begin from now on too, that nobody wants it any more."""
        with self._lock:
            self._all_cancelled = True
            calls = list(self._calls)
        for acting in calls:
            acting.cancelled.set()

    def _watch(self) -> None:
        while not self._clock.wait(self._stop, LOOK_EVERY):
            self._look()

    def _look(self) -> None:
        now = self._clock.monotonic()
        with self._lock:
            late = [acting for acting in self._calls if acting.deadline <= now]
        for acting in late:
            acting.over = True
            acting.cancelled.set()
            if acting.deadline + GRACE <= now and acting.tear_up():
                with self._lock:
                    self._calls.discard(acting)
                log.error("%s does not end though its time is over; it is given up", acting.what)
                self._given_up(acting)
