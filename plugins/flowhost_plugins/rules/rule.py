"""A rule, as its file says it: triggers, conditions, steps and settings. Pure; `files` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, ClassVar, Literal, TypeAlias

import flowhost

NOWHERE = flowhost.Place("")

MINIMUM_POLLING = 10.0
"""Seconds; no rule looks more often, unless its engine is told to allow it."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """Every item that a saved search finds, now and later; once, until it is not found any more.

    Args:
        search: id or name of the saved search; or a query in the library's language.
        is_query: whether it is a query.
    """

    kind: ClassVar[str] = "saved-search"
    search: str
    is_query: bool = False


@dataclass(frozen=True, slots=True)
class InCollection:
    """Every item in a collection, or in one below it, now and later."""

    kind: ClassVar[str] = "collection"
    collection: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """Every item with shapes of these formats whose files are not where the rule wants them.

    Args:
        formats: shape tags.
        storages: how many storages shall hold each shape.
        targets: which ones, by id or name; without any those with most room.
        remove: whether copies elsewhere are removed.
        directory: where in the storage; None: as it is.
    """

    kind: ClassVar[str] = "format-distribution"
    formats: tuple[str, ...]
    storages: int = 1
    targets: tuple[str, ...] = ()
    remove: bool = False
    directory: flowhost.Template | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A notification, by its name: ``item_create``, ``metadata_modify``, ``job_finish`` ...

    Args:
        name: of the notification.
        kind: how the file calls it: ``new-item``, ``metadata-change``, ``job`` or ``notification``.
        fields: of a metadata change: one of these must have changed; without any every change counts.
        variables: variable → text or pattern with ``*``: what must be told besides, e.g. ``type: TRANSCODE``.
    """

    name: str
    kind: Literal["new-item", "metadata-change", "job", "notification"] = "notification"
    fields: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manual:
    """Somebody starts it: from the command line, or by a program."""

    kind: ClassVar[str] = "manual"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The time has come: once for every item a query or saved search finds, or once without an item.

    Args:
        cron: five fields, as in crontab(5); empty when `every` is set.
        every: seconds between two times; None when `cron` is set.
        zone: time zone of `cron`.
        query: which items, in the library's language.
        search: which items, as the id or name of a saved search. Without query and search the run is about none.
    """

    kind: ClassVar[str] = "schedule"
    cron: str = ""
    every: float | None = None
    zone: str = "UTC"
    query: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class FromSource:
    """An event of any source of the daemon.

    Args:
        type: pattern of its type, e.g. ``file.*``.
        source: pattern of what it says it comes from.
        when: must hold; sees ``event``.
        item: gives the id of the item; None: the event's subject, when there is such an item.
    """

    kind: ClassVar[str] = "source"
    type: str = "*"
    source: str = "*"
    when: flowhost.Expression | None = None
    item: flowhost.Expression | None = None


Trigger: TypeAlias = SavedSearch | InCollection | Distribution | Signal | Manual | Schedule | FromSource

SWEPT = (SavedSearch, InCollection, Distribution)
"""Triggers that hold or do not hold for an item: a sweep finds what no notification told of."""


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step: an action with its parameters.

    Args:
        action: name of the action.
        parameters: as the file has them: parameter → text, number, yes or no, list or mapping of these.
        when: must hold for the step to be taken; else it is skipped.
        place: where it stands.
        places: path of keys and indexes within the parameters → where that stands.
    """

    action: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    when: flowhost.Expression | None = None
    place: flowhost.Place = NOWHERE
    places: Mapping[tuple[str | int, ...], flowhost.Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a step that fails is tried, and when: a random delay up to one that doubles with each try.

    Args:
        attempts: tries in all.
        delay: the longest before the second try, seconds.
        limit: the most it grows to, seconds.
    """

    attempts: int = 3
    delay: float = 10.0
    limit: float = 600.0


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many runs may start within so many seconds."""

    runs: int
    per: float


@dataclass(frozen=True, slots=True)
class Breaker:
    """After so many failed runs in a row no run starts for so many seconds; then one is tried.

    Args:
        failures: in a row; 0: never.
        pause: seconds.
    """

    failures: int = 10
    pause: float = 600.0


@dataclass(frozen=True, slots=True)
class Window:
    """When runs may start; those under way go on.

    Args:
        days: 0 is Monday.
        start: the time of day it opens.
        end: the time of day it closes; at or before `start`: on the next day.
        zone: time zone.
    """

    days: frozenset[int] = frozenset(range(7))
    start: time = time(0)
    end: time = time(0)
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Args:
        name: its name, unique.
        description: for people.
        triggers: what it reacts to; any of them.
        conditions: all must hold, for the item as it is when the run would start.
        steps: its actions, one after another.
        suspended: whether the file says that it shall not react.
        polling_interval: seconds between two sweeps; None: the engine's.
        priority: runs of rules with a higher one start first.
        max_concurrency: runs at once, those that wait for jobs included.
        windows: when runs may start; none: always.
        retry: of steps that fail.
        settle: seconds for which an item must not have changed.
        quota: how many runs may start; None: any number.
        breaker: when it pauses because everything fails.
        max_matches: a sweep that would start more runs starts none, but waits to be approved; None: no limit.
        time_limit: seconds one action may take, waiting not counted.
        text: the file's text.
        place: where it stands.
        trigger_places: where each trigger stands.
    """

    name: str
    triggers: tuple[Trigger, ...]
    steps: tuple[StepSpec, ...]
    description: str = ""
    conditions: tuple[flowhost.Expression, ...] = ()
    suspended: bool = False
    polling_interval: float | None = None
    priority: int = 0
    max_concurrency: int = 50
    windows: tuple[Window, ...] = ()
    retry: Patience = field(default_factory=Patience)
    settle: float = 0.0
    quota: Quota | None = None
    breaker: Breaker = field(default_factory=Breaker)
    max_matches: int | None = None
    time_limit: float = 300.0
    text: str = ""
    place: flowhost.Place = NOWHERE
    trigger_places: tuple[flowhost.Place, ...] = ()
