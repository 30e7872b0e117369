"""How commands show things: tables for people, JSON for programs.

What comes from elsewhere, such as titles and errors, is shown without its control characters.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

_UNBROKEN = 100_000  # columns: off a terminal a row stays one line, so that grep and cut work

_WORD = 11  # columns: longer words may be broken; a date has ten


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, every_column: bool = False
) -> None:
    """Print a table; on a terminal it fits the window, without empty columns; elsewhere each row is one line.

    Args:
        columns: headings.
        rows: a cell for each column; None is shown as nothing, a moment in UTC.
        every_column: show empty columns, too.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    cells = [[_cell(cell) for cell in row] for row in rows]
    if terminal and cells and not every_column:
        columns, cells = _without_empty(columns, cells)
    console = Console(width=None if terminal else _UNBROKEN, highlight=False)
    shown = Table(
        box=SIMPLE_HEAD if terminal else None, pad_edge=False, padding=(0, 1, 0, 0) if terminal else (0, 1)
    )
    widths = _widths([columns, *cells], console.width - 2 * len(columns)) if terminal else None
    for number, column in enumerate(columns):
        shown.add_column(column, overflow="fold", width=widths[number] if widths else None)
    for row in cells:
        # Text, because a cell may hold "[Source]", which rich would take for a style
        shown.add_row(*(Text(cell if terminal else " ".join(cell.split())) for cell in row))
    with console.capture() as capture:
        console.print(shown)
    for line in capture.get().splitlines():
        click.echo(line.rstrip())


def print_json(value: object) -> None:
    """Print a value as JSON, indented: records as objects, moments in ISO 8601; what JSON does not know as text."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_jsonable))


def harmless(text: str, keep: str = "") -> str:
    r"""`text` with its control characters written as escapes, so that it cannot play with a terminal.

    Args:
        text: from the outside world.
        keep: control characters to leave, e.g. a line feed.
    """
    return "".join(one if one in keep or one == " " or one.isprintable() else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else harmless(str(value), keep="\n")


def _without_empty(columns: Sequence[str], rows: list[list[str]]) -> tuple[Sequence[str], list[list[str]]]:
    kept = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    return [columns[number] for number in kept], [[row[number] for number in kept] for row in rows]


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """How wide each column is: the widest get narrower until all fit; words stay whole as long as that is possible."""
    from rich.cells import cell_len

    widths, least = [], []
    for cells in zip(*rows, strict=True):
        lines = [line for cell in cells for line in cell.splitlines()]
        words = [word for line in lines for word in line.split()]
        widths.append(max(1, min(room, max(map(cell_len, lines), default=1))))
        least.append(min(_WORD, max(map(cell_len, words), default=1)))
    while sum(widths) > room:
        wide = [number for number, width in enumerate(widths) if width > least[number]]
        if not wide:
            wide = [number for number, width in enumerate(widths) if width > 1]
        if not wide:
            break
        widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    return str(value)
