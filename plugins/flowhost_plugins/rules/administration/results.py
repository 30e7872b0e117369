"""What the administration answers: immutable, complete, without words for a terminal. Moments are in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import flowhost
from flowhost_plugins.rules.matching import Replayed
from flowhost_plugins.rules.records import ItemRecord, Refusal, Run, Step

RuleState: TypeAlias = Literal["active", "suspended", "trigger deleted", "deleted"]
"""``trigger deleted``: it reacts to nothing, and can be started by hand."""


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """A rule as the list of rules shows it.

    Args:
        name: its name.
        state: see `RuleState`.
        description: what it is for, as its file says.
        source: what it reacts to, a text for each trigger.
        handled: how many items it has handled.
        dynamic_access: how many items have access entries from it that are withdrawn with it; None: the asset system
            cannot be asked.
        last_handled: when a run of it last ended.
        issues: what hinders it, a sentence each: items that failed, a revision that cannot run, runs that do not begin.
        deployed: when its newest revision was deployed.
        revision: number of that.
        processing: items it is at.
        failed: items whose newest run failed.
        pending: runs that wait to start.
        running: runs under way, those that wait for jobs included.
    """

    name: str
    state: RuleState
    description: str
    source: tuple[str, ...]
    handled: int
    dynamic_access: int | None
    last_handled: datetime | None
    issues: tuple[str, ...]
    deployed: datetime
    revision: int
    processing: int = 0
    failed: int = 0
    pending: int = 0
    running: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """One of the revisions of a rule that are kept."""

    number: int
    deployed: datetime


@dataclass(frozen=True, slots=True)
class RuleDetails:
    """Everything about one rule.

    Args:
        status: as in the list.
        file: where it was read.
        text: of the newest revision.
        diagram: lines for a terminal; empty when the revision cannot be read by this version.
        revisions: those that are kept, the newest first.
        last_duration: how long the last run that ended took, seconds.
        oldest_pending: since when the oldest pending run could start.
        held: how many matches wait to be approved.
        approved: until when more than `max_matches` runs may start.
        priority: runs of rules with a higher one start first.
        max_concurrency: runs at once.
        polling_interval: seconds between two sweeps.
        processing: items it is at, some of them.
        handled: items it has handled, some of them.
        failed: items whose newest run failed, with the errors, some of them.
        dynamic_access: ids of all items with access entries from it; None: the asset system cannot be asked.
        newest_runs: its newest runs, the newest first.
    """

    status: RuleStatus
    file: str
    text: str
    diagram: str
    revisions: tuple[Revision, ...]
    last_duration: float | None
    oldest_pending: datetime | None
    held: int
    approved: datetime | None
    priority: int | None
    max_concurrency: int | None
    polling_interval: float | None
    processing: tuple[ItemRecord, ...]
    handled: tuple[ItemRecord, ...]
    failed: tuple[ItemRecord, ...]
    dynamic_access: tuple[str, ...] | None
    newest_runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Started:
    """What became of starting a rule for one item.

    Args:
        item: its id; None: the run is about none.
        run: the run; None when there is none.
        refusal: why the journal did not take it.
        error: why it was not tried: there is no such item. Empty: it was.
    """

    item: str | None
    run: Run | None = None
    refusal: Refusal | None = None
    error: str = ""

    @property
    def would_start(self) -> bool:
        """Whether nothing is in the way; after a dry start there is no run all the same."""
        return self.refusal is None and not self.error


@dataclass(frozen=True, slots=True)
class Redeployed:
    """What became of one rule.

    Args:
        rule: its name.
        file: where it was read.
        revision: number of the newest revision.
        changed: whether that is a new one.
        gone: the file is not there any more: nothing was changed, the revision goes on.
    """

    rule: str
    file: str
    revision: int
    changed: bool
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted.

    Args:
        rule: its name.
        file: the file that was removed; empty: there was none, or only the trigger was deleted.
        pending: runs that wait to start, and will be cancelled.
        dynamic_access: items whose access entries will be withdrawn; None: unknown.
    """

    rule: str
    file: str = ""
    pending: int = 0
    dynamic_access: int | None = None


@dataclass(frozen=True, slots=True)
class RunDetails:
    """A run with its steps.

    Args:
        run: the run.
        steps: those that were begun.
        ahead: the actions of the steps that were not, in their order; none when the revision is forgotten.
        seconds: how long it took, or takes already; None before it started.
    """

    run: Run
    steps: tuple[Step, ...]
    ahead: tuple[str, ...] = ()
    seconds: float | None = None


EntryKind: TypeAlias = Literal["change", "event", "decision", "run", "step", "job"]
"""``change`` and ``job``: the asset system's own log tells. ``event``: a source told, and the journal kept it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to an item.

    Args:
        time: when.
        kind: see `EntryKind`.
        text: what, in a sentence.
        rule: name of the rule it is about; empty: of none.
        run: number of the run it is about.
        until: of a decision: when it last was so.
        times: of a decision: how often it was so in a row.
    """

    time: datetime
    kind: EntryKind
    text: str
    rule: str = ""
    run: int | None = None
    until: datetime | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Everything that is known to have happened to an item.

    Args:
        id: of the item.
        item: as it is; None: it is gone, or the asset system cannot be asked.
        entries: what happened, the oldest first.
        problem: why the asset system did not tell its part, in a sentence; empty: it did.
        from_change: sequence number of the oldest change of the asset system's log that was looked at; 0: all were.
    """

    id: str
    item: flowhost.Item | None
    entries: tuple[Entry, ...]
    problem: str = ""
    from_change: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft of a rule would have done.

    Args:
        rule: its name.
        file: where the draft was read.
        revision: the revision it is compared with; None: the rule is not deployed.
        same: whether draft and revision have the same text.
        since: from when events were looked at.
        replays: what became of each event that concerns one of the two.
    """

    rule: str
    file: str
    revision: int | None
    same: bool
    since: datetime
    replays: tuple[Replayed, ...]
