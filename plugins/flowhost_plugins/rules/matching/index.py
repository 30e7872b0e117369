"""Finds the rules that an event may concern, without looking at the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any, TypeAlias

import flowhost
from flowhost_plugins.rules.matching import notified
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.rule import SWEPT, FromSource, Signal

Told: TypeAlias = Signal | FromSource
"""Triggers that an event alone is looked at for."""


@dataclass(frozen=True, slots=True)
class Interest:
    """A rule that an event may concern.

    Args:
        deployed: the rule.
        told: its triggers that the event is of, in the order of its file.
        swept: whether its searches, collections or distributions have to be looked at for the event's item.
    """

    deployed: DeployedRule
    told: tuple[Told, ...]
    swept: bool


class Index:
    """Rules by what they react to.

    Args:
        rules: all deployed rules.
    """

    def __init__(self, rules: Iterable[DeployedRule]) -> None:
        self._rules = sorted(rules, key=lambda one: (-one.rule.priority, one.name))
        self._signals: dict[str, list[tuple[int, Signal]]] = {}
        self._sources: list[tuple[int, FromSource]] = []
        self._swept: list[int] = []
        for number, one in enumerate(self._rules):
            for trigger in one.rule.triggers:
                if isinstance(trigger, Signal):
                    self._signals.setdefault(trigger.name, []).append((number, trigger))
                elif isinstance(trigger, FromSource):
                    self._sources.append((number, trigger))
            if any(isinstance(trigger, SWEPT) for trigger in one.rule.triggers):
                self._swept.append(number)

    def interested(self, event: flowhost.Event, known: tuple[str, ...]) -> list[Interest]:
        """The rules that an event may concern, those of the highest priority first.

        Args:
            event: the event.
            known: its names, see `notified.names`.
        """
        found: dict[int, list[Told]] = {}
        for name in known:
            for number, signal in self._signals.get(name, ()):
                if signal_mismatch(signal, notified.variables(event)) is None:
                    found.setdefault(number, []).append(signal)
        for number, source in self._sources:
            if matches(event.type, source.type) and matches(event.source, source.source):
                found.setdefault(number, []).append(source)
        swept = set(self._swept) if self._swept and notified.is_about_item(event, known) else set()
        return [
            Interest(self._rules[number], tuple(found.get(number, ())), number in swept)
            for number in sorted(found.keys() | swept)
        ]


def matches(text: str, pattern: str) -> bool:
    """Whether a text is like a pattern, in which ``*`` and ``?`` stand for anything and one character."""
    return pattern == "*" or text == pattern or _pattern(pattern)(text) is not None


def signal_mismatch(signal: Signal, told: Mapping[str, Any]) -> str | None:
    """Why a notification of its name is not what a trigger waits for; None: it is."""
    if signal.fields and not any(_is_field(one, wanted) for one in _fields(told) for wanted in signal.fields):
        changed = ", ".join(_fields(told)) or "nothing that is told"
        return f"changed was {changed}, expected one of {', '.join(signal.fields)}"
    for name, pattern in signal.variables.items():
        value = told.get(name)
        text = (
            "" if value is None else value if isinstance(value, str) else notified.texts({name: value})[name]
        )
        if not matches(text, pattern):
            return f"{name} is {text!r}, expected {pattern!r}"
    return None


def _fields(told: Mapping[str, Any]) -> list[str]:
    """What changed; where a site does not say in which group, in each that it may have been."""
    found: list[Any] = []
    for key in ("fields", "fieldPaths"):
        fields = told.get(key) or ""
        found += fields if isinstance(fields, list | tuple) else str(fields).split(",")
    return [str(name).strip() for name in found if str(name).strip()]


def _is_field(changed: str, wanted: str) -> bool:
    """Whether a field that changed is meant by a name, which stands for fields in groups, too."""
    return changed == wanted or changed.rpartition("/")[2] == wanted


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> Any:
    return re.compile(translate(pattern)).match
