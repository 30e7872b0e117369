"""What a rule reacts to, in words. Pure."""

from __future__ import annotations

from flowhost_plugins.rules.rule import (
    Distribution,
    FromSource,
    InCollection,
    Rule,
    SavedSearch,
    Schedule,
    Signal,
    Trigger,
)

_SIGNALS = {"new-item": "new items", "metadata-change": "metadata changes"}


def sources(rule: Rule) -> tuple[str, ...]:
    """What a rule reacts to: a text for each trigger."""
    return tuple(map(source, rule.triggers))


def source(trigger: Trigger) -> str:
    """What a trigger reacts to."""
    match trigger:
        case SavedSearch(search, is_query):
            return f"items found by {search}" if is_query else f"saved search {search!r}"
        case InCollection(collection):
            return f"collection {collection!r}"
        case Distribution(formats):
            return f"format distribution of {', '.join(formats)}"
        case Signal():
            return _signal(trigger)
        case Schedule():
            return _schedule(trigger)
        case FromSource(kind, origin):
            return f"events {kind}" + (f" from {origin}" if origin != "*" else "")
    return "started by hand"


def _signal(trigger: Signal) -> str:
    said = _SIGNALS.get(trigger.kind, trigger.name)
    wanted = [f"{name} {value}" for name, value in trigger.variables.items()]
    if trigger.fields:
        wanted.insert(0, ", ".join(trigger.fields))
    return f"{said} ({'; '.join(wanted)})" if wanted else said


def _schedule(trigger: Schedule) -> str:
    when = f"at {trigger.cron} ({trigger.zone})" if trigger.cron else f"every {trigger.every:g} s"
    if trigger.search:
        return f"{when}, saved search {trigger.search!r}"
    return f"{when}, items found by {trigger.query}" if trigger.query else when
