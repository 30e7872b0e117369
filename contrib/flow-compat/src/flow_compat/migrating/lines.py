"""A profile as lines: which section and key each belongs to. Nothing is lost, so it can be written again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"\[(?P<title>[^\]]+)\]")
_KEY = re.compile(r"(?P<key>[^\s=:][^=:]*?)\s*(?P<sign>[=:])\s*(?P<value>.*)$")
_COMMENT = re.compile(r"\s*[#;]|\s*$")
_REM = re.compile(r"rem(\s|$)", re.IGNORECASE)
_INLINE = re.compile(r"\s;.*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Args:
        number: from 1, in the file.
        text: without its end.
        section: title of the section it stands in; empty before the first.
        key: of a line that sets one; empty for all others.
        value: what is set, without an inline comment.
        start: where the value begins in the text.
        title: of a line that begins a section; empty for all others.
        remark: whether it is a comment as only Python 2 knew them, ``REM text``.
        index: from 0, among the lines as they are now.
    """

    number: int
    text: str
    section: str = ""
    key: str = ""
    value: str = ""
    start: int = 0
    title: str = ""
    remark: bool = False
    index: int = 0


@dataclass(frozen=True, slots=True)
class Old:
    """A profile of Flow, read.

    Args:
        lines: all of them.
    """

    lines: tuple[Line, ...]

    def settings(self, section: str) -> Iterator[Line]:
        """The lines that set a key in this section, however often it stands there."""
        return (line for line in self.lines if line.key and line.section == section)

    def setting(self, section: str, key: str) -> Line | None:
        """The line whose value counts: the last one that sets the key."""
        return next(
            (line for line in reversed(self.lines) if line.section == section and same(line.key, key)), None
        )

    def header(self, section: str) -> Line | None:
        """The line that begins this section, the first if there are several."""
        return next((line for line in self.lines if line.title == section), None)

    def titles(self) -> list[str]:
        """The titles of all sections, in order, each once."""
        return list(dict.fromkeys(line.title for line in self.lines if line.title))


def read(numbered: Iterable[tuple[int, str]]) -> Old:
    """The lines of a profile.

    Args:
        numbered: each with its number in the file.
    """
    lines: list[Line] = []
    section = ""
    for index, (number, line) in enumerate(numbered):
        if header := _HEADER.match(line):
            section = header["title"]
            lines.append(Line(number, line, section, title=section, index=index))
        elif _REM.match(line):
            lines.append(Line(number, line, section, remark=True, index=index))
        elif _COMMENT.match(line) or line[0].isspace() or not (found := _KEY.match(line)):
            lines.append(Line(number, line, section, index=index))
        else:
            value = _INLINE.sub("", found["value"]).strip()
            key = found["key"]
            lines.append(Line(number, line, section, key, value, found.start("value"), index=index))
    return Old(tuple(lines))


def same(one: str, other: str) -> bool:
    """Whether two keys are one: blanks, underscores and hyphens are the same."""
    return re.sub(r"[ _-]+", " ", one) == re.sub(r"[ _-]+", " ", other)


def with_value(line: Line, value: str) -> str:
    """The text of the line with another value; what stands behind the old one stays."""
    return f"{line.text[: line.start]}{value}{line.text[line.start + len(line.value) :]}"


def with_key(line: Line, key: str, value: str) -> str:
    """The text of the line with another key and value."""
    sign = line.text[len(line.key) : line.start]
    return f"{key}{sign}{value}{line.text[line.start + len(line.value) :]}"
