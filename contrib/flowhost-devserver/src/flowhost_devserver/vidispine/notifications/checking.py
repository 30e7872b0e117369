"""What is wrong with a notification document, and the form in which it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import flowhost
from flowhost_devserver.vidispine.notifications.forms import (
    EVENTS,
    FILTERS,
    NAMING,
    NARROWING,
    OTHER_ACTIONS,
    UNTOLD,
    WITHIN,
)
from flowhost_devserver.vidispine.refusals import Refusal, invalid_input, not_yet_implemented

MANDATORY = ("url", "method", "timeout", "retry", "synchronous")
METHODS = ("POST", "PUT")
_SECONDS = re.compile(r"\s*[0-9]{1,9}\s*")  # text in the vendor's schema; longer ones no clock can wait

FOR: dict[str, tuple[str, ...]] = {
    "item": ("item", "metadata", "access", "shape", "deletionLock"),
    "collection": ("collection", "metadata", "access"),
    "job": ("job",),
    "storage": ("storage", "file"),
    "storage/file": ("file",),
    "file": ("file",),
    "group": ("group",),
    "document": ("document", "metadata"),
    "quota": ("quota",),
    "deletion-lock": ("deletionLock",),
    "": ("job",),
}
"""Resource that a notification is registered at → entities that may be its trigger; "" is the placeholder's."""


def checked(resource: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is kept: an event without anything in it is an empty text.

    Args:
        resource: one of `FOR`.
        document: in its JSON form.

    Raises:
        Refusal: something is missing or wrong.
    """
    _check_action(document.get("action") or {})
    trigger = document.get("trigger") or {}
    entities = [key for key in trigger if key != "filter"]
    if len(entities) != 1:
        raise _wrong("trigger", "expected exactly one kind of trigger", ", ".join(entities) or None)
    entity = entities[0]
    if entity not in FOR[resource]:
        near = flowhost.nearest(entity, FOR[resource])
        raise _wrong("trigger", f"expected one of {', '.join(FOR[resource])}{near}", entity)
    if not isinstance(trigger[entity], Mapping):
        raise _wrong(entity, "expected an event", trigger[entity])
    _check_events(entity, trigger[entity])
    events = {key: value for key, value in trigger[entity].items() if key != NAMING}
    http = document["action"]["http"]
    return {
        "action": {"http": {**http, "timeout": int(http["timeout"])}},
        "trigger": {entity: _kept(events)},
    }


def events_in(entity: str, trigger: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The events that a trigger names, such as ``stop`` or ``item/add``, each with what narrows it."""
    around = {key: trigger[key] for key in (*FILTERS, *NARROWING.get(entity, ())) if key in trigger}
    for event in EVENTS[entity]:
        if event in trigger:
            inner = trigger[event] or {}
            narrowed = around | {key: inner[key] for key in FILTERS if key in inner}
            within = [name for name in WITHIN if name in inner]
            if not within:
                yield event, narrowed
            for name in within:
                more = inner[name] or {}
                yield f"{event}/{name}", narrowed | {key: more[key] for key in FILTERS if key in more}


def _check_action(action: Mapping[str, Any]) -> None:
    for other in OTHER_ACTIONS:
        if other in action:
            raise not_yet_implemented(f"a notification by {other}; this server can do http")
    http = action.get("http")
    if not isinstance(http, Mapping):
        raise _wrong("action", "expected http")
    for name in MANDATORY:
        if http.get(name) in (None, ""):
            raise _wrong(name, f"{name} is mandatory")
    address = urlsplit(http["url"].strip())
    if address.scheme not in ("http", "https") or not address.hostname:
        raise _wrong("url", "expected a URL that begins with http:// or https://", http["url"])
    if http["method"] not in METHODS:
        raise _wrong("method", f"expected {' or '.join(METHODS)}", http["method"])
    if http["retry"] < 0:
        raise _wrong("retry", "expected 0 or more", http["retry"])
    if not _SECONDS.fullmatch(http["timeout"]):
        raise _wrong("timeout", "expected whole seconds, 0 or more", http["timeout"])


def _check_events(entity: str, trigger: Mapping[str, Any]) -> None:
    known = (*EVENTS[entity], *FILTERS, *NARROWING.get(entity, ()), NAMING, "placeholder")
    for name in trigger:
        if name not in known:
            near = flowhost.nearest(name, EVENTS[entity])
            raise _wrong(entity, f"expected one of {', '.join(EVENTS[entity])}{near}", name)
    found = list(events_in(entity, trigger))
    if not found:
        raise _wrong(entity, f"expected one of {', '.join(EVENTS[entity])}")
    for name in UNTOLD.get(entity, ()):
        if name in trigger:
            raise not_yet_implemented(f"the trigger {entity}/{name}; this server does not know when it fires")
    for _, narrowed in found:
        for pattern in patterns_in(narrowed):
            try:
                re.compile(pattern)
            except re.error as error:
                raise _wrong("filter", f"not a regular expression: {error}", pattern) from None


def patterns_in(narrowed: Mapping[str, Any]) -> Iterator[str]:
    """The regular expressions in what narrows a trigger."""
    for one in (narrowed.get("filter") or {}).get("jobdata", ()):
        yield from (one[name] for name in ("key-regex", "value-regex") if name in one)
    yield from (narrowed.get("contentFilters") or {}).get("contentFilter", ())


def _kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _kept(one) for key, one in value.items()} or ""
    return value


def _wrong(name: str, explanation: str, value: Any = None) -> Refusal:
    return invalid_input("notification", id_=name, explanation=explanation, value=value)
