"""A rule → the text of a file that says the same."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flowhost_plugins.rules.files.times import DAYS
from flowhost_plugins.rules.rule import (
    Breaker,
    Distribution,
    FromSource,
    InCollection,
    Patience,
    Rule,
    SavedSearch,
    Schedule,
    Signal,
    StepSpec,
    Trigger,
    Window,
)

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def render(rule: Rule) -> str:
    """The YAML of a rule: everything that is not as it is by default, in the order of the documentation.

    What `read_text` makes of it is the same rule. Comments and spellings of the file it came from are not kept; those are
    in `Rule.text`.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.width = 4096  # texts are not folded, so that each stands as it would be searched for
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(_without_nothing(_document(rule)), stream)
    return stream.getvalue()


def _document(rule: Rule) -> dict[str, Any]:
    plain = Rule(rule.name, (), ())
    given = {
        one.name: getattr(rule, one.name)
        for one in fields(rule)
        if getattr(rule, one.name) != getattr(plain, one.name)
    }
    triggers = [_trigger(trigger) for trigger in rule.triggers]
    distributing = sum(isinstance(trigger, Distribution) for trigger in rule.triggers)
    steps = rule.steps[distributing:]
    return {
        "name": rule.name,
        "description": given.get("description"),
        "trigger": triggers[0] if len(triggers) == 1 else triggers,
        "when": [one.text for one in rule.conditions] or None,
        "actions": [_step(step) for step in steps] or None,
        "suspended": given.get("suspended"),
        "polling-interval": _time(given.get("polling_interval")),
        "priority": given.get("priority"),
        "max-concurrency": given.get("max_concurrency"),
        "settle": _time(given.get("settle")),
        "windows": [_window(one) for one in rule.windows] or None,
        "retry": _retry(rule.retry) if "retry" in given else None,
        "quota": {"runs": rule.quota.runs, "per": _time(rule.quota.per)} if rule.quota else None,
        "breaker": _breaker(rule.breaker) if "breaker" in given else None,
        "max-matches": given.get("max_matches"),
        "time-limit": _time(given.get("time_limit")),
    }


def _trigger(trigger: Trigger) -> Any:
    match trigger:
        case SavedSearch(search=search, is_query=is_query):
            value: Any = {"query": search} if is_query else search
        case InCollection(collection=collection):
            value = collection
        case Distribution():
            value = {
                "formats": list(trigger.formats),
                "storages": trigger.storages,
                "targets": list(trigger.targets) or None,
                "remove-from-others": trigger.remove or None,
                "directory": trigger.directory.text if trigger.directory else None,
            }
        case Signal():
            value = _signal(trigger)
        case Schedule():
            value = {
                "cron": trigger.cron or None,
                "every": _time(trigger.every),
                "time-zone": trigger.zone if trigger.zone != "UTC" else None,
                "query": trigger.query or None,
                "search": trigger.search or None,
            }
        case FromSource():
            value = {
                "type": trigger.type if trigger.type != "*" else None,
                "source": trigger.source if trigger.source != "*" else None,
                "when": trigger.when.text if trigger.when else None,
                "item": trigger.item.text if trigger.item else None,
            }
        case _:
            value = {}
    value = _without_nothing(value) if isinstance(value, dict) else value
    return {trigger.kind: value} if value else trigger.kind


def _signal(trigger: Signal) -> dict[str, Any]:
    named = {"job": "notification", "notification": "name"}.get(trigger.kind)
    fixed = {named: trigger.name} if named else {}
    return {**fixed, "fields": list(trigger.fields) or None, **trigger.variables}


def _step(step: StepSpec) -> Any:
    if step.when is None and not step.parameters:
        return step.action
    when = {"when": step.when.text} if step.when else {}
    return {step.action: dict(step.parameters) or None, **when}


def _window(window: Window) -> dict[str, Any]:
    days = [DAYS[day] for day in sorted(window.days)]
    return _without_nothing(
        {
            "days": days if len(days) < len(DAYS) else None,
            "from": window.start.strftime("%H:%M"),
            "to": window.end.strftime("%H:%M"),
            "time-zone": window.zone if window.zone != "UTC" else None,
        }
    )


def _retry(retry: Patience) -> dict[str, Any]:
    return {"attempts": retry.attempts, "delay": _time(retry.delay), "limit": _time(retry.limit)}


def _breaker(breaker: Breaker) -> dict[str, Any]:
    return {"failures": breaker.failures, "pause": _time(breaker.pause)}


def _time(seconds: float | None) -> str | None:
    """A length of time in the largest unit of which it is a whole number."""
    if seconds is None:
        return None
    for size, unit in _UNITS:
        if seconds and seconds % size == 0:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds!r} s".replace(".0 s", " s")


def _without_nothing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
