"""Where the show is seen: a picture that changes on a terminal, lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from flowhost.demo.board import Board, Run

if TYPE_CHECKING:
    from rich.live import Live


class Screen:
    """What people see of the show."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(highlight=False)
        self._live: Live | None = None
        self._shown: tuple[Run, ...] = ()

    def say(self, text: str = "") -> None:
        """Write a line of text."""
        self._console.print(text, markup=False, soft_wrap=True)

    def title(self, text: str) -> None:
        """Begin an act."""
        self.say()
        if self._console.is_terminal:
            self._console.print(text, style="bold", markup=False, soft_wrap=True)
        else:
            self.say(text)

    def check(self, right: bool, text: str) -> None:
        """Write whether something came out as it should."""
        self._console.print("  ok   " if right else "  WRONG", style="green" if right else "bold red", end="")
        self._console.print(f" {text}", markup=False, soft_wrap=True)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """As long as this lasts, the board is a picture that changes."""
        from rich.live import Live
        from rich.text import Text

        if not self._console.is_terminal:
            yield
            return
        with Live(Text(), console=self._console, auto_refresh=False) as self._live:
            yield
        self._live = None

    def show(self, board: Board) -> None:
        """Show how far everything is."""
        if self._live:
            self._live.update(board.table(), refresh=True)
            return
        for line in board.lines(self._shown):
            click.echo(line)
        self._shown = board.runs
