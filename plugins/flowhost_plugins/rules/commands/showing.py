"""What several commands show in the same words."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime

import click

import flowhost

MARKS: Mapping[bool | None, str] = {True: "✓", False: "✗", None: "–"}  # noqa: RUF001  # no hyphen
"""Whether something held; None: it could not be looked at, or did not count."""


def facts(rows: Iterable[tuple[str, object]]) -> None:
    """Print what is known, a line for each name; what is nothing is left out."""
    shown = [(name, plain(value)) for name, value in rows]
    shown = [(name, value) for name, value in shown if value]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        click.echo(f"{name:<{width}}  {value}")


def window() -> int | None:
    """The columns of the terminal; None: the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def plain(value: object) -> str:
    """A value for people: one or more lines, moments in UTC, no control characters."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else flowhost.harmless(str(value), keep="\n")


def counted(number: int, thing: str) -> str:
    """``1 run``, ``3 runs``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
