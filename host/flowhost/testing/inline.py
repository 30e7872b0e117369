"""A pool without threads: `emit` does the work at once, in the caller's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from flowhost.parts import Event, Receipt


class InlinePool:
    """Collects what a source emits, and works on it at once.

    Args:
        work: what to do with each event; nothing by default.
        limit: after so many events `emit` refuses more, as a stopping daemon does; None for no limit.

    Attributes:
        events: everything that was emitted, in order.
        receipts: what became of it; an exception where the work failed.
    """

    def __init__(self, work: Callable[[Event], Any] = lambda _: None, *, limit: int | None = None) -> None:
        self.events: list[Event] = []
        self.receipts: list[Receipt | Exception] = []
        self._work = work
        self._limit = limit

    def emit(self, event: Event) -> Future[Receipt]:
        """As a daemon's `emit`; the Future is complete when it returns."""
        if self._limit is not None and len(self.events) >= self._limit:
            raise RuntimeError("the daemon stops")
        self.events.append(event)
        future: Future[Receipt] = Future()
        try:
            receipt = Receipt("done", self._work(event))
        except Exception as error:  # noqa: BLE001  # the worker under test may fail in any way; the future tells
            self.receipts.append(error)
            future.set_exception(error)
        else:
            self.receipts.append(receipt)
            future.set_result(receipt)
        return future


@pytest.fixture
def inline_pool() -> InlinePool:
    """A pool that does nothing with the events but keep them."""
    return InlinePool()
