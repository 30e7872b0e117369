"""Everything that ever happened to an item, in order: as the journal knows it, and the asset system's own log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import flowhost
from flowhost_plugins.rules.administration.errors import NotFound
from flowhost_plugins.rules.administration.names import is_storable
from flowhost_plugins.rules.administration.results import Entry, EntryKind, TimeLine
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.records import Decision, Run, Step

PAGE = 1000

CHANGES = 200_000
"""How many of the newest changes of the asset system's log are looked through: some seconds."""

MARK = "mark"
"""The variable of a change that a rule made: the number of its run; see `flowhost.MediaLibrary.marked`."""

OF_ITEMS = ("item", "metadata", "access")
"""Kinds of changes whose id is the item's; each other kind of thing has ids of its own, which may look the same."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_RANKS = {"change": 0, "job": 0, "event": 1, "decision": 2, "run": 3, "step": 3}
"""What comes first of what has the same moment: the cause before what it led to."""


class Change(Protocol):
    """One thing that an asset system's log tells; see `flowhost_plugins.catalogue.Change`."""

    sequence: int
    time: datetime
    kind: str
    action: str
    id: str
    item: str | None
    fields: tuple[str, ...]
    details: Mapping[str, str]


class Log(Protocol):
    """An asset system that keeps a log of changes; not every one does."""

    def changes(self, after: int = 0, number: int = 1000) -> list[Any]:
        """The changes after a sequence number, each a `Change`."""

    def last_change(self) -> int:
        """The sequence number of the newest change; 0 when there is none."""


class TimeLines:
    """Gathers time lines."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def of(self, item_id: str, since: datetime | None) -> TimeLine:
        """See `Administration.item`."""
        if not is_storable(item_id):
            raise NotFound(f"there is no item {item_id!r}")
        assets, problem = self._site.assets_if_any()
        item: flowhost.Item | None = None
        if assets is not None:
            try:
                item = assets.item(item_id)
            except flowhost.Unavailable as error:
                assets, problem = None, str(error)
        found = item.id if item else item_id
        entries = list(self._journalled(found))
        first = 0
        log = _log_of(assets)
        if log is None:
            entries += self._events(found)
        else:
            changes, first = _changes(log, found)
            entries += map(_changed, changes)
        if item is None and not entries and not problem:
            raise NotFound(f"there is no item {item_id}, and nothing is known of one")
        wanted = [one for one in entries if since is None or (one.until or one.time) >= since]
        ordered = sorted(wanted, key=lambda one: (one.time, _RANKS[one.kind]))
        return TimeLine(found, item, tuple(ordered), problem, first)

    def _journalled(self, item: str) -> Iterator[Entry]:
        for run in self._runs(item):
            yield from _of_run(run, self._site.journal.steps(run.id))
        for deployment in self._site.journal.deployments(deleted=True):
            for decision in self._site.journal.decisions(deployment.rule, item, number=PAGE):
                if decision.run is None:  # of one that started, the run itself tells
                    yield _decided(decision)

    def _runs(self, item: str) -> Iterator[Run]:
        before: int | None = None
        while page := self._site.journal.runs(item=item, before=before, number=PAGE):
            yield from page
            before = page[-1].id

    def _events(self, item: str) -> Iterator[Entry]:
        after = 0
        while page := self._site.journal.events(since=_EVER, item=item, number=PAGE, after=after):
            for _, event in page:
                yield Entry(event.time, "event", f"{event.type} from {event.source}")
            after = page[-1][0]


def _of_run(run: Run, steps: Iterable[Step]) -> Iterator[Entry]:
    """A run's entries, in the order in which they happened."""
    tell = partial(Entry, rule=run.rule, run=run.id)
    began = run.created or run.started
    if began is not None:
        yield tell(began, "run", f"run {run.id} asked for: {caused(run)}")
    for step in steps:
        moment = step.ended or step.started
        if moment is not None:
            yield tell(moment, "step", stepped(step))
    if run.ended is not None:
        errors = f": {'; '.join(run.errors)}" if run.errors else ""
        yield tell(run.ended, "run", f"run {run.id} {run.state}{errors}")


def caused(run: Run) -> str:
    """Why a run started, in a few words: ``saved-search, found by a sweep``."""
    cause = run.cause
    words = [cause.trigger]
    if name := cause.event.get("type"):
        words.append(str(name))
    if cause.swept:
        words.append("found by a sweep")
    if cause.user:
        words.append(f"by {cause.user}")
    if run.chain:
        words.append(f"led to by {' → '.join(run.chain)}")
    return ", ".join(words)


def stepped(step: Step) -> str:
    """What became of a step."""
    reason = f": {step.reason}" if step.reason else ""
    jobs = f" ({', '.join(step.jobs)})" if step.jobs else ""
    tries = f", {step.attempts} tries" if step.attempts > 1 else ""
    return f"step {step.number} {step.action} {step.state}{reason}{jobs}{tries}"


def _decided(decision: Decision) -> Entry:
    blocked = decision.blocked_by
    why = f"{blocked.what}: {blocked.reason}" if blocked else "nothing blocked it, and no run was started"
    text = f"not started ({decision.trigger}): {why}"
    until = decision.until if decision.until != decision.since else None
    return Entry(decision.since, "decision", text, decision.rule, until=until, times=decision.times)


def _log_of(assets: flowhost.AssetSystem | None) -> Log | None:
    return assets if callable(getattr(assets, "changes", None)) else None  # type: ignore[return-value]  # it has what a log has


def _changes(log: Log, item: str) -> tuple[list[Change], int]:
    """The changes of an item, and the number of the oldest one that was looked at; 0: all were."""
    first = after = max(0, log.last_change() - CHANGES)
    found: list[Change] = []
    while page := log.changes(after, PAGE):
        found += [one for one in page if one.item == item or (one.kind in OF_ITEMS and one.id == item)]
        after = page[-1].sequence
    return found, first + 1 if first else 0


def _changed(change: Change) -> Entry:
    details = ", ".join(f"{name} {value}" for name, value in change.details.items() if name != MARK)
    fields = f" of {', '.join(change.fields)}" if change.fields else ""
    named = "" if change.kind in OF_ITEMS else f" {change.id}"
    by = f" by run {change.details[MARK]}" if change.details.get(MARK) else ""
    said = f"{change.kind} {change.action.lower()}{named}{fields}{by}"
    kind: EntryKind = "job" if change.kind == "job" else "change"
    return Entry(change.time, kind, f"{said}: {details}" if details else said)
