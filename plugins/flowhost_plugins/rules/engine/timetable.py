"""The timetable: starts what is scheduled, however long sweeps take."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.rules.engine.deploying import Deploying
from flowhost_plugins.rules.engine.rounds import Rounds

if TYPE_CHECKING:
    from flowhost_plugins.rules.matching import Matcher


class Timetable:
    """Fires the schedules whose time has come, those of the highest priority first.

    Args:
        matcher: matches.
        deploying: the rules.
        clock: the time.
        started: called when runs may have been started.
    """

    def __init__(
        self, matcher: Matcher, deploying: Deploying, clock: flowhost.Clock, started: Callable[[], None]
    ) -> None:
        self._matcher = matcher
        self._deploying = deploying
        self._clock = clock
        self._started = started
        self.rounds = Rounds("rules-timetable", "the schedules", self._fire_due, clock)

    def _fire_due(self) -> None:
        for rule, trigger in self._matcher.due_schedules(self._deploying.rules, self._clock.now()):
            if self.rounds.stopping:
                return
            what = f"the schedule of rule {rule.name!r}"
            self.rounds.attempt(what, partial(self._matcher.schedule, rule, trigger))
            self._started()
