"""The picture of one moment: a table of daemons, and what is wrong below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flowhost.live.rates import Rates
from flowhost.monitoring.snapshots import FAILING, DaemonSnapshot

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table
    from rich.text import Text

PROBLEMS_SHOWN = 4  # reasons why daemons are not ready
ERRORS_SHOWN = 3
NUMBERS = {"events/s": 57, "done": 0, "running": 57, "waiting": 0, "retrying": 97, "dead": 0}
"""Title of each number → how many columns wide the picture must be to have room for it."""

GAP = 2  # columns between two columns of the table


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

        titles = [title for title, least in NUMBERS.items() if width >= least]
        numbers = [[self._number(one, title, titles) for title in titles] for one in self._daemons]
        widths = [max(map(len, column)) for column in zip(titles, *numbers, strict=True)]
        names, sources = [_name(one) for one in self._daemons], [_sources(one) for one in self._daemons]
        room = width - sum(widths) - GAP * (len(widths) + 1)
        longest = max((name.cell_len for name in names), default=0)
        for_names = max(
            1, min(longest, max(room // 2, room - max((one.cell_len for one in sources), default=0)))
        )
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
        table.add_column("daemon", no_wrap=True, max_width=for_names)
        table.add_column("sources", no_wrap=True, max_width=max(1, room - for_names))
        for title, broad in zip(titles, widths, strict=True):
            table.add_column(title, justify="right", no_wrap=True, min_width=broad)
        for row in zip(names, sources, numbers, strict=True):
            table.add_row(*row[:2], *row[2])
        return table

    def _number(self, one: DaemonSnapshot, title: str, titles: Sequence[str]) -> str:
        stats = one.stats
        retrying = 0 if "retrying" in titles else stats.delayed
        number = {
            "events/s": round(self._rates[one.name], 1),
            "done": stats.done,
            "running": stats.running,
            "waiting": stats.queued + retrying,
            "retrying": stats.delayed,
            "dead": one.dead_letters,
        }[title]
        return "?" if number is None else f"{number:,}"

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
