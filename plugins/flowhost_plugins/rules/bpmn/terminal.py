"""A graph as lines of text, from above to below. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from flowhost_plugins.rules.bpmn.graph import Graph, Node, graph_of
from flowhost_plugins.rules.rule import Rule


def diagram(rule: Rule, *, polling: float = 30.0) -> str:
    """A rule as a diagram for a terminal: ``●`` starts, ``◇`` decides, a box is a step, ``○`` ends.

    Args:
        rule: the rule.
        polling: seconds between two sweeps when the rule does not say.
    """
    return "\n".join(_lines(graph_of(rule, polling)))


def _lines(graph: Graph) -> Iterator[str]:
    for node in graph.of_kind("start"):
        yield f"● {node.name}{_cycle(node)}"
    for node in graph.nodes:
        if node.kind == "gateway" and node.name:
            yield "│"
            yield f"◇ {node.name}"
            yield "│ yes" + (
                "          no ──► ○ not for this item"
                if node.id == "conditions"
                else "   no: skips this step"
            )
        elif node.kind == "task":
            yield from _task(node)
    yield "│"
    yield "○ handled"


def _cycle(node: Node) -> str:
    seconds = node.told.removeprefix("R/PT").removesuffix("S")
    return (
        f", looked at every {seconds} s"
        if node.event == "timer" and not node.name.startswith("every ") and seconds != node.told
        else ""
    )


def _task(node: Node) -> Iterator[str]:
    title = f"{node.number} {node.name}"
    remarks = node.remark.split("\n") if node.remark else []
    yield "│"
    yield f"┌─{'─' * len(title)}─┐"
    yield f"│ {title} │ {remarks[0] if remarks else ''}".rstrip()
    yield f"└─{'─' * len(title)}─┘ {remarks[1] if len(remarks) > 1 else ''}".rstrip()
    yield from (f"│ {' ' * len(title)}   {remark}" for remark in remarks[2:])
