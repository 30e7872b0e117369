"""The worker `log`: one safe line an event."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import flowhost
from flowhost.testing.conformance import conforms
from flowhost_plugins.log import Log


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (None, "clip.made /in/a.mxf"),
        ("", "clip.made /in/a.mxf"),
        ("grün", "clip.made /in/a.mxf grün"),
        ("two\nlines\x1b[2J\u2028", r"clip.made /in/a.mxf two\nlines\x1b[2J\u2028"),
        (b"caf\xc3\xa9 \xff\x00", r"clip.made /in/a.mxf café \xff\x00"),
        ({"a": [1, None, "x\ny"]}, r"clip.made /in/a.mxf {'a': [1, None, 'x\ny']}"),
        (False, "clip.made /in/a.mxf False"),
    ],
)
def test_an_event_is_one_line(said: pytest.LogCaptureFixture, data: Any, line: str) -> None:
    assert Log().work(flowhost.Event("clip.made", data, subject="/in/a.mxf")) is None
    assert said.messages == [line]
    assert said.records[0].levelname == "INFO"


def test_headers_are_not_shown(said: pytest.LogCaptureFixture) -> None:
    Log().work(flowhost.Event("x", headers={"cookie": "sesame"}))
    assert said.messages == ["x"]


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_the_level_is_chosen(said: pytest.LogCaptureFixture, level: Any) -> None:
    Log(level=level).work(flowhost.Event("x"))
    assert said.records[0].levelname == level.upper()


@pytest.mark.parametrize(("length", "line"), [(0, "x"), (1, "x …"), (5, "x abcd…"), (6, "x abcdef")])
def test_data_is_shortened(said: pytest.LogCaptureFixture, length: int, line: str) -> None:
    Log(length=length).work(flowhost.Event("x", "abcdef"))
    assert said.messages == [line]


@pytest.mark.parametrize(
    "data",
    ["x" * 50_000_000, b"\xff" * 50_000_000, list(range(1_000_000)), dict.fromkeys(range(100000), "y" * 100)],
)
def test_huge_data_costs_little(said: pytest.LogCaptureFixture, data: Any) -> None:
    started = time.thread_time()
    Log().work(flowhost.Event("x", data))
    assert time.thread_time() - started < 0.2
    assert len(said.messages[0]) == 202


def test_a_huge_subject_is_shortened(said: pytest.LogCaptureFixture) -> None:
    Log().work(flowhost.Event("x", subject="s" * 1_000_000))
    assert len(said.messages[0]) == 1002


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20)


@given(st.text(), st.text(), st.text() | st.binary() | json_values, st.integers(0, 50))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_event_makes_two_lines(
    said: pytest.LogCaptureFixture, kind: str, subject: str, data: Any, length: int
) -> None:
    said.clear()
    Log(length=length).work(flowhost.Event(kind, data, subject=subject))
    assert said.messages[0].isprintable()


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(ValueError, match="'length' is -1, expected 0 or more"):
        Log(length=-1)


def test_conformance() -> None:
    conforms(Log)
