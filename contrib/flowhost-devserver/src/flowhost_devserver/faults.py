"""Faults on order: what a network and a loaded server do to a client, when a test wants it."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias, get_args

import flowhost

Kind: TypeAlias = Literal["latency", "status", "html", "truncate", "reset", "drop", "duplicate", "reorder"]
FORM = "KIND or STATUS, then options: '503:path=/api/*,count=3,retry-after=1' or 'latency:seconds=0.5'"
REMEMBERED = 1000  # hits kept for tests to look at


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Args:
        kind: ``latency`` waits first; ``status`` answers `status`; ``html`` answers a page of HTML with status 200;
            ``truncate`` cuts the body short of its Content-Length; ``reset`` resets the connection; ``drop``,
            ``duplicate`` and ``reorder`` lose and double notifications, and let the next one overtake.
        path: which requests: a shell pattern for the path (for notifications: the destination).
        method: which requests: the HTTP method, ``*`` for any.
        probability: how likely it hits, 0 to 1.
        count: how often it hits at most; None for ever.
        after: how many requests it lets pass before the first hit.
        status: status of the answer, for ``status``.
        seconds: how long to wait, for ``latency``.
        retry_after: seconds to tell in ``Retry-After``, for ``status``; None tells nothing.
        late: whether the request does its work before ``status``, ``html`` or ``reset`` spoil the answer.
    """

    kind: Kind
    path: str = "*"
    method: str = "*"
    probability: float = 1.0
    count: int | None = None
    after: int = 0
    status: int = 503
    seconds: float = 0.0
    retry_after: float | None = None
    late: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"the probability of a fault is {self.probability:g}, expected 0 to 1")
        if not 400 <= self.status <= 599:
            raise ValueError(f"the status of a fault is {self.status}, expected one from 400 to 599")
        if self.seconds < 0 or self.after < 0 or (self.count or 0) < 0:
            raise ValueError("the seconds, 'after' and 'count' of a fault are 0 or more")

    def meets(self, method: str, path: str) -> bool:
        """Whether this fault is meant for such a request."""
        return self.method in ("*", method) and fnmatchcase(path, self.path)


@dataclass(slots=True)
class _Ordered:
    """A fault and how often it has come up."""

    fault: Fault
    seen: int = 0
    hits: int = 0


class Faults:
    """The faults in force; safe to change while the server runs.

    Args:
        seed: makes the probabilities come out the same in each run.
    """

    def __init__(self, seed: int = 0) -> None:
        self.hits: deque[tuple[str, str, Fault]] = deque(maxlen=REMEMBERED)
        """Method, path and fault of each hit."""
        self._ordered: list[_Ordered] = []
        self._random = random.Random(seed)  # noqa: S311 - no secret hangs on it
        self._lock = threading.Lock()

    def add(self, fault: Fault | str) -> Fault:
        """Put a fault in force; a text is read by `read_fault`.

        Raises:
            ValueError: the text cannot be read.
        """
        fault = read_fault(fault) if isinstance(fault, str) else fault
        with self._lock:
            self._ordered.append(_Ordered(fault))
        return fault

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._ordered.clear()

    def hit(self, method: str, path: str, kinds: tuple[Kind, ...]) -> list[Fault]:
        """The faults of these kinds that hit this request; each counts as used."""
        with self._lock:
            hitting = [each.fault for each in self._ordered if self._strikes(each, method, path, kinds)]
            self.hits.extend((method, path, fault) for fault in hitting)
        return hitting

    def _strikes(self, each: _Ordered, method: str, path: str, kinds: tuple[Kind, ...]) -> bool:
        fault = each.fault
        if fault.kind not in kinds or not fault.meets(method, path):
            return False
        each.seen += 1
        if each.seen <= fault.after or (fault.count is not None and each.hits >= fault.count):
            return False
        if self._random.random() >= fault.probability:
            return False
        each.hits += 1
        return True


def read_fault(text: str) -> Fault:
    """Read a fault from a command line: see `FORM`.

    Raises:
        ValueError: it cannot be read.
    """
    kind, _, options = text.strip().partition(":")
    values: dict[str, object] = {"status": int(kind)} if kind.isdigit() else {}
    kind = "status" if kind.isdigit() else kind
    if kind not in get_args(Kind):
        near = flowhost.nearest(kind, get_args(Kind))
        raise ValueError(
            f"there is no fault {kind!r}, expected a status or {', '.join(get_args(Kind))}{near}"
        )
    for option in filter(None, options.split(",")):
        name, _, value = option.partition("=")
        values[name.strip().replace("-", "_")] = _read_option(name.strip(), value.strip())
    return Fault(kind, **values)  # type: ignore[arg-type]  # each was read by its own reader


_READERS: Mapping[str, Callable[[str], object]] = {
    "path": str,
    "method": str.upper,
    "probability": float,
    "count": int,
    "after": int,
    "seconds": float,
    "retry-after": float,
    "late": lambda text: text.lower() in ("", "1", "yes", "true", "on"),
}


def _read_option(name: str, value: str) -> object:
    if name not in _READERS:
        raise ValueError(f"a fault has no option {name!r}{flowhost.nearest(name, _READERS)}; expected {FORM}")
    try:
        return _READERS[name](value)
    except ValueError:
        raise ValueError(f"the option {name!r} of a fault is {value!r}; expected {FORM}") from None
