"""The worker ``rules``: hands every event of the daemon's sources to the rules engine."""

from __future__ import annotations

from typing import ClassVar

import flowhost
from flowhost_plugins.rules.engine import RulesEngine


class RulesWorker:
    """Lets rules run: for each event those that it concerns.

    An event is worked on when every run it causes is kept in the journal; its source may acknowledge it then. The
    runs themselves go on in the rules engine, within its limits.

    Args:
        engine: the rules engine, section ``[Rules]``.
    """

    name: ClassVar[str] = "rules"

    def __init__(self, *, engine: RulesEngine) -> None:
        self._engine = engine

    def work(self, event: flowhost.Event) -> list[int]:
        """Keep the runs an event causes; return their numbers.

        Raises:
            Unavailable: the journal, or the asset system a condition asks, cannot be used now.
        """
        return [run.id for run in self._engine.event(event)]
