"""The stamp: a number that grows when a command changed something, so that an engine need not look at everything."""

from __future__ import annotations

from flowhost_plugins.rules.journal.statements import Raw, Statements

NAME = "changes"


class Stamps:
    """The stamp of one journal."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._look = statements.written("SELECT number FROM rules_stamps WHERE name = ?")
        self._grow = statements.written(
            "INSERT INTO rules_stamps (name, number) VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET number = rules_stamps.number + 1"
        )

    def read(self) -> int:
        """See `Journal.stamp`."""
        found = self._statements.read(lambda raw: raw.execute(self._look, (NAME,)).fetchone())
        return found[0] if found else 0

    def grow(self, raw: Raw) -> None:
        """Within a transaction, as the last thing it does: on a server it makes others that change something wait."""
        raw.execute(self._grow, (NAME,))
