"""Reads one INI file the way Flow did, keeping the place of every value.

Flow ran on Python 2's ConfigParser, so: no interpolation (a bare ``%`` is a percent sign), keys keep their case,
repeated sections and keys merge with the last one winning, and `` ;`` starts a comment at the end of a line.
"""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flowhost.errors import ConfigError
from flowhost.places import Place, Problem, Value


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its title, the place of its first header, and its values by key as written, in file order."""

    title: str
    place: Place
    values: dict[str, Value] = field(default_factory=dict)


class _PlacedParser(configparser.RawConfigParser):
    """The standard parser; it asks `optionxform` for each key while it reads, which tells us the line of the key."""

    def __init__(self) -> None:
        super().__init__(strict=False, interpolation=None, inline_comment_prefixes=(";",))
        self.header_lines: dict[str, int] = {}
        self.key_lines: dict[tuple[str, str], tuple[int, str]] = {}
        self._now: tuple[str, int, str] | None = None

    def read_lines(self, lines: Iterable[str], source: str) -> None:
        self.read_file(self._watched(lines), source)

    def _watched(self, lines: Iterable[str]) -> Iterator[str]:
        title = ""
        for number, line in enumerate(lines, start=1):
            if header := self.SECTCRE.match(line):
                title = header["header"]
                self.header_lines.setdefault(title, number)
            self._now = (title, number, line)
            yield line
        self._now = None

    def optionxform(self, optionstr: str) -> str:
        if self._now:
            title, number, line = self._now
            self.key_lines[title, optionstr] = (number, line)
        return optionstr


def read_ini(path: Path, *, called: str | None = None) -> dict[str, Section]:
    """Read one file.

    Args:
        path: the file.
        called: how messages name it; the path itself by default.

    Returns:
        Sections by title, in file order; ``DEFAULT`` among them when the file has it.

    Raises:
        ConfigError: the file cannot be read or parsed; every bad line is a problem of its own.
    """
    called = called or str(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise ConfigError(Problem("not UTF-8 text; save the file as UTF-8", _place(called, error))) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(Problem(f"cannot read the file: {reason}", Place(called))) from None
    parser = _PlacedParser()
    try:
        parser.read_lines(lines, called)
    except configparser.MissingSectionHeaderError as error:
        message = f"{error.line.strip()!r} stands before the first section; expected a header such as [Flow]"
        raise ConfigError(Problem(message, Place(called, error.lineno, 1))) from None
    except configparser.ParsingError as error:
        raise ConfigError(_bad_lines(error, called)) from None
    return {title: _section(parser, title, called) for title in parser.header_lines}


def _place(called: str, error: UnicodeDecodeError) -> Place:
    before = error.object[: error.start]
    return Place(called, before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))


def _bad_lines(error: configparser.ParsingError, called: str) -> list[Problem]:
    return [
        Problem(f"{_shown(line)!r} is neither 'key = value' nor a [section]", Place(called, number, 1))
        for number, line in error.errors
    ]


def _shown(written: str) -> str:
    return str(ast.literal_eval(written)).strip()  # configparser gives the repr of the line


def _section(parser: _PlacedParser, title: str, called: str) -> Section:
    items = parser.defaults() if title == parser.default_section else parser._sections[title]  # type: ignore[attr-defined]  # items() would add the defaults; typeshed hides the attribute
    values = {}
    for key, text in items.items():
        number, line = parser.key_lines[title, key]
        values[key] = Value(key, text or "", Place(called, number, _column(line, key)))
    return Section(title, Place(called, parser.header_lines[title], 1), values)


def _column(line: str, key: str) -> int:
    """1-based column of the value in the line that starts it; of the key when the value is on the next line."""
    after = line.index(key) + len(key)
    rest = line[after:].lstrip().lstrip("=:").strip()
    return line.index(rest, after) + 1 if rest else line.index(key) + 1
