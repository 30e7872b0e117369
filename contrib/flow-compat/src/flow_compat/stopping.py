"""How code that a source runs learns that the daemon stops, without being told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextvars import ContextVar

_stop: ContextVar[threading.Event | None] = ContextVar("flow_compat_stop", default=None)


@contextlib.contextmanager
def stoppable(stop: threading.Event) -> Iterator[None]:
    """Whatever runs within may ask for `stop_signal`."""
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)


def stop_signal() -> threading.Event | None:
    """Set when the daemon stops whose source this thread runs; None in any other thread."""
    return _stop.get()
