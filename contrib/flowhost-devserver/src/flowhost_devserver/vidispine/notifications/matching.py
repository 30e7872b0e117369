"""Whether somebody who registered wants to hear of a happening, and of what in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flowhost_devserver.vidispine.jobs.data import STEP
from flowhost_devserver.vidispine.metadata.tracks import wants_track
from flowhost_devserver.vidispine.notifications.checking import events_in
from flowhost_devserver.vidispine.notifications.happenings import Happening
from flowhost_devserver.vidispine.notifications.registrations import Registration

ANY = "*"
"""Stands for every field or language."""

ALWAYS_TOLD = ("jobId", "itemId", "action", "notificationData")
"""Keys that a content filter lets pass in any case."""

ABOUT_JOBS = {
    "jobId": "jobId",
    "jobState": "status",
    "user": "user|username",
    "startTime": "started",
    "jobType": "type",
    "errorMessage": "errorMessage.*",
    "itemId": "itemId|item",
    "totalSteps": "totalSteps",
    "currentStep": "currentStep.*",
}
"""Words of a content filter → the keys that they let pass; ``jobData`` stands for all keys that no other word is for."""


def wanted(registration: Registration, happening: Happening) -> Mapping[str, tuple[str, ...]] | None:
    """What is told of a happening; None when it is not wanted."""
    entity, trigger = registration.trigger
    if not _is_meant(registration, happening, entity):
        return None
    for event, narrowed in events_in(entity, trigger):
        if any(is_called(name, event) for name in happening.events) and _passes(narrowed, happening):
            return _content(narrowed, happening.values)
    return None


def is_called(event: str, wanted_event: str) -> bool:
    """Whether an event is the wanted one, or one within it: ``item/add`` is an ``item``."""
    return event == wanted_event or event.startswith(f"{wanted_event}/")


def _is_meant(registration: Registration, happening: Happening, entity: str) -> bool:
    if happening.entity != entity:
        return False
    if not registration.resource:
        return happening.placeholder == registration.id
    if registration.resource not in happening.things:
        return False
    return registration.entity in ("", happening.things[registration.resource])


def _passes(narrowed: Mapping[str, Any], happening: Happening) -> bool:
    narrowed = {**(narrowed.get("filter") or {}), **narrowed}  # those of metadata may stand in either place
    if happening.fields and not _passes_fields(narrowed, happening):
        return False
    if narrowed.get("storage") and narrowed["storage"] != happening.things.get("storage"):
        return False
    interval = narrowed.get("interval", "all")
    if interval in ("generic", "timed") and (interval == "timed") not in happening.timed:
        return False
    return _passes_filter(narrowed.get("filter") or {}, happening.values)


def _passes_fields(narrowed: Mapping[str, Any], happening: Happening) -> bool:
    choices = (
        (narrowed.get("field") or (), happening.fields),
        (narrowed.get("language") or (), happening.languages),
    )
    if any(words and ANY not in words and found.isdisjoint(words) for words, found in choices):
        return False
    return any(wants_track(narrowed.get("track") or (), one) for one in happening.tracks)


def _passes_filter(narrowed: Mapping[str, Any], values: Mapping[str, tuple[str, ...]]) -> bool:
    kinds = narrowed.get("type") or ()
    if kinds and set(kinds).isdisjoint(values.get("type", ())):
        return False
    steps = {int(number) * STEP for number in values.get("currentStepNumber", ())}
    if "step" in narrowed and int(narrowed["step"]) not in steps:
        return False
    return all(_has(one, values) for one in narrowed.get("jobdata", ()))


def _has(one: Mapping[str, str], values: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether some value of some key is the one asked for; without a value any is."""
    keys = [name for name in values if _fits(one.get("key"), one.get("key-regex"), name)]
    return any(
        _fits(one.get("value"), one.get("value-regex"), value) for key in keys for value in values[key]
    )


def _fits(text: str | None, pattern: str | None, found: str) -> bool:
    if text is not None and text != found:
        return False
    return pattern is None or re.fullmatch(pattern, found) is not None


def _content(
    narrowed: Mapping[str, Any], values: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """What a content filter leaves: the keys that one of its regular expressions fits."""
    patterns: Iterable[str] = (narrowed.get("contentFilters") or {}).get("contentFilter", ())
    if not patterns:
        return values
    return {
        key: texts
        for key, texts in values.items()
        if key in ALWAYS_TOLD or any(_lets_pass(pattern, key) for pattern in patterns)
    }


def _lets_pass(pattern: str, key: str) -> bool:
    if pattern == "jobData":
        return not any(re.fullmatch(keys, key) for keys in ABOUT_JOBS.values())
    return re.fullmatch(ABOUT_JOBS.get(pattern, pattern), key) is not None
