"""An event out of what a site told. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import flowhost
from flowhost_plugins.vidispine.documents import found_time, write_time
from flowhost_plugins.vidispine.notifications.kinds import Kind
from flowhost_plugins.vidispine.search.criteria import DELETED_FIELD

Told = Mapping[str, Sequence[str]]

FINISHED = ("FINISHED", "FINISHED_WARNING")
"""States of jobs that ended well."""

BESIDES_FIELDS = frozenset(
    (
        *("itemId", "item", "collectionId", "changeSetId", "userName", "user", "username"),
        *("sequenceNumber", "action", "timestamp", "type", "baseUri", "extradata", "notificationData"),
    )
)
"""Keys of a change of metadata that are no fields."""

ABOUT = ("itemId", "item", "collectionId", "jobId", "storageId", "fileId")
"""Keys that may say what an event is about, the first that is there."""

SEPARATOR = "\n"
"""Between several values of one variable: what scripts are told is one text."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is left of what is told.

    Args:
        names: only events that have one of these names.
        fields: only changes of metadata that are of one of these fields, maybe with their groups; empty: of any.
        job_types: only jobs of one of these types; empty: of any.
    """

    names: frozenset[str]
    fields: frozenset[str] = frozenset()
    job_types: frozenset[str] = frozenset()

    @property
    def field_names(self) -> frozenset[str]:
        """The fields as notifications name them: without their groups."""
        return frozenset(one.rpartition("/")[2] for one in self.fields)


def fields_in(told: Told) -> list[str]:
    """The names of the fields that a change of metadata tells of."""
    return [key for key in told if key not in BESIDES_FIELDS]


def names_of(kind: Kind, told: Told) -> tuple[str, ...]:
    """What rules call it, the narrowest name first."""
    if kind.key == "job-stop":
        ended = "job_finish" if _one(told, "status") in FINISHED else "job_fail"
        return (ended, "job_stop")
    if kind.key == "metadata-modify":
        if DELETED_FIELD not in told:
            return ("metadata_modify",)
        return ("item_trash" if _one(told, DELETED_FIELD) else "item_restore", "metadata_modify")
    return kind.names


def is_wanted(kind: Kind, names: Sequence[str], told: Told, filters: Filters) -> bool:
    """Whether it is what the profile asked for."""
    if filters.names.isdisjoint(names):
        return False
    if kind.key == "metadata-modify" and filters.fields:
        return not filters.field_names.isdisjoint(fields_in(told))
    if kind.resource == ("job",) and filters.job_types:
        return _one(told, "type") in filters.job_types
    return True


def identity(kind: Kind, told: Told) -> str | None:
    """An id that a second notification of the same has, too; None when nothing in it says which one it is.

    What has a name of its own is known by it: an item that was made or deleted by its id, metadata by its change set. The
    end of a job is known by how it ended and when it began, too, as a job can be run again.
    """
    if kind.key == "job-stop":
        return _identity_of_end(told)
    keys: tuple[str, ...] = {
        "item-create": ("itemId",),
        "item-delete": ("itemId",),
        "metadata-modify": ("itemId", "changeSetId"),
        "collection-create": ("collectionId",),
        "collection-delete": ("collectionId",),
        "access-create": ("itemId", "accessId"),
        "access-delete": ("itemId", "accessId"),
        "shape-create": ("itemId", "shapeId"),
        "shape-delete": ("itemId", "shapeId"),
        "job-create": ("jobId",),
    }.get(kind.key, ())
    values = [_one(told, key) for key in keys]
    return ":".join([kind.key, *values]) if values and all(values) else None


def _identity_of_end(told: Told) -> str | None:
    """A moment is written in one way, as a job that is asked for may have another one; some jobs end before they begin."""
    job, status, started = (_one(told, key) for key in ("jobId", "status", "started"))
    began = found_time(started)
    values = ["job-stop", job, status, write_time(began) if began else started]
    return ":".join(values) if job and status else None


def fingerprint(kind: Kind, told: Told) -> str:
    """A digest of everything that was told, in whatever order."""
    text = json.dumps({key: list(values) for key, values in told.items()}, sort_keys=True)
    return f"{kind.key}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def is_unique(told: Told) -> bool:
    """Whether two different happenings cannot have the same body: something in it counts."""
    return any(_one(told, key) for key in ("sequenceNumber", "timestamp", "changeSetId"))


def event(
    kind: Kind,
    names: Sequence[str],
    told: Told,
    *,
    id_: str,
    source: str,
    mark: str,
    time: datetime,
    paths: Sequence[str],
) -> flowhost.Event:
    """The event.

    Args:
        kind: the trigger.
        names: what it is called.
        told: key → values.
        id_: see `identity`.
        source: who says so.
        mark: what the change was made for; empty: unknown.
        time: when it was heard of.
        paths: what the changed fields are called with the groups that they may be in, which a site does not tell.
    """
    data = {key: SEPARATOR.join(values) for key, values in told.items()}
    item = data.get("itemId") or data.get("item") or ""
    if item:
        data |= {"itemId": item, "item": item}
    if kind.key == "metadata-modify":
        data["fields"] = ",".join(fields_in(told))
    if paths:
        data["fieldPaths"] = ",".join(paths)
    if mark:
        data["mark"] = mark
    about = next((data[key] for key in ABOUT if data.get(key)), None)
    return flowhost.Event(
        names[0],
        data,
        source=source,
        subject=about,
        id=id_,
        key=about,
        time=time,
        headers={"notifications": ",".join(names)},
    )


def mark_names(kind: Kind, told: Told) -> tuple[str, str] | None:
    """Item and name by which the mark of a change is remembered; None when none can be."""
    name = {"item-create": "", "metadata-modify": _one(told, "changeSetId")}.get(kind.key)
    if kind.key in ("access-create", "access-modify"):
        name = _one(told, "accessId")
    item = _one(told, "itemId")
    return (item, name) if item and name is not None and (name or kind.key == "item-create") else None


def _one(told: Told, key: str) -> str:
    values = told.get(key) or ("",)
    return values[0].strip()
