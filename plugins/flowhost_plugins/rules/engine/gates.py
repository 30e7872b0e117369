"""Which rules may start runs now, and how many: windows, quotas and breakers, looked at as seldom as is exact."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeAlias

import flowhost
from flowhost_plugins.rules.matching import Admission, DeployedRule

LOOK_EVERY = 1.0  # seconds between two looks at a rule that is held back, or has a window
LOOK_AT_ALL_EVERY = 60.0  # seconds; other hosts' failures show within this time

Admit: TypeAlias = Callable[[DeployedRule, datetime], Admission]


class Gates:
    """How many runs of each rule may be under way.

    A rule whose breaker has nothing to count is asked about seldom; one with a quota again whenever runs of it began
    or came to rest, because its limit is what is under way and what is left.

    Args:
        admit: looks at one rule.
    """

    def __init__(self, admit: Admit) -> None:
        self._admit = admit
        self._lock = threading.Lock()
        self._limits: dict[str, int] = {}
        self._watched: set[str] = set()  # failed lately, or held back: looked at every second
        self._counted: set[str] = set()  # have a quota
        self._stale: set[str] = set()
        self._looked = self._looked_at_all = float("-inf")

    def limits(self, rules: Iterable[DeployedRule], now: datetime, seconds: float) -> dict[str, int]:
        """Rule → how many of its runs may be under way; 0 for those that may start none.

        Args:
            rules: all that are deployed.
            now: the time of day.
            seconds: of the clock.
        """
        with self._lock:
            everything = seconds - self._looked_at_all >= LOOK_AT_ALL_EVERY
            every_second = seconds - self._looked >= LOOK_EVERY
            stale, self._stale = self._stale, set()
            watched = set(self._watched)
        if everything:
            self._looked_at_all = seconds
        if every_second:
            self._looked = seconds
        limits = {}
        for rule in rules:
            again = everything or rule.name in stale or rule.name not in self._limits
            if again or (every_second and (rule.name in watched or rule.rule.windows)):
                try:
                    self._look(rule, now)
                except flowhost.FlowhostError:
                    self.changed()  # what was to be looked at still is
                    raise
            limits[rule.name] = self._limits[rule.name]
        self._limits = dict(limits)
        return limits

    def moved(self, rule: str) -> None:
        """A run of this rule was claimed, or came to rest: what is under way is not what it was."""
        with self._lock:
            if rule in self._watched or rule in self._counted:
                self._stale.add(rule)

    def failed(self, rule: str) -> None:
        """A run of this rule did not end well."""
        with self._lock:
            self._watched.add(rule)
            self._stale.add(rule)

    def changed(self) -> None:
        """Rules were deployed, suspended or resumed."""
        with self._lock:
            self._looked_at_all = float("-inf")

    def _look(self, rule: DeployedRule, now: datetime) -> None:
        deployment = rule.deployment
        if deployment.suspended or deployment.deleted:
            self._limits[rule.name] = 0
            return
        admission = self._admit(rule, now)
        free = admission.limit >= rule.rule.max_concurrency
        self._limits[rule.name] = min(admission.limit, rule.rule.max_concurrency) if admission.open else 0
        with self._lock:
            (self._watched.discard if free else self._watched.add)(rule.name)
            (self._counted.add if rule.rule.quota else self._counted.discard)(rule.name)
