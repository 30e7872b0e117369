"""Lines that scroll above a live view: what the program writes is printed whole, and the view below it."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


class Above(io.TextIOBase):
    """A stream whose lines go above the view of a console.

    rich has one of its own, which breaks long lines at words: a traceback or a path could not be copied.

    Args:
        console: shows the view.
        stream: the stream this stands for.
        printing: held while something is printed.
    """

    def __init__(self, console: Console, stream: TextIO, printing: threading.RLock) -> None:
        self._console = console
        self._stream = stream
        self._printing = printing
        self._begun = ""  # a line that has not ended yet

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the stream's own, of which a text stream has one
        """That of the stream behind."""
        return self._stream.encoding

    def write(self, text: str) -> int:
        """Print the lines that have ended, and keep the rest."""
        with self._printing:
            whole, newline, self._begun = (self._begun + text).rpartition("\n")
            if newline:
                self._print(whole)
        return len(text)

    def flush(self) -> None:
        """Nothing to do: what has ended is printed."""

    def finish(self) -> None:
        """Print the line that has not ended, if there is one."""
        with self._printing:
            if self._begun:
                self._print(self._begun)
            self._begun = ""

    def isatty(self) -> bool:
        """As the stream behind, so that lines are coloured or not."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """That of the stream behind."""
        return self._stream.fileno()

    def _print(self, lines: str) -> None:
        from rich.text import Text

        self._console.print(Text("\n").join(map(Text.from_ansi, lines.split("\n"))), soft_wrap=True)


@contextmanager
def lines_above(console: Console, printing: threading.RLock) -> Iterator[None]:
    """Let what is written to stdout and stderr scroll above a view; a stream that was redirected is let be.

    Args:
        console: shows the view.
        printing: held while something is printed; hold it too while the view is drawn.
    """
    with ExitStack() as stack:
        for stream, redirect in ((sys.stdout, redirect_stdout), (sys.stderr, redirect_stderr)):
            if stream.isatty():
                above = Above(console, stream, printing)
                stack.callback(above.finish)
                stack.enter_context(redirect(above))
        yield
