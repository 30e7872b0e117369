"""The journal's face: counts, decisions, events and facts, and forgetting what is too old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import flowhost
from flowhost_plugins.rules.journal.opened import Opened
from flowhost_plugins.rules.records import Decision, Health, Summary


class HistoryMethods(Opened):
    """What is known of what happened."""

    def summary(self, rule: str, *, since: datetime | None = None) -> Summary:
        """Counts about a rule; `since`: for `Summary.started_since`, which is 0 without it."""
        return self._parts.summing.summary(rule, since=since)

    def health(self, rule: str, *, since: datetime | None = None) -> Health:
        """What of the `summary` decides whether a rule may start runs now; to be asked often."""
        return self._parts.summing.health(rule, since=since)

    def summaries(self) -> dict[str, Summary]:
        """The `summary` of every rule that is deployed, also of deleted ones."""
        deployed = self._parts.deployments.all(deleted=True)
        return {deployment.rule: self.summary(deployment.rule) for deployment in deployed}

    def budget(self, rule: str, item: str, since: datetime) -> int:
        """How many runs of the rule for the item were asked for since then."""
        return self._parts.summing.budget(rule, item, since)

    def decide(self, decision: Decision) -> None:
        """Keep why a run was or was not started.

        When the newest decision about the same rule and item has equal checks and an equal trigger, and neither started
        a run, that one is only prolonged.
        """
        self.decide_many([decision])

    def decide_many(self, decisions: Sequence[Decision]) -> None:
        """`decide` for several, in this order and in one transaction: all are kept or none."""
        self._parts.decisions.decide(decisions)

    def decisions(
        self,
        rule: str,
        item: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        number: int = 100,
    ) -> list[Decision]:
        """Decisions that held at some moment between `since` and `until`, newest first, at most `number`."""
        return self._parts.decisions.matching(rule, item, since=since, until=until, number=number)

    def keep_event(self, event: flowhost.Event, item: str | None = None) -> None:
        """Keep an event, so that a draft of a rule can be tried on it; one that is kept already is kept once.

        Args:
            event: as the source emitted it.
            item: what it is about; None: its subject; empty: no item.
        """
        self.keep_events([(event, item)])

    def keep_events(self, events: Sequence[tuple[flowhost.Event, str | None]]) -> None:
        """`keep_event` for several, each with its item, in one transaction: all are kept or none."""
        self._parts.events.keep(events)

    def events(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        item: str | None = None,
        number: int = 1000,
        after: int = 0,
    ) -> list[tuple[int, flowhost.Event]]:
        """Events kept between `since` and `until`, oldest first, with their numbers; those after the number `after`."""
        return self._parts.events.matching(since=since, until=until, item=item, number=number, after=after)

    def put_fact(self, key: str, value: Any) -> None:
        """Keep a JSON value under a key, over any older one: when a schedule last came, when a rule was last swept.

        Raises:
            TypeError: the value is no JSON.
        """
        self._parts.facts.put(key, value)

    def fact(self, key: str) -> Any:
        """The value under a key; None: there is none."""
        return self._parts.facts.get(key)

    def prune(
        self, *, keep_runs: float, keep_events: float, keep_decisions: float, number: int = 10_000
    ) -> int:
        """Forget what is too old: runs and steps, identities, unused revisions; events; decisions.

        What was handled is not forgotten (see `clear`), unless the rule was deleted and all of its runs are forgotten.
        Items that have been unmatched for that long are forgotten, too.

        Args:
            keep_runs: seconds since a run ended, an item was unmatched, a rule was deleted.
            keep_events: seconds since an event was kept.
            keep_decisions: seconds since a decision last held.
            number: at most about so many rows; in short transactions, so that nobody waits.

        Returns:
            How many runs, identities, items, revisions, events and decisions were forgotten.
        """
        return self._parts.pruning.prune(
            keep_runs=keep_runs, keep_events=keep_events, keep_decisions=keep_decisions, number=number
        )
