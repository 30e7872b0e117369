"""Where each node and flow of a graph is drawn. Pure.

The nodes stand in one row, from left to right, but for the start events, which stand in one column, and the end for what
the rule is not meant for, which stands above, because the texts of gateways are below them. A flow that passes over nodes
goes above them.
"""

from __future__ import annotations

from dataclasses import dataclass

from flowhost_plugins.rules.bpmn.graph import Flow, Graph, Node

SIZES = {"start": (36, 36), "end": (36, 36), "gateway": (50, 50), "task": (120, 80)}
"""Width and height of each kind of node, in points, as modellers draw them."""

GAP = 70
ROW = 200
"""The middle of the row, from above."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; x and y are its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Its middle."""
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def right(self) -> int:
        """Its right side."""
        return self.x + self.width


def boxes(graph: Graph) -> dict[str, Box]:
    """Id of each node → its place."""
    placed: dict[str, Box] = {}
    starts = graph.of_kind("start")
    for number, node in enumerate(starts):
        placed[node.id] = _box(node, 100, ROW + (number - (len(starts) - 1) / 2) * 90)
    x = 100 + SIZES["start"][0] + GAP
    for node in graph.nodes:
        if node.kind == "start":
            continue
        if node.id == "not_meant":
            gateway = placed["conditions"]
            placed[node.id] = _box(node, gateway.middle[0] - SIZES["end"][0] // 2, ROW - 110)
            continue
        placed[node.id] = _box(node, x, ROW)
        x = placed[node.id].right + GAP
    return placed


def waypoints(flow: Flow, placed: dict[str, Box]) -> list[tuple[int, int]]:
    """The corners of a flow, from its source to its target."""
    source, target = placed[flow.source], placed[flow.target]
    x, y = source.middle
    if flow.target == "not_meant":
        return [(x, source.y), (x, target.y + target.height)]
    if target.x - source.right > GAP:  # it passes over something
        over = ROW - 90
        return [(x, source.y), (x, over), (target.middle[0], over), (target.middle[0], target.y)]
    if y != target.middle[1]:  # from a start event that is not in the row
        bend = source.right + GAP // 2
        return [(source.right, y), (bend, y), (bend, target.middle[1]), (target.x, target.middle[1])]
    return [(source.right, y), (target.x, target.middle[1])]


def _box(node: Node, x: int, middle: float) -> Box:
    width, height = SIZES[node.kind]
    return Box(x, round(middle - height / 2), width, height)
