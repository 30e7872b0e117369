"""Rules that move the same files to different places, for ever: found by comparing what each wants.

Told are only pairs that contradict each other for certain: for the same items, both in force, and one of them removes
what the other makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import flowhost
from flowhost_plugins.rules.files.records import spelled
from flowhost_plugins.rules.files.steps import DISTRIBUTING
from flowhost_plugins.rules.rule import Distribution, Manual, Rule, StepSpec


@dataclass(frozen=True, slots=True)
class Wish:
    """What one step wants of files.

    Args:
        rule: the rule's name.
        place: of the step.
        scope: texts of the conditions under which it holds; empty: for all items.
        formats: shape tags.
        storages: how many shall hold each shape.
        targets: ids or names of those; none: any.
        remove: whether copies elsewhere go.
        directory: where in the storage; None: as it is.
    """

    rule: str
    place: flowhost.Place
    scope: frozenset[str]
    formats: frozenset[str]
    storages: int
    targets: frozenset[str]
    remove: bool
    directory: str | None

    @property
    def forced(self) -> frozenset[str]:
        """The storages that have to hold each shape."""
        return self.targets if len(self.targets) <= self.storages else frozenset()


def contradictions(
    rules: Iterable[Rule], storage_ids: Mapping[str, str] | None = None
) -> Iterator[flowhost.Problem]:
    """A problem for each pair of steps that contradict each other, at the second, with the place of the first.

    Args:
        rules: those that are in force at once.
        storage_ids: name → id of storages, when they are known.
    """
    names = storage_ids or {}
    wishes = [wish for rule in rules if _acts_by_itself(rule) for wish in _wishes(rule, names)]
    for first, second in combinations(wishes, 2):
        if shared := sorted(first.formats & second.formats):
            reason = _reason(first, second) or _reason(second, first) or _to_and_fro(first, second)
            if reason and _same_items(first, second):
                said = f"rule {second.rule!r} contradicts rule {first.rule!r} ({first.place}) about {shared[0]!r} files"
                yield flowhost.Problem(f"{said}: {reason}", second.place)


def _reason(remover: Wish, other: Wish) -> str:
    """Why one of them undoes what the other does; empty when it does not for certain."""
    if not remover.remove:
        return ""
    removes = f"{remover.rule!r} removes copies elsewhere"
    if remover.targets and other.targets and len(remover.targets & other.targets) < other.storages:
        return f"{removes} than in {_several(remover.targets)}, and {other.rule!r} wants them in {_several(other.targets)}"
    if other.storages > remover.storages:
        number = f"{remover.storages} storage{'s' if remover.storages > 1 else ''}"
        return f"{removes} than in {number}, and {other.rule!r} wants them in {other.storages}"
    if _other_directories(remover, other):
        return f"{removes}, and one wants them in {remover.directory!r}, the other in {other.directory!r}"
    return ""


def _to_and_fro(first: Wish, second: Wish) -> str:
    """Why each moves within a storage what the other has moved there; empty when it does not for certain."""
    same_storage = first.forced & second.forced or not (first.targets or second.targets)
    if not same_storage or not _other_directories(first, second):
        return ""
    return f"one wants them in {first.directory!r}, the other in {second.directory!r} of the same storage"


def _other_directories(first: Wish, second: Wish) -> bool:
    return None not in (first.directory, second.directory) and first.directory != second.directory


def _same_items(first: Wish, second: Wish) -> bool:
    """Whether there are items for certain that both hold for, if for any."""
    return not first.scope or not second.scope or first.scope == second.scope


def _acts_by_itself(rule: Rule) -> bool:
    """Whether a rule undoes again what another did: not when it is suspended, or only a person starts it."""
    return not rule.suspended and not all(isinstance(trigger, Manual) for trigger in rule.triggers)


def _wishes(rule: Rule, storage_ids: Mapping[str, str]) -> Iterator[Wish]:
    everything = any(isinstance(trigger, Distribution) for trigger in rule.triggers)
    scope = {condition.text for condition in rule.conditions}
    if not everything:
        scope |= {repr(trigger) for trigger in rule.triggers}
    for step in rule.steps:
        if step.action == DISTRIBUTING:
            own = {step.when.text} if step.when else set()
            yield _wish(rule, step, frozenset(scope | own), storage_ids)


def _wish(rule: Rule, step: StepSpec, scope: frozenset[str], storage_ids: Mapping[str, str]) -> Wish:
    values = {spelled(key): value for key, value in step.parameters.items()}
    storages = values.get("storages", 1)
    return Wish(
        rule.name,
        step.place,
        scope,
        _texts(values.get("formats")),
        storages if isinstance(storages, int) else 1,  # what is no number is told by the action itself
        frozenset(storage_ids.get(name, name) for name in _texts(values.get("targets"))),
        str(values.get("remove-from-others")).lower() in ("true", "yes", "on", "1"),
        None if values.get("directory") is None else str(values["directory"]).strip("/"),
    )


def _texts(value: Any) -> frozenset[str]:
    several = value if isinstance(value, list) else () if value is None else (value,)
    return frozenset(str(one).strip() for one in several)


def _several(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
