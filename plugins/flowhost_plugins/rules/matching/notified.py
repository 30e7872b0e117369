"""What an event says to rules: the names of the notification, its variables, the item, the run that caused it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import flowhost
from flowhost_plugins.rules.records import Run

NAMES_HEADER = "notifications"
"""Header of an event that has several names: all of them, divided by commas."""

ITEM_VARIABLES = ("itemId", "item")

LONGEST_ID = 512
"""Characters of an id of an item, as many as the journal keeps; those of asset systems are far shorter."""

PROGRESS = frozenset({"job_create", "job_update"})
"""Notifications that tell of work under way: they change nothing about an item."""

JOB_ENDS = frozenset({"job_stop", "job_finish", "job_fail"})
"""Notifications that a job has ended."""


def names(event: flowhost.Event) -> tuple[str, ...]:
    """The names of a notification, the narrowest first."""
    header = event.headers.get(NAMES_HEADER)
    if not header:
        return (event.type,)
    return tuple(name for name in (part.strip() for part in header.split(",")) if name) or (event.type,)


def variables(event: flowhost.Event) -> Mapping[str, Any]:
    """The variables of a notification; none when its data is no mapping."""
    return event.data if isinstance(event.data, Mapping) else {}


def item_of(event: flowhost.Event) -> str | None:
    """Id of the item an event is about: its variable ``itemId`` or ``item``, or its subject.

    A subject that is the id of something else, as ``collectionId`` or ``storageId`` tell, is no item.

    Raises:
        Permanent: the variable holds what no item can be called.
    """
    told = variables(event)
    for name in ITEM_VARIABLES:
        if told.get(name):
            item = str(told[name])
            if not is_id(item):
                raise flowhost.Permanent(f"the event's {name} is {item!r:.80}, which is no id of an item")
            return item
    return subject_of(event)


def subject_of(event: flowhost.Event) -> str | None:
    """An event's subject, if an item can be called so, and the event does not tell it as the id of something else."""
    subject = event.subject
    if not subject or not is_id(subject):
        return None
    told = variables(event)
    if any(told.get(name) == subject for name in ITEM_VARIABLES):
        return subject  # a job, say, may have the same id
    return None if any(told[name] == subject for name in told if str(name).endswith("Id")) else subject


def is_id(text: str) -> bool:
    """Whether a text can be an id that the journal keeps: it has no NUL, no half a character, and an end."""
    if "\0" in text or len(text) > LONGEST_ID:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def is_about_item(event: flowhost.Event, known: tuple[str, ...]) -> bool:
    """Whether an event may have changed what holds for an item: searches are looked at again then.

    A subject alone counts for notifications only: a file's path is the subject of an event, too.
    """
    if PROGRESS.issuperset(known):
        return False
    told = variables(event)
    return any(told.get(name) for name in ITEM_VARIABLES) or (
        NAMES_HEADER in event.headers and item_of(event) is not None
    )


def mark_of(event: flowhost.Event) -> str:
    """The mark on the change an event tells of: id of the run that made it; empty: somebody else."""
    return str(variables(event).get("mark") or "")


def ended_job(event: flowhost.Event, known: tuple[str, ...]) -> str | None:
    """Id of the job whose end an event tells of."""
    job = variables(event).get("jobId") if not JOB_ENDS.isdisjoint(known) else None
    return str(job) if job else None


def texts(told: Mapping[str, Any]) -> dict[str, str]:
    """Variables as texts: what scripts are told. A value that is no text is written as JSON has it."""
    return {
        str(name): value if isinstance(value, str) else json.dumps(value, default=str)
        for name, value in told.items()
        if value is not None
    }


def keepable(event: flowhost.Event) -> flowhost.Event:
    """The event with data that JSON can hold: what a parser made of it may be anything."""
    data = event.data
    if data is None or isinstance(data, str | bytes) or _is_flat(data):
        return event
    try:
        json.dumps(data)
    except (TypeError, ValueError):
        return replace(event, data=json.loads(json.dumps(_keyed(data), default=str)))
    return event


def made_event(kind: str, rule: str, item: str | None, now: datetime | None) -> flowhost.Event:
    """The event of a run that no event started: its type is ``rule.`` and the kind of the trigger."""
    made = flowhost.Event(f"rule.{kind}", source=rule, subject=item)
    return made if now is None else replace(made, time=now)


def event_of(run: Run) -> flowhost.Event:
    """The event that started a run, as far as the run knows it: without its headers; else one made for it."""
    told = run.cause.event
    if not told:
        return made_event(run.cause.trigger, run.rule, run.item, run.created)
    return flowhost.from_record({**told, "key": told.get("partitionkey"), "headers": {}})


def _is_flat(data: object) -> bool:
    return type(data) is dict and all(type(one) is str for pair in data.items() for one in pair)


def _keyed(data: object) -> object:
    """The data with texts as keys, as far as JSON looks into it."""
    if isinstance(data, Mapping):
        return {str(name): _keyed(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_keyed(one) for one in data]
    return data
