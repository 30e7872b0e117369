"""The jobs of late, so that a client can ask what became of its own."""

from __future__ import annotations

import itertools
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future, wait
from dataclasses import dataclass

import flowhost

REMEMBERED = 1000  # jobs; older ones are forgotten
LOOK_SECONDS = 0.1  # how often a waiting request looks whether the daemon stops


@dataclass(frozen=True, slots=True)
class State:
    """How a job is: ``waiting``, ``done``, ``kept`` (delivered later), ``failed``; and why."""

    name: str
    reason: str = ""


class Jobs:
    """Numbers jobs, and remembers the latest."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._futures: OrderedDict[int, Future[flowhost.Receipt]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, future: Future[flowhost.Receipt]) -> int:
        """Remember a job; return its number."""
        with self._lock:
            number = next(self._numbers)
            self._futures[number] = future
            while len(self._futures) > REMEMBERED:
                self._futures.popitem(last=False)
            return number

    def wait(self, number: int, seconds: float, stop: threading.Event) -> None:
        """Wait until a job has ended, the seconds have passed, or `stop` is set."""
        future = self._futures.get(number)
        deadline = time.monotonic() + seconds
        while future and not stop.is_set() and (remaining := deadline - time.monotonic()) > 0:
            if wait([future], min(remaining, LOOK_SECONDS)).done:
                return

    def state(self, number: int) -> State | None:
        """How a job is; None when it is not known (any more)."""
        future = self._futures.get(number)
        return _state(future) if future else None


def _state(future: Future[flowhost.Receipt]) -> State:
    if not future.done():
        return State("waiting")
    if future.exception() is not None:
        return State("failed", "it could not be kept; send it again")
    receipt = future.result()
    if receipt.outcome == "parked":
        return State("failed", receipt.error) if receipt.error else State("kept")
    return State("done")
