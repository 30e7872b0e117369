"""Starts the runs of many matches: some hundreds at once, and none at all when there are more than may start unasked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching.approval import is_approved, number_check
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.recorder import Recorder
from flowhost_plugins.rules.matching.weighing import Weighed, with_check
from flowhost_plugins.rules.records import Run

CHUNK = 200
"""Runs started in one go."""


@dataclass(frozen=True, slots=True)
class Started:
    """What was started.

    Args:
        runs: how many runs.
        missed: how many of them a notification should have told of.
        held: how many wait to be approved; then nothing was started.
    """

    runs: int = 0
    missed: int = 0
    held: int = 0


class Starting:
    """Starts runs, and keeps why or why not.

    Args:
        journal: where runs are started.
        recorder: keeps why.
    """

    def __init__(self, journal: Journal, recorder: Recorder) -> None:
        self._journal = journal
        self._recorder = recorder

    def start(self, weighed: Sequence[Weighed], now: datetime) -> list[Run]:
        """Start those that passed; return the runs that the ledger let start."""
        news = [one.new for one in weighed if one.new is not None]
        answers = iter(self._journal.start_many(news) if news else [])
        runs = []
        for one in weighed:
            answer = next(answers) if one.new is not None else None
            self._recorder.decide(one.decision(now, answer))
            if isinstance(answer, Run):
                runs.append(answer)
        return runs

    def start_matches(self, deployed: DeployedRule, weighed: Iterable[Weighed], now: datetime) -> Started:
        """Start those that passed, of any number; none if there are more than the rule may start unasked."""
        most = deployed.rule.max_matches
        if most is None or is_approved(deployed.deployment, now):
            return self._start_all(weighed, now)
        rest = iter(weighed)
        passed: list[Weighed] = []
        for one in rest:
            if one.new is None:
                self.start([one], now)  # keeps why
                continue
            passed.append(one)
            if len(passed) > most:
                break
        number = len(passed) + sum(self._is_new(one, now) for one in rest)
        check = number_check(deployed, number, now)
        assert check is not None, "a rule with a limit has one"
        started = self._start_all((with_check(one, check) for one in passed), now)
        return started if check.held else Started(held=number)

    def _start_all(self, weighed: Iterable[Weighed], now: datetime) -> Started:
        rest, number, missed = iter(weighed), 0, 0
        for first in rest:
            runs = self.start(list(chain([first], islice(rest, CHUNK - 1))), now)
            number += len(runs)
            missed += sum(run.cause.swept for run in runs)
        return Started(number, missed)

    def _is_new(self, weighed: Weighed, now: datetime) -> bool:
        if weighed.new is None:
            self.start([weighed], now)  # keeps why
        return weighed.new is not None
