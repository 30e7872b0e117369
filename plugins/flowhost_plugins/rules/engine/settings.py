"""What an operator can set about the running of rules."""

from __future__ import annotations

from dataclasses import dataclass

import flowhost
from flowhost_plugins.rules.rule import MINIMUM_POLLING


@dataclass(frozen=True, slots=True)
class Settings:
    """How rules are run; lengths of time are in seconds.

    Args:
        polling_interval: between two sweeps of a rule that sets none, and between two looks at jobs.
        minimum_polling_interval: no rule may look more often.
        total: runs at once, of all rules together, those that wait for jobs included; 0: none starts.
        max_depth: how many runs may lead to each other.
        item_budget: how many runs a rule may start for one item in an hour.
        keep_runs: how long runs that ended are remembered.
        keep_events: how long events are, for trying a rule on them.
        keep_decisions: how long it is known why a rule did or did not start.
        stop_grace: how long the end of the daemon waits for actions that are being done.
    """

    polling_interval: float = 30.0
    minimum_polling_interval: float = MINIMUM_POLLING
    total: int = 100
    max_depth: int = 8
    item_budget: int = 100
    keep_runs: float = 90 * 86400
    keep_events: float = 14 * 86400
    keep_decisions: float = 30 * 86400
    stop_grace: float = 10.0

    def problems(self) -> list[flowhost.Problem]:
        """What is wrong with them, in sentences."""
        found = []
        if self.minimum_polling_interval <= 0:
            found.append(_wrong("minimum polling interval", self.minimum_polling_interval, "more than 0"))
        if self.polling_interval < self.minimum_polling_interval:
            least = f"at least {self.minimum_polling_interval:g} (the 'minimum polling interval')"
            found.append(_wrong("polling interval", self.polling_interval, least))
        counts = {"maximum total concurrency": self.total, "item budget": self.item_budget}
        counts["max depth"] = self.max_depth
        times = {"keep runs": self.keep_runs, "keep events": self.keep_events}
        times |= {"keep decisions": self.keep_decisions, "stop grace": self.stop_grace}
        return found + [
            _wrong(key, value, "0 or more") for key, value in (counts | times).items() if value < 0
        ]


def _wrong(key: str, value: float, expected: str) -> flowhost.Problem:
    return flowhost.Problem(f"{key!r} is {value:g}, expected {expected}")
