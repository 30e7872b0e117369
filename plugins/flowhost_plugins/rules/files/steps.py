"""The forms of steps: what stands below ``actions:``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import flowhost
from flowhost_plugins.rules.files.forms import each
from flowhost_plugins.rules.files.nodes import (
    Entry,
    Listing,
    Node,
    Path,
    Scalar,
    Table,
    data_of,
    places_of,
    wrong,
)
from flowhost_plugins.rules.files.records import spelled
from flowhost_plugins.rules.files.texts import Condition
from flowhost_plugins.rules.files.triggers import Placed
from flowhost_plugins.rules.rule import Distribution, StepSpec

DISTRIBUTING = "move-copy-files"
"""The action that a format distribution takes first."""

_EXPECTED = "an action, e.g. 'stop', or 'transcode: {format: lowres}'"


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step: the name of an action alone, or with its parameters, and perhaps its ``when``."""

    def read(self, node: Node, called: str) -> StepSpec:
        """The step; whether there is such an action is not known here."""
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value.strip():
            return StepSpec(node.value.strip(), place=node.place)
        if not isinstance(node, Table):
            raise wrong(node, called, _EXPECTED)
        condition = next((entry for entry in node.entries if spelled(entry.key) == "when"), None)
        actions = [entry for entry in node.entries if spelled(entry.key) != "when"]
        problems, when = list(_count_problems(actions, node, called)), None
        if condition is not None:
            try:
                when = Condition().read(condition.value, "'when'")
            except flowhost.ConfigError as error:
                problems += error.problems
        for entry in actions:
            if not isinstance(entry.value, Table) and not _is_nothing(entry.value):
                problems += wrong(entry.value, repr(entry.key), "a mapping of its parameters").problems
        if problems:
            raise flowhost.ConfigError(problems)
        return _step(actions[0], when)


def distribution_step(placed: Placed) -> StepSpec | None:
    """The step that a trigger of a format distribution stands for; None for any other trigger."""
    if not isinstance(placed.trigger, Distribution) or not isinstance(placed.node, Table):
        return None
    parameters: dict[str, Any] = {}
    places: dict[Path, flowhost.Place] = {(): placed.place}
    for entry in placed.node.entries:
        name = {"format": "formats"}.get(spelled(entry.key), spelled(entry.key))
        parameters[name] = data_of(entry.value)
        places |= places_of(entry.value, (name,))
    parameters["formats"] = list(placed.trigger.formats)
    parameters |= {"targets": list(placed.trigger.targets)} if "targets" in parameters else {}
    parameters |= {"remove-from-others": placed.trigger.remove} if "remove-from-others" in parameters else {}
    return StepSpec(DISTRIBUTING, parameters, place=placed.place, places=places)


def _count_problems(actions: list[Entry], node: Table, called: str) -> Iterator[flowhost.Problem]:
    if not actions:
        yield flowhost.Problem(f"{called} names no action, expected {_EXPECTED}", node.place)
    for entry in actions[1:]:
        message = f"{called} is {actions[0].key!r} already, and has {entry.key!r} besides"
        yield flowhost.Problem(
            f"{message}; begin each action with '- ', or indent its parameters", entry.place
        )


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _step(entry: Entry, when: flowhost.Expression | None) -> StepSpec:
    if not isinstance(entry.value, Table):
        return StepSpec(entry.key, when=when, place=entry.place)
    places = places_of(entry.value)
    return StepSpec(entry.key, data_of(entry.value), when, entry.place, places)


def read_steps(node: Node, called: str) -> tuple[StepSpec, ...]:
    """The steps of a list.

    Raises:
        ConfigError: with every problem there is.
    """
    if not isinstance(node, Listing):
        raise wrong(node, called, "a list: begin each action with '- '")
    if not node.items:
        raise flowhost.ConfigError(flowhost.Problem(f"{called} is an empty list", node.place))
    return each(StepForm(), node, "step")
