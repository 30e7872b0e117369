"""The forms of triggers: what stands after ``trigger:``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flowhost
from flowhost_plugins.rules.files.forms import (
    Either,
    Form,
    Length,
    Pattern,
    Schema,
    Several,
    Text,
    Whole,
    YesNo,
)
from flowhost_plugins.rules.files.nodes import Node, Scalar, Table, wrong
from flowhost_plugins.rules.files.records import Field, Record, spelled
from flowhost_plugins.rules.files.texts import EVENT_FACTS, Condition, Tagged
from flowhost_plugins.rules.files.times import CRON, ZONE
from flowhost_plugins.rules.rule import (
    Distribution,
    FromSource,
    InCollection,
    Manual,
    SavedSearch,
    Schedule,
    Signal,
    Trigger,
)


@dataclass(frozen=True, slots=True)
class Made:
    """A form whose value is turned into something else."""

    form: Form[Any]
    make: Callable[[Any], Any]

    def read(self, node: Node, called: str) -> Any:
        """What was made of the value."""
        return self.make(self.form.read(node, called))

    def schema(self) -> Schema:
        """See `Form`."""
        return self.form.schema()


def _search(search: str = "", query: str = "") -> SavedSearch:
    return SavedSearch(query or search, is_query=bool(query))


def _distribution(
    formats: tuple[str, ...],
    storages: int = 1,
    targets: tuple[str, ...] = (),
    remove: bool = False,
    directory: flowhost.Template | None = None,
) -> Distribution:
    if targets and storages > len(targets):
        raise ValueError(f"{storages} storages are wanted, but {len(targets)} named in 'targets'")
    return Distribution(formats, storages, targets, remove, directory)


def _created(others: dict[str, str]) -> Signal:
    return Signal("item_create", "new-item", variables=others)


def _changed(others: dict[str, str], fields: tuple[str, ...] = ()) -> Signal:
    return Signal("metadata_modify", "metadata-change", fields, others)


def _job(others: dict[str, str], name: str = "job_finish") -> Signal:
    return Signal(name, "job", variables=others)


def _notification(others: dict[str, str], name: str) -> Signal:
    return Signal(name, "notification", variables=others)


def _source(
    type: str = "*",  # noqa: A002  # the key's name
    source: str = "*",
    when: flowhost.Expression | None = None,
    item: flowhost.Expression | None = None,
) -> FromSource:
    return FromSource(type, source, when, item)


SEARCH = Record(
    _search,
    (
        Field("search", Text(), "id or name of a saved search"),
        Field("query", Text(10_000), "a query in the library's language"),
    ),
    exactly_one=(("search", "query"),),
)

DISTRIBUTION = Record(
    _distribution,
    (
        Field("formats", Several(Text()), "shape tags: what is distributed"),
        Field("format", Several(Text()), "the same, for one tag", "formats"),
        Field("storages", Whole(1, 1000), "how many storages shall hold each shape; 1 by default"),
        Field("targets", Several(Text()), "ids or names of these storages; those with most room by default"),
        Field("remove-from-others", YesNo(), "whether copies elsewhere are removed; no by default", "remove"),
        Field("directory", Tagged(), "where in the storage, e.g. hires/${title}; as it is by default"),
    ),
    exactly_one=(("formats", "format"),),
)

CHANGE = Record(
    _changed,
    (Field("fields", Several(Text()), "one of these fields must have changed; any by default"),),
    others=Pattern(),
)

JOB = Record(
    _job,
    (Field("notification", Text(), "job_finish (the default), job_fail, job_stop ...", "name"),),
    others=Pattern(),
)

NOTIFICATION = Record(
    _notification,
    (Field("name", Text(), "the notification's name, e.g. item_delete", required=True),),
    others=Pattern(),
)

SCHEDULE = Record(
    Schedule,
    (
        Field("cron", CRON, "minute hour day-of-month month day-of-week, as in crontab(5)"),
        Field("every", Length(1), "how long between two times"),
        Field("time-zone", ZONE, "where the times of 'cron' hold; UTC by default", "zone"),
        Field("query", Text(10_000), "once for every item this query finds"),
        Field("search", Text(), "once for every item this saved search finds"),
    ),
    exactly_one=(("cron", "every"),),
    at_most_one=(("query", "search"), ("every", "time-zone")),
)

SOURCE = Record(
    _source,
    (
        Field("type", Text(), "pattern of the event's type, e.g. file.*"),
        Field("source", Text(), "pattern of what the event says it comes from"),
        Field("when", Condition(EVENT_FACTS), "an expression that must hold; it sees event"),
        Field("item", Condition(EVENT_FACTS), "an expression that gives the item's id; the event's subject by default"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of trigger.

    Args:
        name: as rule files write it.
        help: what it reacts to.
        form: of what stands after its name; None: nothing does.
        alone: what the name alone means; None: it needs a value.
    """

    name: str
    help: str
    form: Form[Trigger] | None = None
    alone: Callable[[], Trigger] | None = None


KINDS = (
    Kind(
        SavedSearch.kind,
        "every item that a saved search or query finds, now and later",
        Either(Made(Text(), SavedSearch), SEARCH),
    ),
    Kind(InCollection.kind, "every item in a collection, now and later", Made(Text(), InCollection)),
    Kind("new-item", "an item was made", Record(_created, (), others=Pattern()), lambda: _created({})),
    Kind("metadata-change", "the metadata of an item has changed", CHANGE, lambda: _changed({})),
    Kind("job", "a job has ended", JOB, lambda: _job({})),
    Kind("notification", "a notification of the library, by its name", NOTIFICATION),
    Kind(Distribution.kind, "files that are not on the storages where they shall be", DISTRIBUTION),
    Kind(Manual.kind, "somebody starts it", None, Manual),
    Kind(Schedule.kind, "the time has come", SCHEDULE),
    Kind(FromSource.kind, "an event of a source of the daemon", SOURCE, FromSource),
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A trigger, where it stands, and the node it was made of."""

    trigger: Trigger
    place: flowhost.Place
    node: Node


@dataclass(frozen=True, slots=True)
class TriggerForm:
    """A trigger: the name of its kind alone, or that name and what it needs."""

    def read(self, node: Node, called: str) -> Placed:
        """The trigger."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            kind = _kind(node.value, called, node.place)
            if kind.alone is None:
                message = f"{called}: {kind.name!r} needs a value; write '{kind.name}: ...'"
                raise flowhost.ConfigError(flowhost.Problem(message, node.place))
            return Placed(kind.alone(), node.place, node)
        if not isinstance(node, Table) or len(node.entries) != 1:
            names = ", ".join(kind.name for kind in KINDS)
            raise wrong(node, called, f"one of {names}, with its value")
        entry = node.entries[0]
        kind = _kind(entry.key, called, entry.place)
        nothing = isinstance(entry.value, Scalar) and entry.value.value is None
        if kind.alone is not None and (nothing or kind.form is None):
            if not nothing:
                raise wrong(entry.value, repr(kind.name), "nothing after it")
            return Placed(kind.alone(), entry.place, node)
        assert kind.form is not None
        return Placed(kind.form.read(entry.value, repr(entry.key)), entry.place, entry.value)

    def schema(self) -> Schema:
        """See `Form`."""
        names = [{"const": kind.name, "description": kind.help} for kind in KINDS if kind.alone]
        properties = {kind.name: {**_value_schema(kind), "description": kind.help} for kind in KINDS}
        table = {"type": "object", "properties": properties, "additionalProperties": False}
        return {"anyOf": [*names, {**table, "minProperties": 1, "maxProperties": 1}]}


def _kind(name: str, called: str, place: flowhost.Place) -> Kind:
    for kind in KINDS:
        if spelled(kind.name) == spelled(name):
            return kind
    names = [kind.name for kind in KINDS]
    near = flowhost.nearest(name, names) or f"; expected one of {', '.join(names)}"
    raise flowhost.ConfigError(flowhost.Problem(f"{called}: there is no trigger {name!r}{near}", place))


def _value_schema(kind: Kind) -> Schema:
    if kind.form is None:
        return {"type": "null"}
    return {"anyOf": [kind.form.schema(), {"type": "null"}]} if kind.alone else kind.form.schema()
