"""What the monitoring shows of rules and runs."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import RunState, Summary

GAUGES: dict[str, tuple[str, str]] = {
    "pending": ("flowhost_rules_pending", "Runs that wait to start."),
    "running": ("flowhost_rules_running", "Runs under way, those that wait for jobs included."),
    "processing": ("flowhost_rules_items_processing", "Items a rule is at."),
    "handled": ("flowhost_rules_items_handled", "Items a rule has handled."),
    "failed": ("flowhost_rules_items_failed", "Items whose newest run failed."),
}
"""Count of a summary → its metric and what it tells."""


class Measures:
    """Counts what happens in this process; the rest is read from the journal when it is asked for.

    Args:
        journal: the journal.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._ended: Counter[tuple[str, RunState]] = Counter()
        self._missed: Counter[str] = Counter()

    def ended(self, rule: str, state: RunState) -> None:
        """A run of this rule came to its end."""
        with self._lock:
            self._ended[rule, state] += 1

    def missed(self, rule: str, number: int) -> None:
        """A sweep of this rule started so many runs that a notification should have started."""
        with self._lock:
            self._missed[rule] += number

    def metrics(self) -> Iterator[flowhost.Metric]:
        """All of them."""
        with self._lock:
            ended, missed = dict(self._ended), dict(self._missed)
        for (rule, state), number in sorted(ended.items()):
            labels = {"rule": rule, "state": state}
            text = "Runs that came to their end in this process."
            yield flowhost.Metric("flowhost_rules_runs", number, text, labels=labels, counter=True)
        for rule, summary in self._journal.summaries().items():
            labels = {"rule": rule}
            text = "Runs that a sweep of this process found though a notification should have told."
            yield flowhost.Metric(
                "flowhost_rules_missed", missed.get(rule, 0), text, labels=labels, counter=True
            )
            yield from _of_rule(rule, summary)


def _of_rule(rule: str, summary: Summary) -> Iterator[flowhost.Metric]:
    for count, (name, text) in GAUGES.items():
        yield flowhost.Metric(name, getattr(summary, count), text, labels={"rule": rule})
    if summary.last_duration is not None:
        text = "How long the newest run that ended took."
        yield flowhost.Metric(
            "flowhost_rules_last_run_seconds", summary.last_duration, text, labels={"rule": rule}
        )
