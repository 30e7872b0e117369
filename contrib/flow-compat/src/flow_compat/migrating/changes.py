"""What changes in a profile, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flow_compat.migrating.lines import Line, Old


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different with flowhost.

    Args:
        line: where; None for the profile as a whole.
        why: a sentence.
        texts: what stands there then; None leaves the line as it is.
    """

    line: Line | None
    why: str
    texts: tuple[str, ...] | None = None

    @property
    def number(self) -> int:
        """Number of the line in the file; 0 for the profile as a whole."""
        return self.line.number if self.line else 0


def changed(old: Old, changes: Iterable[Change]) -> list[tuple[int, str]]:
    """The lines with these changes, each with its number in the file."""
    texts = {
        change.line.index: change.texts
        for change in changes
        if change.line is not None and change.texts is not None
    }
    return [(line.number, text) for line in old.lines for text in texts.get(line.index, (line.text,))]
