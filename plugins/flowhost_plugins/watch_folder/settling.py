"""When a file is settled: its size and modification time have been quiet for long enough."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

_GAPS = 3
"""A writer is believed to be gone after this many times its longest pause so far."""

State: TypeAlias = Literal["moving", "settled", "done"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What shows that a file was written to.

    Args:
        size: in bytes.
        modified: modification time in nanoseconds since 1970; it may lie in the future.
    """

    size: int
    modified: int


@dataclass(slots=True)
class _File:
    stamp: Stamp
    changed: float
    gap: float = 0.0
    state: State = "moving"


class Settling:
    """Follows files from one observation to the next; times are those of a clock that never goes back.

    A file is settled when it did not change for `quiet` seconds, or for three times the longest pause its
    writer made before, if that is longer; but pauses ask for `limit` at most. A file that changes after a
    pause longer than `limit` is written anew: earlier pauses do not count.

    Args:
        quiet: seconds.
        limit: seconds.
    """

    def __init__(self, quiet: float, limit: float) -> None:
        self._quiet = quiet
        self._limit = limit
        self._files: dict[str, _File] = {}
        self._moving: dict[str, _File] = {}
        self._skipped: dict[str, Stamp] = {}

    def observe(self, path: str, stamp: Stamp, now: float) -> State:
        """Take note that the file looked like this at `now`; return how it is."""
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = _File(stamp, now)
            if self._skipped.get(path) == stamp:
                file.state = "done"
            else:
                self._moving[path] = file
        elif file.stamp != stamp:
            self._change(path, file, stamp, now)
        if file.state == "moving" and now >= self._due(file):
            file.state = "settled"
            del self._moving[path]
        return file.state

    def skip(self, path: str, stamp: Stamp, now: float) -> None:
        """The file is of no interest as it is now; nor when it is back after a while, as a network mount's are."""
        self._skipped[path] = stamp
        self.observe(path, stamp, now)
        self.done(path)

    def done(self, path: str) -> None:
        """There is nothing more to do for the file until it changes."""
        self._files[path].state = "done"
        self._moving.pop(path, None)

    def forget(self, path: str) -> None:
        """The file is gone, or is to be treated as if it were new."""
        self._files.pop(path, None)
        self._moving.pop(path, None)

    def keep(self, paths: Collection[str]) -> None:
        """Forget all files but these."""
        for path in [path for path in self._files if path not in paths]:
            self.forget(path)

    def knows(self, path: str, stamp: Stamp) -> bool:
        """Whether the file's last observation looked like this."""
        file = self._files.get(path)
        return file is not None and file.stamp == stamp

    def due(self, now: float) -> list[str]:
        """The files to look at again: settled if they have not changed. The first known come first."""
        return [path for path, file in self._moving.items() if now >= self._due(file)]

    def next_due(self) -> float | None:
        """When the next file is due, if any is moving."""
        return min(map(self._due, self._moving.values()), default=None)

    def _change(self, path: str, file: _File, stamp: Stamp, now: float) -> None:
        pause = now - file.changed
        file.gap = max(file.gap, pause) if pause <= self._limit else 0.0
        file.stamp, file.changed, file.state = stamp, now, "moving"
        self._moving[path] = file

    def _due(self, file: _File) -> float:
        return file.changed + max(self._quiet, min(_GAPS * file.gap, self._limit))
