"""What the journal keeps, and what the rules' administration tells: deployments, runs, steps, items, decisions.

All of it is immutable: a record tells how something was at one moment. Moments are in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

RunState: TypeAlias = Literal["pending", "running", "waiting", "finished", "failed", "cancelled"]
"""``pending``: may start when there is room, and at `Run.wake` at the earliest. ``running``: an owner has it.
``waiting``: for jobs, or for a moment. The other three are ends: ``failed``: a step failed; the others were taken."""

ENDED: tuple[RunState, ...] = ("finished", "failed", "cancelled")

StepState: TypeAlias = Literal["started", "done", "skipped", "waiting", "failed"]
"""``started``: its action was called, and nobody knows yet how that ended."""

ItemState: TypeAlias = Literal["processing", "handled", "failed", "unmatched"]
"""Of an item, for one rule. ``unmatched``: it was handled, and does not match any more; if it does again, it is new."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a run started.

    Args:
        trigger: kind of the trigger, e.g. ``saved-search``, ``job``, ``manual``.
        event: the event, as a CloudEvent in JSON (`flowhost.cloudevent`); empty when there was none.
        swept: whether a sweep found it, not a notification.
        user: who started it by hand.
        variables: what scripts are told: variable → text.
        mark: the mark on the change that was its cause: id of the run that made it; empty: somebody else.
    """

    trigger: str
    event: Mapping[str, Any] = field(default_factory=dict)
    swept: bool = False
    user: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be started.

    Args:
        rule: name of the rule.
        revision: of the rule.
        item: id of the item; None: about none.
        cause: why.
        priority: the rule's.
        wake: not before; None: at once.
        depth: how many runs of rules led to this one.
        chain: the rules of those runs, the first of all at the beginning.
        identity: natural identity of the event; for one rule and item an identity starts one run. Empty: none.
        once: whether an item that this rule has handled already, and that still matches, is left alone.
    """

    rule: str
    revision: int
    item: str | None
    cause: Cause
    priority: int = 0
    wake: datetime | None = None
    depth: int = 0
    chain: tuple[str, ...] = ()
    identity: str = ""
    once: bool = False


Refusal: TypeAlias = Literal["processing", "handled", "duplicate"]
"""Why no run was started: the item is being processed, or was handled, or the event was seen already."""


@dataclass(frozen=True, slots=True)
class Run:
    """One rule applied to one item.

    Args:
        id: its number.
        rule: name of the rule.
        revision: of the rule: which steps it takes.
        item: id of the item; None: about none.
        state: see `RunState`.
        cause: why it started.
        priority: of its rule, when it started.
        step: number of the next step, from 1; of the one that waits.
        created: when it was asked for.
        started: when its first step was taken; None before.
        ended: when it ended; None before.
        wake: not before, or, of one that waits: when to look again.
        jobs: ids of the jobs it waits for.
        owner: who has it, while it runs.
        token: fencing token: it grows with each claim, so that a late owner's words do not count.
        attempt: number of the try of its step, from 1.
        cancel: whether somebody wants it to end.
        depth: see `NewRun`.
        chain: see `NewRun`.
        errors: a sentence for each step that failed.
    """

    id: int
    rule: str
    revision: int
    item: str | None
    state: RunState
    cause: Cause
    priority: int = 0
    step: int = 1
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    wake: datetime | None = None
    jobs: tuple[str, ...] = ()
    owner: str = ""
    token: int = 0
    attempt: int = 1
    cancel: bool = False
    depth: int = 0
    chain: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run, as far as it came.

    Args:
        number: from 1.
        action: name of the action.
        state: see `StepState`.
        reason: what was done, or why not.
        jobs: ids of the jobs it started.
        memo: what the action keeps while it waits.
        attempts: how often it was tried.
        started: when the first try began.
        ended: when it ended; None before.
    """

    number: int
    action: str
    state: StepState
    reason: str = ""
    jobs: tuple[str, ...] = ()
    memo: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 1
    started: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """What a rule did with an item.

    Args:
        rule: name of the rule.
        item: id of the item.
        state: see `ItemState`.
        run: number of the run that was started, or tried again, last.
        times: how many runs ended.
        since: since when it is in this state.
        errors: of the newest run.
    """

    rule: str
    item: str
    state: ItemState
    run: int
    times: int
    since: datetime
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """A rule, as it is deployed.

    Args:
        rule: its name.
        revision: the newest; revisions count from 1.
        deployed: when that was deployed.
        file: where it was read.
        suspended: whether somebody suspended it.
        trigger_deleted: whether it reacts to nothing any more, and can only be started by hand.
        deleted: whether it was deleted; its runs and revisions are kept for a while.
        approved: until when more than `max_matches` runs may start; None: they may not.
        held: how many matches wait to be approved; 0: none.
        issue: why the newest file was not deployed, or what hinders the rule; empty: nothing.
    """

    rule: str
    revision: int
    deployed: datetime
    file: str = ""
    suspended: bool = False
    trigger_deleted: bool = False
    deleted: bool = False
    approved: datetime | None = None
    held: int = 0
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts about one rule; all are derived from runs and items.

    Args:
        handled: items it has handled.
        processing: items it is at.
        failed: items whose newest run failed.
        pending: runs that wait to start.
        running: runs under way, those that wait for jobs included.
        last_handled: when a run last ended.
        last_duration: how long the last run that ended took, seconds.
        failures: runs that failed in a row, up to now.
        last_failure: when the newest run failed; None: it did not.
        swept: runs that a sweep found though a notification should have told.
        oldest_pending: since when the oldest pending run could start.
        started_since: runs started since the moment that was asked about.
    """

    handled: int = 0
    processing: int = 0
    failed: int = 0
    pending: int = 0
    running: int = 0
    last_handled: datetime | None = None
    last_duration: float | None = None
    failures: int = 0
    last_failure: datetime | None = None
    swept: int = 0
    oldest_pending: datetime | None = None
    started_since: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """What of a `Summary` decides whether a rule may start runs now; it costs little, whatever there is.

    Args:
        failures: runs that failed in a row, up to now.
        last_failure: when the newest run failed; None: it did not.
        started_since: runs started since the moment that was asked about.
        running: runs under way, those that wait for jobs included.
    """

    failures: int = 0
    last_failure: datetime | None = None
    started_since: int = 0
    running: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at before a run could start.

    Args:
        what: ``rule``, ``trigger``, ``condition``, ``settle``, ``ledger``, ``guard``, ``window``, ``quota``, ``breaker``,
            ``concurrency``, ``approval``.
        held: whether it let the run pass; None: it could not be looked at.
        reason: in a sentence, with the actual values.
    """

    what: str
    held: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a rule did or did not start a run for an item; equal ones in a row are one.

    Args:
        rule: name of the rule.
        item: id of the item; empty: about none.
        checks: what was looked at, in order; the last is what decided.
        since: when it was first so.
        until: when it was last so.
        times: how often it was so in a row.
        run: number of the run that was started; None: none.
        trigger: what was looked at: the notification's name, or ``sweep``, ``schedule``, ``manual``.
    """

    rule: str
    item: str
    checks: tuple[Check, ...]
    since: datetime
    until: datetime
    times: int = 1
    run: int | None = None
    trigger: str = ""

    @property
    def blocked_by(self) -> Check | None:
        """The first thing that did not let it pass; None when it passed."""
        return next((check for check in self.checks if check.held is False), None)
