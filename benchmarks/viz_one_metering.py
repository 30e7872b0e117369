"""Counts requests, the seconds spent in them, and the processor time of this process."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter


@dataclass(slots=True)
class Metered:
    """What was counted.

    Args:
        requests: "METHOD path" → how many, with ``#`` for numbers and names within the path.
        http_seconds: of all threads together, from the hand-over to the adapter until the answer's head is there.
        seconds: that the events took.
        cpu_seconds: of the processor that this process used meanwhile.
    """

    requests: Counter[str] = field(default_factory=Counter)
    http_seconds: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Measure the time of a block."""
        began, cpu = time.perf_counter(), time.process_time()
        yield
        self.seconds, self.cpu_seconds = time.perf_counter() - began, time.process_time() - cpu


@contextmanager
def metered() -> Iterator[Metered]:
    """Count every request that goes through an adapter of `requests` within the block."""
    counted, lock, send = Metered(), threading.Lock(), HTTPAdapter.send

    def counting(self: HTTPAdapter, request: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return send(self, request, **options)
        finally:
            seconds = time.perf_counter() - began
            with lock:
                counted.requests[_kind(request.method, request.url)] += 1
                counted.http_seconds += seconds

    HTTPAdapter.send = counting  # type: ignore[method-assign,assignment]  # put back below; it hands all on
    try:
        yield counted
    finally:
        HTTPAdapter.send = send  # type: ignore[method-assign]  # as above


def _kind(method: str, url: str) -> str:
    parts = urlsplit(url)
    path = re.sub(r"/([A-Z]+-)?\d+(?=/|$)", "/#", parts.path)
    return f"{method} {path}"
