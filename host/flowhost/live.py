"""The live view of ``flowhost run`` on a terminal: daemons, rates and last errors, below the log lines."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flowhost.monitoring.snapshots import FAILING, DaemonSnapshot, Snapshots
from flowhost.scrolling import lines_above

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.table import Table
    from rich.text import Text

REFRESH = 2  # times a second: alive to the eye, nothing to the processor
RATE_OVER = 10.0  # seconds a rate is averaged over
PROBLEMS_SHOWN = 4  # reasons why daemons are not ready
ERRORS_SHOWN = 3
WIDE = 100  # columns from which on there is room for everything
GAP = 2  # columns between two columns of the table
MARGIN = 3  # columns left free at the right, so that the ^C of a terminal does not begin a new line


class Rates:
    """Events a second of each daemon, over the last seconds.

    Args:
        over: seconds to average over.
    """

    def __init__(self, over: float = RATE_OVER) -> None:
        self._over = over
        self._seen: dict[str, deque[tuple[float, int]]] = {}

    def note(self, name: str, now: float, ended: int) -> float:
        """Note how many events have ended so far; return how many a second that is."""
        seen = self._seen.setdefault(name, deque())
        if seen and ended < seen[-1][1]:
            seen.clear()  # the daemon was reloaded and counts from 0
        seen.append((now, ended))
        while len(seen) > 2 and now - seen[1][0] >= self._over:
            seen.popleft()
        first_time, first_ended = seen[0]
        return (ended - first_ended) / (now - first_time) if now > first_time else 0.0


class View:
    """The view of one moment: a table of daemons, and what is wrong below it.

    Args:
        daemons: how they are.
        rates: keeps their rates; the moment is noted there.
        now: the moment, in seconds since some fixed point.
    """

    def __init__(self, daemons: Iterable[DaemonSnapshot], rates: Rates, now: float) -> None:
        self._daemons = list(daemons)
        self._rates = {one.name: rates.note(one.name, now, _ended(one)) for one in self._daemons}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as wide as there is room."""
        from rich.rule import Rule

        yield Rule("flowhost, Ctrl-C stops it", style="dim", align="left")
        yield self._table(options.max_width)
        yield from self._problems()
        yield from self._errors()

    def _table(self, width: int) -> Table:
        from rich.table import Table

        wide = width >= WIDE
        titles = ("events/s", "done", "running", "waiting", *(["retrying"] if wide else []), "dead")
        numbers = [list(self._numbers(one, wide)) for one in self._daemons]
        widths = [max(map(len, column)) for column in zip(titles, *numbers, strict=True)]
        room = max(2, width - sum(widths) - GAP * len(widths))  # for the names of daemons and sources
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
        table.add_column("daemon", no_wrap=True, max_width=(room - GAP + 1) // 2)
        table.add_column("sources", no_wrap=True, max_width=(room - GAP) // 2)
        for title, broad in zip(titles, widths, strict=True):
            table.add_column(title, justify="right", no_wrap=True, min_width=broad)
        for one, texts in zip(self._daemons, numbers, strict=True):
            table.add_row(_name(one), _sources(one), *texts)
        return table

    def _numbers(self, one: DaemonSnapshot, wide: bool) -> Iterator[str]:
        stats = one.stats
        yield f"{self._rates[one.name]:,.1f}"
        yield f"{stats.done:,}"
        yield f"{stats.running:,}"
        yield from (
            [f"{stats.queued:,}", f"{stats.delayed:,}"] if wide else [f"{stats.queued + stats.delayed:,}"]
        )
        yield "?" if one.dead_letters is None else f"{one.dead_letters:,}"

    def _problems(self) -> list[Text]:
        from rich.text import Text

        found = [
            f"{one.name}: {reason}"
            for one in self._daemons
            for reason in one.reasons
            if one.state == "running"
        ]
        more = [f"and {len(found) - PROBLEMS_SHOWN} more"] if len(found) > PROBLEMS_SHOWN else []
        return [_cut(Text(_line(text), "bold red")) for text in [*found[:PROBLEMS_SHOWN], *more]]

    def _errors(self) -> list[Text]:
        from rich.text import Text

        failures = [(failure, one.name) for one in self._daemons for failure in one.stats.last_errors]
        latest = sorted(failures, key=lambda entry: entry[0].time)[-ERRORS_SHOWN:]
        return [
            _cut(
                Text.assemble(
                    (f"{failure.time.astimezone():%H:%M:%S} ", "dim"),
                    _line(f"{name}: {failure.subject}: {failure.error}"),
                    style="red",
                )
            )
            for failure, name in latest
        ]


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


def _ended(one: DaemonSnapshot) -> int:
    stats = one.stats
    return stats.done + stats.duplicates + stats.parked


def _name(one: DaemonSnapshot) -> Text:
    from rich.text import Text

    text = Text(one.name, "bold" if one.ready or one.state != "running" else "bold red")
    return text if one.state == "running" else text.append(f" ({one.state})", "yellow")


def _sources(one: DaemonSnapshot) -> Text:
    """Their names, those that fail first: the end may be cut off."""
    from rich.text import Text

    named = [
        Text(f"{source.name} ({source.state})", "red")
        if source.state in FAILING
        else Text(source.name if source.state == "running" else f"{source.name} ({source.state})")
        for source in sorted(one.sources, key=lambda source: source.state not in FAILING)
    ]
    return Text(", ").join(named)


def _line(text: str) -> str:
    """The text as one line without control characters, which an event's subject may hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _cut(text: Text) -> Text:
    """One line, cut off where the terminal ends."""
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
