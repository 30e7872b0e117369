"""Calls an action for one step of a run: within its time limit, marked, and whatever it raises."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, TypeAlias

import flowhost
from flowhost_plugins.rules.engine.context import context_of
from flowhost_plugins.rules.engine.jobs import media_of
from flowhost_plugins.rules.engine.journey import Journey
from flowhost_plugins.rules.engine.verdict import Verdict, verdict_of
from flowhost_plugins.rules.engine.watchdog import Watchdog
from flowhost_plugins.rules.matching import Facts, Library

log = logging.getLogger(__name__)

Call: TypeAlias = Callable[[flowhost.Context], Any]


class Actor:
    """Calls actions.

    Args:
        library: where the items are.
        watchdog: looks after the time limits.
    """

    def __init__(self, library: Library, watchdog: Watchdog) -> None:
        self._media = media_of(library.assets)
        self._watchdog = watchdog

    def act(self, journey: Journey, facts: Facts) -> tuple[Verdict | None, bool]:
        """Let the action act; see `_called`."""
        return self._called(journey, facts, journey.action.act)

    def finish(
        self, journey: Journey, facts: Facts, jobs: Sequence[flowhost.AssetJob]
    ) -> tuple[Verdict | None, bool]:
        """Let the action finish what it waited for; see `_called`."""
        finish = journey.action.finish  # type: ignore[attr-defined]  # an action may have it
        return self._called(journey, facts, lambda context: finish(context, tuple(jobs)))

    def _called(self, journey: Journey, facts: Facts, call: Call) -> tuple[Verdict | None, bool]:
        """Call it.

        Returns:
            What came of it, None when it was given up; and whether it was told that nobody wants it any more.
        """
        rule = journey.made.rule
        acting = self._watchdog.begin(journey.what, rule.time_limit, journey)
        verdict: Verdict
        try:
            with self._marked(str(journey.run.id)):
                verdict = _outcome(call(context_of(journey, facts, acting.cancelled)), journey)
        except BaseException as error:  # an action is a stranger's code; one that exits fails its step
            if not isinstance(error, flowhost.FlowhostError):
                log.warning("%s failed", journey.what, exc_info=error)
            verdict = verdict_of(error, rule.retry, journey.attempt)
        if not self._watchdog.end(acting):
            return None, True
        if acting.over:
            verdict = _overdue(verdict, rule.time_limit)
        return verdict, acting.cancelled.is_set()

    def _marked(self, mark: str) -> AbstractContextManager[None]:
        return self._media.marked(mark) if self._media else nullcontext()


def _outcome(returned: Any, journey: Journey) -> flowhost.Outcome:
    if isinstance(returned, flowhost.Outcome):
        return replace(returned, reason=str(returned.reason))  # many give the exception itself
    seen = type(returned).__name__
    raise flowhost.Permanent(f"the action {journey.action_name!r} returned {seen}, expected an Outcome")


def _overdue(verdict: Verdict, limit: float) -> Verdict:
    """What came of a call that listened when its time was over."""
    if isinstance(verdict, flowhost.Outcome) and verdict.state != "failed":
        return verdict
    return flowhost.Outcome.failed(f"{too_long(limit)}: {verdict.reason}")


def too_long(limit: float) -> str:
    """Why a step failed that was over its time."""
    return f"it took longer than {limit:g} s"
