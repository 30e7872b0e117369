"""A rule file → the rule, or everything that is wrong with it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flowhost
from flowhost_plugins.rules.files.forms import Form, Length, Prose, Schema, Several, Text, Whole, YesNo
from flowhost_plugins.rules.files.nodes import Listing, Node, Table
from flowhost_plugins.rules.files.records import Field, Record, spelled
from flowhost_plugins.rules.files.settings import BREAKER, QUOTA, RETRY
from flowhost_plugins.rules.files.steps import distribution_step, read_steps
from flowhost_plugins.rules.files.texts import Condition
from flowhost_plugins.rules.files.times import WINDOW
from flowhost_plugins.rules.files.triggers import Placed, TriggerForm
from flowhost_plugins.rules.files.yaml_text import nodes_of
from flowhost_plugins.rules.rule import MINIMUM_POLLING, Distribution, Rule, StepSpec

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """What a folder of rule files holds.

    Args:
        rules: those that could be read, by the names of their files.
        problems: what is wrong with the others.
    """

    rules: tuple[Rule, ...]
    problems: tuple[flowhost.Problem, ...]


@dataclass(frozen=True, slots=True)
class _Steps:
    """The list of steps. Its schema depends on the installed actions and is written elsewhere."""

    def read(self, node: Node, called: str) -> tuple[StepSpec, ...]:
        """The steps."""
        return read_steps(node, called)

    def schema(self) -> Schema:
        """See `Form`."""
        return {"type": "array", "minItems": 1}


def read_rule(path: Path, *, minimum_polling: float = MINIMUM_POLLING) -> Rule:
    """The rule in a file.

    Args:
        path: of the file; its places name it so.
        minimum_polling: the shortest polling interval there may be, seconds.

    Raises:
        ConfigError: the file cannot be read, or is no rule; with every problem there is.
    """
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _error("not UTF-8 text; save the file as UTF-8", flowhost.Place(file, line)) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _error(f"cannot read the file: {reason}", flowhost.Place(file)) from None
    return read_text(text, file, minimum_polling=minimum_polling)


def read_rules(folder: Path, *, minimum_polling: float = MINIMUM_POLLING) -> RuleFiles:
    """The rules in the files ``*.yaml`` and ``*.yml`` of a folder, hidden ones and folders below it left out.

    Args:
        folder: it must be there.
        minimum_polling: the shortest polling interval there may be, seconds.
    """
    try:
        files = sorted(path for path in folder.iterdir() if _is_rule_file(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return RuleFiles(
            (), (flowhost.Problem(f"cannot read the folder of rules: {reason}", flowhost.Place(str(folder))),)
        )
    rules, problems = [], list[flowhost.Problem]()
    for path in files:
        try:
            rules.append(read_rule(path, minimum_polling=minimum_polling))
        except flowhost.ConfigError as error:
            problems += error.problems
    return RuleFiles(tuple(rules), tuple(problems))


def read_text(text: str, name: str, *, minimum_polling: float = MINIMUM_POLLING) -> Rule:
    """The rule that a text is.

    Args:
        text: YAML.
        name: of its file, for places.
        minimum_polling: the shortest polling interval there may be, seconds.

    Raises:
        ConfigError: it is no rule; with every problem there is, in the order of the text.
    """
    node = nodes_of(text.removeprefix("\ufeff"), name)
    problems = [flowhost.Problem("the rule has no 'actions'", node.place)] if _lacks_actions(node) else []
    try:
        values = rule_form(minimum_polling).read(node, "the rule")
    except flowhost.ConfigError as error:
        problems += error.problems
    if problems:
        nowhere = flowhost.Place(name)
        raise flowhost.ConfigError(sorted(problems, key=lambda one: one.place or nowhere))
    return _rule(values, node, text)


@functools.cache
def rule_form(minimum_polling: float = MINIMUM_POLLING) -> Record[dict[str, Any]]:
    """The form of a whole rule file; it gives the values of its keys."""
    triggers: Form[tuple[Placed, ...]] = Several(TriggerForm())
    too_often = "; the engine polls no more often"
    return Record(
        dict,
        (
            Field("name", Text(200), "the rule's name, unique", required=True),
            Field("description", Prose(), "what it is for"),
            Field("trigger", triggers, "what it reacts to", "triggers"),
            Field("triggers", triggers, "what it reacts to, any of these"),
            Field("when", Several(Condition()), "conditions, all of which must hold", "conditions"),
            Field("actions", _Steps(), "what it does, one after another", "steps"),
            Field("suspended", YesNo(), "whether it does not react for now; no by default"),
            Field("polling-interval", Length(minimum_polling, too_often), "how long between two sweeps"),
            Field("priority", Whole(-1_000_000, 1_000_000), "runs of a higher one start first; 0 by default"),
            Field("max-concurrency", Whole(1), "runs at once, waiting ones included; 50 by default"),
            Field("settle", Length(), "how long an item must not have changed; 0 by default"),
            Field("windows", Several(WINDOW), "when runs may start; always by default"),
            Field("retry", RETRY, "how often a step that fails is tried"),
            Field("quota", QUOTA, "how many runs may start within some time"),
            Field("breaker", BREAKER, "when it pauses because everything fails"),
            Field("max-matches", Whole(0), "a sweep that would start more runs waits to be approved"),
            Field("time-limit", Length(1), "how long one action may take; 5 min by default"),
        ),
        exactly_one=(("trigger", "triggers"),),
    )


def _rule(values: dict[str, Any], node: Node, text: str) -> Rule:
    assert isinstance(node, Table)
    placed: tuple[Placed, ...] = values.pop("triggers")
    steps = [step for one in placed if (step := distribution_step(one))] + list(values.pop("steps", ()))
    name = next(entry.value for entry in node.entries if spelled(entry.key) == "name")
    return Rule(
        triggers=tuple(one.trigger for one in placed),
        steps=tuple(steps),
        text=text,
        place=name.place,
        trigger_places=tuple(one.place for one in placed),
        **values,
    )


def _lacks_actions(node: Node) -> bool:
    """Whether a rule would do nothing: a format distribution is an action, too."""
    if not isinstance(node, Table) or any(spelled(entry.key) == "actions" for entry in node.entries):
        return False
    triggers = [entry.value for entry in node.entries if spelled(entry.key) in ("trigger", "triggers")]
    each = [
        one for trigger in triggers for one in (trigger.items if isinstance(trigger, Listing) else [trigger])
    ]
    keys = [spelled(entry.key) for one in each if isinstance(one, Table) for entry in one.entries]
    return Distribution.kind not in keys


def _is_rule_file(path: Path) -> bool:
    if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
        return False
    return path.is_file() or (
        path.is_symlink() and not path.exists()
    )  # a link to nothing is told as a file that is gone


def _error(message: str, place: flowhost.Place) -> flowhost.ConfigError:
    return flowhost.ConfigError(flowhost.Problem(message, place))
