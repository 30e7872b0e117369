"""How far each rule is with each clip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

ENDED = ("finished", "failed", "cancelled")

STYLES = {"finished": "green", "failed": "bold red", "cancelled": "red", "pending": "dim"}
"""State of a run → how its cell looks; others are under way."""

UNDER_WAY = "yellow"


@dataclass(frozen=True, slots=True)
class Run:
    """A run, as ``flowhost runs list --json`` tells it.

    Args:
        id: its number.
        rule: name of the rule.
        item: id of the item.
        state: as in the journal.
        step: number of the step it is at.
        jobs: what it waits for.
    """

    id: int
    rule: str
    item: str
    state: str
    step: int
    jobs: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing will come of it any more."""
        return self.state in ENDED

    @property
    def words(self) -> str:
        """How it is, in a word or two."""
        if self.state == "waiting":
            return f"job {', '.join(self.jobs)}" if self.jobs else "waits"
        if self.state == "running":
            return f"step {self.step}"
        return {"finished": "done", "pending": "queued"}.get(self.state, self.state)


def read_runs(told: Iterable[Mapping[str, Any]]) -> list[Run]:
    """The runs, the oldest first."""
    runs = [
        Run(one["id"], one["rule"], one["item"] or "", one["state"], one["step"], tuple(one["jobs"]))
        for one in told
    ]
    return sorted(runs, key=lambda run: run.id)


@dataclass(frozen=True, slots=True)
class Board:
    """A picture of one moment: a row for each clip, a column for each rule.

    Args:
        rules: names of the rules.
        clips: id of each item → its title.
        runs: the runs.
    """

    rules: tuple[str, ...]
    clips: Mapping[str, str]
    runs: tuple[Run, ...]

    def table(self) -> Table:
        """The picture."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        newest = {(run.rule, run.item): run for run in self.runs}
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
        table.add_column("clip", no_wrap=True, min_width=10)
        for rule in self.rules:
            table.add_column(rule, no_wrap=True, min_width=10)
        for item, title in self.clips.items():
            found = [newest.get((rule, item)) for rule in self.rules]
            cells = [Text(run.words, STYLES.get(run.state, UNDER_WAY)) if run else Text() for run in found]
            table.add_row(Text(title), *cells)
        return table

    def lines(self, before: Iterable[Run]) -> list[str]:
        """What changed since, a line for each run."""
        old = {run.id: run.words for run in before}
        return [
            f"  {run.rule:<11} {self.clips.get(run.item, run.item):<10} {run.words}"
            for run in self.runs
            if old.get(run.id) != run.words
        ]
