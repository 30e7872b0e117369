"""Readers of values; what they read is tested with the parsers that use them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import flowhost


@pytest.mark.parametrize(
    ("options", "text", "value"),
    [
        ({}, " x ", " x "),
        ({"type": "integer"}, "42", 42),
        ({"type": "float"}, "1.5", 1.5),
        ({"type": "boolean"}, "ON", True),
        ({"type": "date", "format": "%d/%m/%Y"}, "24/12/2026", date(2026, 12, 24)),
        (
            {"type": "iso", "default_timezone": "Asia/Tokyo"},
            "2026-01-01T09:00",
            datetime(2026, 1, 1, tzinfo=UTC),
        ),
    ],
)
def test_a_reader_for_each_type(options: dict[str, Any], text: str, value: Any) -> None:
    assert flowhost.value_reader(**options)(text) == value


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"type": "interger"}, r"type is 'interger', expected one of string, .*; did you mean 'integer'"),
        ({"type": "date"}, r"the type 'date' needs a 'format' that says how it is written"),
        ({"type": "time", "format": "noon"}, r"format 'noon' reads nothing"),
        ({"type": "iso", "default_timezone": "Mars"}, r"default timezone 'Mars' is unknown"),
    ],
)
def test_wrong_options(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        flowhost.value_reader(**options)


def test_an_option_that_the_type_does_not_use_is_not_looked_at() -> None:
    assert flowhost.value_reader("integer", format="x", default_timezone="Mars")("7") == 7


def test_a_bad_text_is_a_value_error_and_rejected() -> None:
    with pytest.raises(ValueError, match="the value is 'x', expected a whole number") as caught:
        flowhost.value_reader("integer")("x")
    assert isinstance(caught.value, flowhost.Rejected)
