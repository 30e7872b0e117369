"""How commands show things: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

import click

_UNBROKEN = 100_000  # columns: off a terminal a row stays one line, so that grep and cut work


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; on a terminal it fits the window, without empty columns; elsewhere each row is one line.

    Args:
        columns: headings.
        rows: a cell for each column; None is shown as nothing.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    if terminal:
        columns, rows = _without_empty(columns, list(rows))
    shown = Table(*columns, box=SIMPLE_HEAD if terminal else None, pad_edge=False)
    for row in rows:
        # Text, because a cell may hold "[Source]", which rich would take for a style
        cells = ["" if cell is None else str(cell) for cell in row]
        shown.add_row(*(Text(cell if terminal else " ".join(cell.split())) for cell in cells))
    console = Console(width=None if terminal else _UNBROKEN, highlight=False)
    with console.capture() as capture:
        console.print(shown)
    for line in capture.get().splitlines():
        click.echo(line.rstrip())


def _without_empty(
    columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
    kept = [n for n in range(len(columns)) if not rows or any(row[n] not in (None, "") for row in rows)]
    return [columns[n] for n in kept], [[row[n] for n in kept] for row in rows]


def print_json(value: object) -> None:
    """Print a JSON value, indented; what JSON does not know becomes text."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
