"""A rule as the text of a file: read again, it is the same rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost_plugins.rules.files import read_text, render
from flowhost_plugins.rules.rule import (
    Breaker,
    Distribution,
    FromSource,
    InCollection,
    Manual,
    Patience,
    Quota,
    Rule,
    SavedSearch,
    Schedule,
    Signal,
    StepSpec,
    Window,
)

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=12
).filter(lambda text: text == text.strip())
EXPRESSIONS = st.sampled_from(["item.title", "tags['a b'] == \"c: d\"", "event.type != '#'"]).map(
    flowhost.Expression
)
EVENT_EXPRESSIONS = st.none() | st.sampled_from(["event.type", "event.data['x']"]).map(flowhost.Expression)
LENGTHS = st.integers(10, 400_000).map(float) | st.floats(10, 1000)
VARIABLES = st.dictionaries(st.sampled_from(["user", "type", "progress-1"]), NAMES, max_size=2)
PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-3, 3) | NAMES | st.just("two\nlines\n")
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2), max_leaves=4
)

TRIGGERS = st.one_of(
    st.builds(SavedSearch, NAMES, st.booleans()),
    st.builds(InCollection, NAMES),
    st.just(Manual()),
    st.builds(lambda found: Signal("item_create", "new-item", (), found), VARIABLES),
    st.builds(
        lambda fields, found: Signal("metadata_modify", "metadata-change", tuple(fields), found),
        st.lists(NAMES, max_size=2),
        VARIABLES,
    ),
    st.builds(lambda name, found: Signal(name, "job", (), found), NAMES, VARIABLES),
    st.builds(lambda name, found: Signal(name, "notification", (), found), NAMES, VARIABLES),
    st.builds(Schedule, st.just("0 2 * * mon"), st.none(), st.sampled_from(["UTC", "Europe/Oslo"]), NAMES),
    st.builds(Schedule, st.just(""), LENGTHS, st.just("UTC"), st.just(""), NAMES),
    st.builds(FromSource, NAMES, NAMES, EVENT_EXPRESSIONS, EVENT_EXPRESSIONS),
)
STEPS = st.builds(
    StepSpec,
    st.sampled_from(["stop", "transcode"]),
    st.dictionaries(NAMES.filter(lambda name: name != "when"), VALUES, max_size=2),
    st.none() | EXPRESSIONS,
)
TIMES = st.times().map(lambda one: time(one.hour, one.minute))
WINDOWS = st.builds(
    Window,
    st.frozensets(st.integers(0, 6), min_size=1),
    TIMES,
    TIMES,
    st.sampled_from(["UTC", "Pacific/Apia"]),
)
RULES = st.builds(
    Rule,
    NAMES,
    st.lists(TRIGGERS, min_size=1, max_size=2).map(tuple),
    st.lists(STEPS, min_size=1, max_size=2).map(tuple),
    description=NAMES | st.just("") | st.just("two\nlines"),
    conditions=st.lists(EXPRESSIONS, max_size=2).map(tuple),
    suspended=st.booleans(),
    polling_interval=st.none() | LENGTHS,
    priority=st.integers(-5, 5),
    max_concurrency=st.integers(1, 99),
    windows=st.lists(WINDOWS, max_size=2).map(tuple),
    retry=st.builds(Patience, st.integers(1, 9), LENGTHS, LENGTHS),
    settle=st.just(0.0) | LENGTHS,
    quota=st.none() | st.builds(Quota, st.integers(1, 9), LENGTHS),
    breaker=st.builds(Breaker, st.integers(0, 9), LENGTHS),
    max_matches=st.none() | st.integers(0, 9),
    time_limit=LENGTHS,
)


def without_places(value: Any) -> Any:
    """A rule as what it means: no places, expressions as their texts."""
    if isinstance(value, Rule):
        steps = tuple(replace(step, place=flowhost.Place(""), places={}) for step in value.steps)
        value = replace(value, text="", place=flowhost.Place(""), trigger_places=(), steps=steps)
    return repr(value)


@pytest.mark.slow
@given(RULES)
def test_read_again_it_is_the_same(rule: Rule) -> None:
    assert without_places(read_text(render(rule), "x.yaml")) == without_places(rule)


@pytest.mark.slow
@given(RULES)
def test_every_place_is_where_the_value_stands(rule: Rule) -> None:
    text = render(rule)
    lines = text.split("\n")
    found = read_text(text, "x.yaml")

    def shown(place: flowhost.Place | None) -> str:
        assert place is not None
        assert place.column
        return lines[place.line - 1][place.column - 1 :]

    assert lines[found.place.line - 1][: found.place.column - 1] == "name: "
    for trigger, place in zip(found.triggers, found.trigger_places, strict=True):
        assert shown(place).startswith(trigger.kind)
    for step in found.steps:
        assert shown(step.place).startswith(step.action)
        for path, place in step.places.items():
            value = value_at(step.parameters, path)
            if isinstance(value, str) and place.column:
                assert shown(place).startswith(value)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                assert float(shown(place).split(",")[0].strip("]} ")) == value


def value_at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def test_a_format_distribution_is_written_once() -> None:
    text = "name: x\ntrigger: {format-distribution: {format: a, storages: 2, remove-from-others: yes, directory: '${user}'}}\n"
    rule = read_text(text, "x.yaml")

    assert isinstance(rule.triggers[0], Distribution)
    assert render(rule) == (
        "name: x\n"
        "trigger:\n"
        "  format-distribution:\n"
        "    formats:\n"
        "      - a\n"
        "    storages: 2\n"
        "    remove-from-others: true\n"
        "    directory: ${user}\n"
    )
    assert without_places(read_text(render(rule), "x.yaml")).replace("'formats'", "") == without_places(
        rule
    ).replace("'formats'", "")
