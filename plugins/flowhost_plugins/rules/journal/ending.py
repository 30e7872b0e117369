"""What the end of a run means for its item, and for the runs that wait behind it; within a transaction."""

# statements are put together of our own words; values are always parameters
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence

from flowhost_plugins.rules.journal.rows import texts_text
from flowhost_plugins.rules.journal.schema import ASLEEP, BEHIND, READY
from flowhost_plugins.rules.journal.statements import Raw, Statements


class Ending:
    """Ends runs of one journal, as far as their items are concerned."""

    def __init__(self, statements: Statements) -> None:
        written = statements.written
        self._lock = statements.locking("SELECT 1 FROM rules_items WHERE rule = ? AND item = ?")
        self._on_server = statements.on_server
        self._end = written(
            "UPDATE rules_items SET state = ?, times = times + 1, since = ?, errors = ? WHERE rule = ? AND item = ?"
        )
        self._count = written("UPDATE rules_items SET times = times + 1 WHERE rule = ? AND item = ?")
        self._next = written(
            f"UPDATE rules_runs SET queue = CASE WHEN wake > ? THEN {ASLEEP} ELSE {READY} END WHERE id ="
            f" (SELECT min(id) FROM rules_runs WHERE queue = {BEHIND} AND rule = ? AND item = ?)"
        )
        self._go_on = written(
            "UPDATE rules_items SET state = 'processing', errors = '[]' WHERE rule = ? AND item = ?"
        )

    def lock(self, raw: Raw, rule: str, item: str) -> None:
        """Keep the item to ourselves, before any of its runs is touched; see `starting`."""
        if self._on_server:
            raw.execute(self._lock, (rule, item))

    def end(self, raw: Raw, rule: str, item: str, *, well: bool, errors: Sequence[str], now: float) -> None:
        """The run that had the item has ended: the next one may start, or the item is handled or failed."""
        raw.execute(self._end, ("handled" if well else "failed", now, texts_text(errors), rule, item))
        if raw.execute(self._next, (now, rule, item)).rowcount:
            raw.execute(self._go_on, (rule, item))

    def end_behind(self, raw: Raw, rule: str, item: str) -> None:
        """A run that waited behind another one has ended."""
        raw.execute(self._count, (rule, item))
