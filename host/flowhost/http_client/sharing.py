"""One answer for all who ask the same at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Lets threads that ask the same share a request, which begins after each of them asked.

    A request that is under way already may have been answered, at the other end, before something that its new asker
    knows of. So whoever comes meanwhile waits for its end, and then one request serves all who waited. However many
    threads ask, there is one request for each thing at a time, and nobody gets an answer older than the question.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the two below
        self._running: dict[Hashable, Future[T]] = {}
        self._next: dict[Hashable, Future[T]] = {}

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        """What `ask` returns or raises, called by this thread or by another that asks for the same.

        Args:
            key: tells what is asked for.
            ask: sends the request.
        """
        with self._lock:
            joined = self._next.get(key)
            if joined is None:
                before = self._running.get(key)
                mine: Future[T] = Future()
                (self._running if before is None else self._next)[key] = mine
        if joined is not None:
            return joined.result()
        if before is not None:
            wait([before])
            with self._lock:
                self._running[key] = self._next.pop(key)
        self._ask(key, mine, ask)
        return mine.result()

    def _ask(self, key: Hashable, mine: Future[T], ask: Callable[[], T]) -> None:
        try:
            value = ask()
        except BaseException as error:  # noqa: BLE001  # whoever waits must be told, whatever it is
            self._end(key, mine)
            mine.set_exception(error)
        else:
            self._end(key, mine)
            mine.set_result(value)

    def _end(self, key: Hashable, mine: Future[T]) -> None:
        with self._lock:
            if self._running.get(key) is mine:
                del self._running[key]
