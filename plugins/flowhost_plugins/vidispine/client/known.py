"""What a site said a moment ago, and is not asked again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import flowhost
from flowhost.http_client import Shared

STORAGES = 5.0
"""Seconds that storages are known: how full they are changes with each job."""

DEFINITIONS = 60.0
"""Seconds that shape tags, metadata fields and groups, export locations and the version are known."""


MOST = 10_000
"""Facts that are kept at once; the oldest go first, as there may be one for each collection of a site."""


@dataclass(frozen=True, slots=True)
class _Fact:
    value: Any
    since: float


class Known:
    """Facts by key, each with a lifetime; safe for several threads. What threads ask at the same time is asked once.

    Args:
        clock: tells the time.
    """

    def __init__(self, clock: flowhost.Clock) -> None:
        self._clock = clock
        self._shared: Shared[Any] = Shared()
        self._lock = threading.Lock()  # guards the two below
        self._facts: dict[tuple[str, ...], _Fact] = {}
        self._changes: dict[str, int] = {}  # topic → how often it changed

    def get(self, key: tuple[str, ...], lifetime: float, ask: Callable[[], Any]) -> Any:
        """The fact with this key; asked for when it is not known, or was for longer than its lifetime.

        Args:
            key: tells what it is; its first part is its topic, see `changed`.
            lifetime: seconds.
            ask: asks for it.
        """

        def fetched() -> Any:
            if (fact := self._fresh(key, lifetime)) is not None:  # another thread was faster
                return fact.value
            with self._lock:
                before = self._changes.setdefault(key[0], 0)
            since = self._clock.monotonic()
            value = ask()
            with self._lock:
                if self._changes[key[0]] == before:  # else it may be what was so before
                    self._facts.pop(key, None)
                    self._facts[key] = _Fact(value, since)
                    if len(self._facts) > MOST:
                        del self._facts[next(iter(self._facts))]
            return value

        fact = self._fresh(key, lifetime)
        return self._shared.get(key, fetched) if fact is None else fact.value

    def changed(self, topics: Iterable[str]) -> None:
        """Forget what is known of these topics: it was changed, or may have been."""
        with self._lock:
            for topic in self._changes.keys() & set(topics):
                self._changes[topic] += 1
                self._facts = {key: fact for key, fact in self._facts.items() if key[0] != topic}

    def forget(self) -> None:
        """Forget everything."""
        self.changed(list(self._changes))

    def _fresh(self, key: tuple[str, ...], lifetime: float) -> _Fact | None:
        with self._lock:
            fact = self._facts.get(key)
        return fact if fact is not None and self._clock.monotonic() - fact.since < lifetime else None
