"""A graph as a BPMN 2.0 document with diagram interchange (OMG formal/2011-01-03, chapters 8 to 12)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowhost_plugins.rules.bpmn.graph import Flow, Graph, Node, graph_of
from flowhost_plugins.rules.bpmn.layout import Box, boxes, waypoints
from flowhost_plugins.rules.rule import Rule

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

TARGET = "urn:flowhost:rules"
"""The name space of the processes."""

PREFIXES = {"bpmn": MODEL, "bpmndi": BPMNDI, "dc": DC, "di": DI, "xsi": XSI}
ELEMENTS = {"start": "startEvent", "end": "endEvent", "gateway": "exclusiveGateway"}


def bpmn(rule: Rule, *, polling: float = 30.0) -> bytes:
    """A rule as a BPMN 2.0 document, which a modeller can open.

    Args:
        rule: the rule.
        polling: seconds between two sweeps when the rule does not say.
    """
    from lxml import etree

    graph = graph_of(rule, polling)
    root = etree.Element(f"{{{MODEL}}}definitions", nsmap=PREFIXES)
    root.set("id", "definitions")
    root.set("targetNamespace", TARGET)
    root.set("exporter", "flowhost")
    told = {node.told: f"told_{number}" for number, node in enumerate(graph.nodes) if _root_kind(node)}
    for node in graph.nodes:
        if (kind := _root_kind(node)) and not root.xpath(f"*[@id='{told[node.told]}']"):
            _add(root, MODEL, kind, id=told[node.told], name=_clean(node.told))
    _process(root, rule, graph, told)
    _drawing(root, graph)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _root_kind(node: Node) -> str:
    return node.event if node.event in ("signal", "message") else ""


def _process(root: Element, rule: Rule, graph: Graph, told: dict[str, str]) -> None:
    process = _add(root, MODEL, "process", id="rule", name=_clean(rule.name), isExecutable="false")
    _document(process, rule.description)
    for node in graph.nodes:
        _node(process, node, graph, told)
    for number, flow in enumerate(graph.flows):
        _flow(process, number, flow)


def _node(process: Element, node: Node, graph: Graph, told: dict[str, str]) -> None:
    element = _add(process, MODEL, ELEMENTS.get(node.kind, node.task), id=node.id)
    if node.name:
        element.set("name", _clean(node.name))
    _document(element, node.remark)
    numbered = list(enumerate(graph.flows))
    for number, flow in numbered:
        if flow.target == node.id:
            _add(element, MODEL, "incoming").text = f"flow_{number}"
    leaving = {f"flow_{number}": flow for number, flow in numbered if flow.source == node.id}
    for name in leaving:
        _add(element, MODEL, "outgoing").text = name
    if node.kind == "gateway" and len(leaving) > 1:
        element.set("default", next(name for name, flow in leaving.items() if not flow.condition))
    if node.event:
        _definition(element, node, told)
    if node.task == "scriptTask":
        _add(element, MODEL, "script").text = _clean(node.remark)


def _definition(element: Element, node: Node, told: dict[str, str]) -> None:
    definition = _add(element, MODEL, f"{node.event}EventDefinition", id=f"{node.id}_event")
    if node.event == "timer":
        cycle = _add(definition, MODEL, "timeCycle")
        cycle.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
        cycle.text = node.told
    else:
        definition.set(f"{node.event}Ref", told[node.told])


def _flow(process: Element, number: int, flow: Flow) -> None:
    element = _add(
        process, MODEL, "sequenceFlow", id=f"flow_{number}", sourceRef=flow.source, targetRef=flow.target
    )
    if flow.name:
        element.set("name", flow.name)
    if flow.condition:
        condition = _add(element, MODEL, "conditionExpression")
        condition.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
        condition.text = _clean(flow.condition)


def _drawing(root: Element, graph: Graph) -> None:
    placed = boxes(graph)
    plane = _add(
        _add(root, BPMNDI, "BPMNDiagram", id="diagram"), BPMNDI, "BPMNPlane", id="plane", bpmnElement="rule"
    )
    for node in graph.nodes:
        shape = _add(plane, BPMNDI, "BPMNShape", id=f"{node.id}_shape", bpmnElement=node.id)
        if node.kind == "gateway":
            shape.set("isMarkerVisible", "true")
        _bounds(shape, placed[node.id])
    for number, flow in enumerate(graph.flows):
        edge = _add(plane, BPMNDI, "BPMNEdge", id=f"flow_{number}_edge", bpmnElement=f"flow_{number}")
        for x, y in waypoints(flow, placed):
            _add(edge, DI, "waypoint", x=str(x), y=str(y))


def _bounds(shape: Element, box: Box) -> None:
    _add(shape, DC, "Bounds", x=str(box.x), y=str(box.y), width=str(box.width), height=str(box.height))


def _document(element: Element, text: str) -> None:
    if text:
        _add(element, MODEL, "documentation").text = _clean(text)


def _add(parent: Element, space: str, tag: str, **attributes: str) -> Element:
    from lxml import etree

    return etree.SubElement(parent, f"{{{space}}}{tag}", attributes)


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return re.sub(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
