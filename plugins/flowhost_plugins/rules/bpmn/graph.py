"""A rule as nodes and the flows between them, in BPMN's words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from flowhost_plugins.rules.rule import (
    Distribution,
    FromSource,
    InCollection,
    Manual,
    Rule,
    SavedSearch,
    Schedule,
    Signal,
    StepSpec,
    Trigger,
)

NodeKind: TypeAlias = Literal["start", "end", "gateway", "task"]
EventKind: TypeAlias = Literal["", "signal", "timer", "message"]
TaskKind: TypeAlias = Literal["serviceTask", "scriptTask", "sendTask"]

TASKS: Mapping[str, TaskKind] = {
    "run-script": "scriptTask",
    "send-email": "sendTask",
    "publish-stomp": "sendTask",
}
"""Actions that are something else than a service task."""

STOP = "stop"
"""The action after which no other is taken."""


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node.

    Args:
        id: an XML name, unique within the diagram.
        kind: what it is.
        name: for people.
        event: of a start event: what it waits for.
        told: of the event: the signal's or message's name, or the timer's cycle.
        task: of a task: which kind of task.
        remark: its documentation.
        number: of a task: of the step, from 1.
    """

    id: str
    kind: NodeKind
    name: str = ""
    event: EventKind = ""
    told: str = ""
    task: TaskKind = "serviceTask"
    remark: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is empty for the one that is taken when no other is."""

    source: str
    target: str
    name: str = ""
    condition: str = ""


@dataclass(slots=True)
class Graph:
    """The nodes in the order they are passed, and the flows."""

    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    def of_kind(self, kind: NodeKind) -> list[Node]:
        """The nodes of a kind."""
        return [node for node in self.nodes if node.kind == kind]


def graph_of(rule: Rule, polling: float) -> Graph:
    """The graph of a rule.

    Args:
        rule: the rule.
        polling: seconds between two sweeps when the rule does not say.
    """
    return _Drawing(rule, rule.polling_interval or polling).graph()


class _Drawing:
    """Draws from the triggers to the end; `_open` are the flows whose target is not drawn yet."""

    def __init__(self, rule: Rule, polling: float) -> None:
        self._rule = rule
        self._polling = polling
        self._graph = Graph()
        self._open: list[tuple[str, str, str]] = []
        self._ended: list[tuple[str, str, str]] = []  # flows to the end, past all that is drawn between

    def graph(self) -> Graph:
        for number, trigger in enumerate(self._rule.triggers, 1):
            self._graph.nodes.append(_start(number, trigger, self._polling))
            self._open.append((f"start_{number}", "", ""))
        if len(self._rule.triggers) > 1:
            self._pass(Node("any_trigger", "gateway"))
        if self._rule.conditions:
            self._decide()
        for number, step in enumerate(self._rule.steps, 1):
            self._take(number, step)
        self._open += self._ended
        self._pass(Node("handled", "end", "handled"))
        return self._graph

    def _pass(self, node: Node) -> None:
        """Let everything that is open lead to this node, and go on from it."""
        self._graph.nodes.append(node)
        self._graph.flows += [
            Flow(source, node.id, name, condition) for source, name, condition in self._open
        ]
        self._open = [(node.id, "", "")]

    def _decide(self) -> None:
        said = " and ".join(condition.text for condition in self._rule.conditions)
        self._pass(Node("conditions", "gateway", said))
        self._graph.nodes.append(Node("not_meant", "end", "not for this item"))
        self._graph.flows.append(Flow("conditions", "not_meant", "no"))
        self._open = [("conditions", "yes", said)]

    def _take(self, number: int, step: StepSpec) -> None:
        task = TASKS.get(step.action, "serviceTask")
        node = Node(f"step_{number}", "task", step.action, task=task, remark=_said(step), number=number)
        skips: list[tuple[str, str, str]] = []
        if step.when is not None:
            self._pass(Node(f"when_{number}", "gateway", step.when.text))
            self._open, skips = [(f"when_{number}", "yes", step.when.text)], [(f"when_{number}", "no", "")]
        self._pass(node)
        if step.action == STOP:
            self._ended += self._open
            self._open = []
        self._open += skips


def _start(number: int, trigger: Trigger, polling: float) -> Node:
    name, event, told = _event(trigger, polling)
    return Node(f"start_{number}", "start", name, event, told)


def _event(trigger: Trigger, polling: float) -> tuple[str, EventKind, str]:
    every = f"R/PT{polling:g}S"  # ISO 8601: repeated for ever
    match trigger:
        case SavedSearch(search, is_query):
            return (f"found by {search}" if is_query else f"saved search {search}"), "timer", every
        case InCollection(collection):
            return f"in collection {collection}", "timer", every
        case Distribution(formats):
            return f"files of {', '.join(formats)} are elsewhere", "timer", every
        case Signal():
            return _signal(trigger), "signal", trigger.name
        case Schedule(cron, seconds):
            return (
                (f"at {cron}", "timer", cron)
                if cron
                else (f"every {seconds:g} s", "timer", f"R/PT{seconds:g}S")
            )
        case FromSource(type, source):
            return f"{type} from {source}", "message", f"{type} {source}"
        case Manual():
            return "started by hand", "", ""


def _signal(trigger: Signal) -> str:
    wanted = [f"{name} {value}" for name, value in trigger.variables.items()]
    if trigger.fields:
        wanted.append(f"of {', '.join(trigger.fields)}")
    return f"{trigger.name} ({'; '.join(wanted)})" if wanted else trigger.name


def _said(step: StepSpec) -> str:
    return "\n".join(f"{name}: {_plain(value)}" for name, value in step.parameters.items())


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_plain(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_plain(one) for one in value)
    return str(value)
