"""Where things stand in an operator's files: the place of a value, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in an operator's file something stands.

    Args:
        file: path as the operator named it, or ``<command line>``, ``<environment>``.
        line: 1-based; 0 when the whole file is meant.
        column: 1-based; 0 when the whole line is meant.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an operator's input: a sentence, and where it stands (None: nowhere in a file)."""

    message: str
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(frozen=True, slots=True)
class Value:
    """A text from an operator's file: the key as it was written, the text, and the place of the text."""

    key: str
    text: str
    place: Place
