"""The live view of ``flowhost run`` on a terminal: daemons, rates, queue and last errors below the log lines."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from flowhost.snapshots import FAILING, DaemonSnapshot, Snapshots

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

REFRESH = 2  # times a second: alive to the eye, nothing to the processor
RATE_OVER = 10.0  # seconds a rate is averaged over
ERRORS_SHOWN = 3


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
        seen.append((now, ended))
        while len(seen) > 2 and now - seen[0][0] > self._over:
            seen.popleft()
        first_time, first_ended = seen[0]
        return (ended - first_ended) / (now - first_time) if now > first_time else 0.0


@contextmanager
def live_view(snapshots: Snapshots, *, console: Console | None = None) -> Iterator[None]:
    """Show the view while the block runs; log lines scroll above it.

    Args:
        snapshots: looks at every daemon.
        console: where to draw; the terminal by default.
    """
    from rich.live import Live

    rates = Rates()
    with Live(
        get_renderable=lambda: view(list(snapshots()), rates, time.monotonic()),
        refresh_per_second=REFRESH,
        console=console,
        transient=True,
    ):
        yield


def view(daemons: list[DaemonSnapshot], rates: Rates, now: float) -> RenderableType:
    """The view of this moment: a table of daemons, and their last errors below it."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in ("daemon", "sources", "events/s", "done", "running", "waiting", "retrying", "letters", "ledger"):
        table.add_column(title, justify="left" if title in {"daemon", "sources", "ledger"} else "right")
    for one in daemons:
        stats = one.stats
        rate = rates.note(one.name, now, stats.done + stats.duplicates + stats.parked)
        numbers = (stats.done, stats.running, stats.queued, stats.delayed, one.dead_letters or 0)
        ledger = Text(stats.degraded, "red") if stats.degraded else Text("ok", "green")
        name = Text(one.name, "bold" if one.ready else "bold red")
        table.add_row(name, _sources(one), f"{rate:.1f}", *map(str, numbers), ledger)
    errors = sorted(((error, one.name) for one in daemons for error in one.stats.last_errors), key=_error_time)
    lines = [
        Text(f"{error.time.astimezone():%H:%M:%S} {name} {error.subject}: {error.error}", "red", overflow="ellipsis", no_wrap=True)
        for error, name in errors[-ERRORS_SHOWN:]
    ]
    return Group(Text("─" * 20, "dim"), table, *lines)


def _error_time(entry: tuple[tuple[datetime, str, str], str]) -> datetime:
    return entry[0][0]


def _sources(one: DaemonSnapshot) -> RenderableType:
    from rich.text import Text

    text = Text()
    for number, source in enumerate(one.sources):
        text.append(", " if number else "")
        text.append(source.name, "red" if source.state in FAILING else "green")
        text.append("" if source.state == "running" else f" ({source.state})", "dim")
    return text
