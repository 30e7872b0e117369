"""What is fetched once and kept for a while: by several threads at once, but fetched by one of them only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from flowhost.errors import Unavailable
from flowhost.http_client.addresses import shown
from flowhost.parts import Clock

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    since: float


class Remembered(Generic[T]):
    """Values by key, each fetched when it is first asked for and again when it is too old.

    When several threads ask at once, one fetches and the others wait for it, and share its failure. A value that cannot
    be fetched again, because the server is away, goes on being used.

    Args:
        fetch: makes the value of a key.
        lifetime: seconds a value is used.
        clock: tells the time.
    """

    def __init__(self, fetch: Callable[[str], T], lifetime: float, clock: Clock) -> None:
        self._fetch = fetch
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()  # guards the two below
        self._kept: dict[str, _Kept[T]] = {}
        self._under_way: dict[str, Future[T]] = {}

    def get(self, key: str, *, younger_than: float | None = None) -> T:
        """The value of a key.

        Args:
            key: of the value.
            younger_than: seconds; a value that is older is fetched again, however long it may otherwise be used.

        Raises:
            FlowhostError: it could not be fetched; see `fetch`.
        """
        limit = self._lifetime if younger_than is None else min(younger_than, self._lifetime)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and self._clock.monotonic() - kept.since < limit:
                return kept.value
            running = self._under_way.get(key)
            mine: Future[T] = running or self._under_way.setdefault(key, Future())
        if running is None:
            self._fetch_into(mine, key, kept)
        return mine.result()

    def forget(self) -> None:
        """Fetch everything again when it is next asked for."""
        with self._lock:
            self._kept.clear()

    def _fetch_into(self, future: Future[T], key: str, old: _Kept[T] | None) -> None:
        try:
            value = self._fetch(key)
        except Unavailable as error:
            with self._lock:
                del self._under_way[key]
            if old is None:
                future.set_exception(error)
            else:
                log.warning("%s cannot be fetched again, so the old one is used: %s", shown(key), error)
                future.set_result(old.value)
        except BaseException as error:  # noqa: BLE001  # whoever waits must be told, whatever it is
            with self._lock:
                del self._under_way[key]
            future.set_exception(error)
        else:
            with self._lock:
                self._kept[key] = _Kept(value, self._clock.monotonic())
                del self._under_way[key]
            future.set_result(value)
