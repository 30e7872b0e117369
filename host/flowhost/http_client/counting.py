"""What a client did, in numbers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Literal, TypeAlias

from flowhost.parts import Metric

_Kind: TypeAlias = Literal["requests", "retries", "failures"]

_HELP: dict[_Kind, str] = {
    "requests": "Requests that were sent.",
    "retries": "Requests that were sent again.",
    "failures": "Requests that were given up: no answer, or that of a server in trouble.",
}


class Counts:
    """Counts requests by their method; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[tuple[_Kind, str]] = Counter()

    def requested(self, method: str) -> None:
        """A request is sent, for the first time or again."""
        self._add("requests", method)

    def repeated(self, method: str) -> None:
        """A request is about to be sent again."""
        self._add("retries", method)

    def failed(self, method: str) -> None:
        """A request was given up."""
        self._add("failures", method)

    def metrics(self, prefix: str) -> Iterator[Metric]:
        """What was counted until now, from the beginning of the process on.

        Args:
            prefix: of the names: ``flowhost_vidispine`` gives ``flowhost_vidispine_requests``.
        """
        with self._lock:
            counted = sorted(self._counted.items())
        for (kind, method), number in counted:
            labels = {"method": method}
            yield Metric(f"{prefix}_{kind}", number, _HELP[kind], labels=labels, counter=True)

    def _add(self, kind: _Kind, method: str) -> None:
        with self._lock:
            self._counted[kind, method] += 1
