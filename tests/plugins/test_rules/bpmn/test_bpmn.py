"""Diagrams of rules: valid BPMN 2.0, readable by somebody else's engine, and drawn without overlaps."""

from __future__ import annotations

from pathlib import Path

import pytest
import SpiffWorkflow.bpmn.parser as spiff
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser

import flowhost
from flowhost_plugins.rules.bpmn import bpmn, diagram
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
)

NS = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "w": "http://www.omg.org/spec/DD/20100524/DI",
}
TRIGGERS = (
    SavedSearch("Fresh clips"),
    InCollection("Rushes"),
    Distribution(("original",)),
    Signal("job_finish", "job", variables={"type": "TRANSCODE"}),
    Signal("metadata_modify", "metadata-change", fields=("title",)),
    Manual(),
    Schedule(cron="0 2 * * *"),
    Schedule(every=3600.0),
    FromSource("file.*", "*"),
)
RULE = Rule(
    "Proxies",
    TRIGGERS[:2],
    (
        StepSpec("transcode", {"format": "lowres", "replace": True}),
        StepSpec(
            "run-script", {"script": "qc.sh", "arguments": ["-v", "${title}"]}, flowhost.Expression("1 < 2")
        ),
        StepSpec("send-email", {"to": "desk@example.org", "more": {"a": 1}}),
    ),
    description="Makes <proxies> & tells the desk",
    conditions=(flowhost.Expression("item.mediaType == 'video'"), flowhost.Expression("item.title")),
)


@pytest.fixture(scope="module")
def omg() -> etree.XMLSchema:
    """The schema of BPMN 2.0, which SpiffWorkflow ships."""
    return etree.XMLSchema(etree.parse(Path(spiff.__file__).with_name("schema") / "BPMN20.xsd"))


texts = st.text(st.characters(), max_size=30)  # also what is no character by itself
steps = st.builds(
    StepSpec,
    st.sampled_from(["transcode", "run-script", "send-email", "stop"]),
    st.dictionaries(texts, texts | st.lists(texts, max_size=2), max_size=3),
    st.none() | st.just(flowhost.Expression("event.type == 'a & b < c'")),
)
rules = st.builds(
    Rule,
    texts,
    st.lists(
        st.one_of(st.sampled_from(TRIGGERS), st.builds(Signal, texts), st.builds(FromSource, texts, texts)),
        min_size=1,
        max_size=4,
    ).map(tuple),
    st.lists(steps, max_size=5).map(tuple),
    description=texts,
    conditions=st.lists(st.just(flowhost.Expression("1 < 2 and 'x'")), max_size=2).map(tuple),
)


@given(rule=rules)
def test_every_rule_gives_a_valid_document(rule, omg):
    document = etree.fromstring(bpmn(rule))

    omg.assertValid(document)
    drawn = set(document.xpath("//di:BPMNShape/@bpmnElement", namespaces=NS))
    assert drawn == set(
        document.xpath(
            "//b:process/b:*[not(self::b:sequenceFlow or self::b:documentation)]/@id", namespaces=NS
        )
    )
    assert len(document.xpath("//di:BPMNEdge", namespaces=NS)) == len(
        document.xpath("//b:sequenceFlow", namespaces=NS)
    )


@given(rule=rules)
def test_no_two_nodes_are_drawn_over_each_other(rule):
    document = etree.fromstring(bpmn(rule))
    boxes = [
        tuple(int(bounds.get(name)) for name in ("x", "y", "width", "height"))
        for bounds in document.xpath("//dc:Bounds", namespaces=NS)
    ]
    for number, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[number + 1 :]:
            assert x + width <= left or left + wide <= x or y + height <= top or top + high <= y


def test_somebody_elses_engine_reads_it(tmp_path):
    file = tmp_path / "rule.bpmn"
    # it builds what it would run only of processes that are meant to be run
    file.write_bytes(bpmn(RULE).replace(b'isExecutable="false"', b'isExecutable="true"'))
    parser = BpmnParser()

    parser.add_bpmn_file(str(file))

    spec = parser.process_parsers["rule"].get_spec()
    assert {"step_1", "step_2", "step_3", "conditions", "when_2", "handled"} <= set(spec.task_specs)


def test_a_gateway_has_a_way_out_when_nothing_holds():
    document = etree.fromstring(bpmn(RULE))

    (conditions,) = document.xpath("//b:exclusiveGateway[@id='conditions']", namespaces=NS)
    (default,) = document.xpath("//b:sequenceFlow[@id=$id]", id=conditions.get("default"), namespaces=NS)
    assert default.get("targetRef") == "not_meant"
    (skip,) = document.xpath(
        "//b:sequenceFlow[@sourceRef='when_2' and not(b:conditionExpression)]", namespaces=NS
    )
    assert skip.get("targetRef") == "step_3"


def test_nothing_follows_a_stop_but_the_end():
    steps = (StepSpec("stop", when=flowhost.Expression("1 < 2")), StepSpec("transcode"))
    document = etree.fromstring(bpmn(Rule("r", (Manual(),), steps)))

    flows = document.xpath("//b:sequenceFlow", namespaces=NS)
    leading = {(flow.get("sourceRef"), flow.get("targetRef")) for flow in flows}
    assert leading == {
        ("start_1", "when_1"),
        ("when_1", "step_1"),
        ("step_1", "handled"),
        ("when_1", "step_2"),
        ("step_2", "handled"),
    }


def test_a_search_whose_name_says_every_is_looked_at_too():
    shown = diagram(
        Rule("r", (SavedSearch("every clip"), Schedule(every=60.0)), (StepSpec("stop"),)), polling=30
    )
    assert shown.split("\n")[:2] == ["● saved search every clip, looked at every 30 s", "● every 60 s"]


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: trigger.kind)
def test_every_trigger_has_its_start_event(trigger):
    document = etree.fromstring(bpmn(Rule("r", (trigger,), (StepSpec("stop"),)), polling=30))

    (start,) = document.xpath("//b:startEvent", namespaces=NS)
    expected = {
        "saved-search": "timerEventDefinition",
        "collection": "timerEventDefinition",
        "format-distribution": "timerEventDefinition",
        "schedule": "timerEventDefinition",
        "manual": None,
        "source": "messageEventDefinition",
    }.get(trigger.kind, "signalEventDefinition")
    found = [etree.QName(child).localname for child in start if "Definition" in child.tag]
    assert found == ([expected] if expected else [])


def test_the_terminal_shows_triggers_conditions_and_steps():
    assert diagram(RULE, polling=30).split("\n") == [
        "● saved search Fresh clips, looked at every 30 s",
        "● in collection Rushes, looked at every 30 s",
        "│",
        "◇ item.mediaType == 'video' and item.title",
        "│ yes          no ──► ○ not for this item",
        "│",
        "┌─────────────┐",
        "│ 1 transcode │ format: lowres",
        "└─────────────┘ replace: yes",
        "│",
        "◇ 1 < 2",
        "│ yes   no: skips this step",
        "│",
        "┌──────────────┐",
        "│ 2 run-script │ script: qc.sh",
        "└──────────────┘ arguments: -v, ${title}",
        "│",
        "┌──────────────┐",
        "│ 3 send-email │ to: desk@example.org",
        "└──────────────┘ more: a = 1",
        "│",
        "○ handled",
    ]
