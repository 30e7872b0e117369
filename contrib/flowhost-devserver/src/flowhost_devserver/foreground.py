"""A server in the foreground of a terminal: it starts, says where it is, and ends with Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click

import flowhost


def serve(server: Any, tell: Callable[[Any], None]) -> None:
    """Run a server until SIGINT or SIGTERM; one that cannot start is told in a sentence.

    Args:
        server: a context manager.
        tell: says where it is, called with the server once it runs.
    """
    try:
        with server:
            ended = _told_to_end()  # before anybody learns that it runs, and may end it
            tell(server)
            click.echo("Ctrl-C ends it.")
            ended.wait()
    except flowhost.FlowhostError as error:
        click.echo(f"flowhost-devserver: {error}", err=True)
        sys.exit(error.exit_code)
    click.echo("stopped")


def read_folders(
    _context: click.Context, _option: click.Parameter, texts: tuple[str, ...]
) -> dict[str, Path]:
    """Values ``NAME=FOLDER`` of an option that may be repeated: name → folder.

    Raises:
        BadParameter: one is something else.
    """
    found = {}
    for text in texts:
        name, equals, folder = text.partition("=")
        if not (name and equals and folder):
            raise click.BadParameter(f"{text!r} is no storage, expected NAME=FOLDER")
        found[name] = Path(folder)
    return found


def _told_to_end() -> threading.Event:
    """Set from now on by SIGINT and SIGTERM."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return ended
