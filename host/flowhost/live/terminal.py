"""The live view on a terminal: drawn twice a second, below whatever the program writes meanwhile."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flowhost.live.rates import Rates
from flowhost.live.scrolling import lines_above
from flowhost.live.view import View
from flowhost.monitoring.snapshots import Snapshots

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

REFRESH = 2  # times a second: alive to the eye, nothing to the processor
MARGIN = 3  # columns left free at the right, so that the ^C of a terminal does not begin a new line


@contextmanager
def live_view(snapshots: Snapshots, *, console: Console | None = None) -> Iterator[None]:
    """Show the view while the block runs; what is written meanwhile scrolls above it.

    Args:
        snapshots: looks at every daemon.
        console: where to draw; the terminal by default.
    """
    from rich.console import Console
    from rich.live import Live

    console = console or Console(file=sys.stdout)
    rates = Rates()
    drawing = (
        threading.RLock()
    )  # rich loses count of its lines when one thread prints while another one draws
    ended = threading.Event()
    live = Live(
        console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
    )

    def keep_drawing() -> None:
        while True:
            live.update(_picture(snapshots, rates, console))  # without the lock: it asks every daemon
            with drawing:
                live.refresh()
            if ended.wait(1 / REFRESH):
                return

    drawer = threading.Thread(target=keep_drawing, name="live view", daemon=True)
    with lines_above(console, drawing):
        live.start()
        drawer.start()
        try:
            yield
        finally:
            ended.set()
            drawer.join()
            with drawing:
                live.stop()


def _picture(snapshots: Snapshots, rates: Rates, console: Console) -> RenderableType:
    try:
        return _Drawn(View(snapshots(), rates, time.monotonic()), console)
    except Exception as error:  # noqa: BLE001  # whatever is wrong with a picture, the daemons go on
        return f"the view cannot be drawn: {type(error).__name__}: {error}"


class _Drawn:
    """A picture drawn once: rich shows it again below each log line, which would take milliseconds."""

    def __init__(self, view: View, console: Console) -> None:
        self._lines = console.render_lines(
            view, console.options.update(width=console.width - MARGIN), pad=False
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        for line in self._lines:
            yield from line
            yield Segment.line()
