"""What becomes of items that do not match any more: they are new again, and the access that the rule gave is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.records import ItemState

HANDLED: frozenset[ItemState] = frozenset({"handled", "failed"})
"""States from which an item can become ``unmatched``. One that is being processed does so in the first sweep after."""

CHUNK = 500
"""Items looked at in one go."""


class Unmatching:
    """Lets rules forget items.

    Args:
        journal: what was done to which item.
        library: where access was given.
    """

    def __init__(self, journal: Journal, library: Library) -> None:
        self._journal = journal
        self._library = library
        self._settled: set[str] = set()  # rules that left nothing behind, as far as this process knows

    def unmatch(self, deployed: DeployedRule, items: Sequence[str]) -> int:
        """Items do not match any more; return how many of them the rule had handled.

        The journal is told first: when the library cannot be reached then, or the process dies, `reconcile` finds
        what was left.
        """
        changed = self._journal.unmatch(deployed.name, items)
        try:
            for item in items:
                self._library.withdraw(deployed.origin, item)
        except flowhost.FlowhostError:
            self._settled.discard(deployed.name)
            raise
        return changed

    def reconcile(self, deployed: DeployedRule) -> None:
        """Withdraw access that was left on items that do not match any more: once, and after each failure."""
        if deployed.name in self._settled:
            return
        self._settled.add(deployed.name)  # first, so that a failure meanwhile is not forgotten
        try:
            self._withdraw_left(deployed)
        except flowhost.FlowhostError:
            self._settled.discard(deployed.name)
            raise

    def _withdraw_left(self, deployed: DeployedRule) -> None:
        granted = self._library.granted(deployed.origin)
        for start in range(0, len(granted), CHUNK):
            chunk = granted[start : start + CHUNK]
            states = self._journal.item_states(deployed.name, chunk)
            for item in chunk:
                if states.get(item) == "unmatched":
                    self._library.withdraw(deployed.origin, item)
