"""The worker ``rules``: hands every event of the daemon's sources to the rules engine."""

from __future__ import annotations

from typing import ClassVar

import flowhost
from flowhost_plugins.rules.engine import RulesEngine

UNAVAILABLE, TELL = "unavailable", "tell"
"""Header of an event whose sender waits for the answer and can ask again, and what it says: what cannot be reached is
told, under the name of the header, instead of being tried again and kept without the sender's knowing. An event with an
id is tried again all the same: once told it would count as handled."""


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

    def work(self, event: flowhost.Event) -> list[int] | dict[str, str]:
        """Keep the runs an event causes; return their numbers, or what cannot be reached if that is to be told.

        Raises:
            Unavailable: the journal, or the asset system a condition asks, cannot be used now.
        """
        try:
            return [run.id for run in self._engine.event(event)]
        except flowhost.Unavailable as error:
            if event.id is not None or event.headers.get(UNAVAILABLE) != TELL:
                raise
            return {UNAVAILABLE: str(error)}
