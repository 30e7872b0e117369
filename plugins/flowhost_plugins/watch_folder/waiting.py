"""The settled files that wait for companions."""

from __future__ import annotations

from collections.abc import Collection


class Waiting:
    """Knows which files wait for which companions, and since when; times never go back.

    Args:
        patience: seconds after which a file is overdue; 0 for never.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._companions: dict[str, Collection[str]] = {}
        self._files: dict[str, list[str]] = {}
        self._deadlines: dict[str, float] = {}  # in the order of time, as files are added in it

    def add(self, path: str, companions: Collection[str], now: float) -> None:
        """The file waits for these companions, since `now` unless it waited before."""
        if path in self._companions:
            return
        self._companions[path] = companions
        for companion in companions:
            self._files.setdefault(companion, []).append(path)
        if self._patience:
            self._deadlines[path] = now + self._patience

    def for_companion(self, companion: str) -> list[str]:
        """The files that wait for this one among others."""
        return list(self._files.get(companion, ()))

    def overdue(self, now: float) -> list[str]:
        """The files that have waited too long and were not reported."""
        return [path for path, deadline in self._deadlines.items() if deadline <= now]

    def is_overdue(self, path: str, now: float) -> bool:
        """Whether this file has waited too long and was not reported."""
        return path in self._deadlines and self._deadlines[path] <= now

    def next_overdue(self) -> float | None:
        """When the next file will have waited too long, if any will."""
        return next(iter(self._deadlines.values()), None)

    def reported(self, path: str) -> None:
        """The file waits on, but is overdue no more."""
        self._deadlines.pop(path, None)

    def forget(self, path: str) -> None:
        """The file does not wait."""
        self._deadlines.pop(path, None)
        for companion in self._companions.pop(path, ()):
            self._files[companion].remove(path)
            if not self._files[companion]:
                del self._files[companion]

    def keep(self, paths: Collection[str]) -> None:
        """Forget all files but these."""
        for path in [path for path in self._companions if path not in paths]:
            self.forget(path)
