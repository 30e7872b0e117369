"""Texts as the values of metadata fields."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import DictionaryTerm, MultiParser, NotFound, Payload, VizOne

TYPES = ["string", "integer", "float", "boolean", "iso", "date", "time", "datetime", "dictionary"]


def parser(kind: str) -> MultiParser:
    return MultiParser(kind, "%Y", "UTC", "/api/metadata/dictionary/~genre")


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("nothing", [None, ""])
def test_no_text_is_none_for_every_type(kind: str, nothing: str | None) -> None:
    assert parser(kind).convert(nothing) is None


@pytest.mark.parametrize(
    ("options", "text", "value", "stored"),
    [
        ({}, " as it is ", " as it is ", " as it is "),
        ({"type": "integer"}, "42", 42, "42"),
        ({"type": "float"}, "12.5", 12.5, "12.5"),
        ({"type": "boolean"}, "Yes", True, "true"),
        ({"type": "boolean"}, "off", False, "false"),
        ({"type": "date", "format": "%d/%m/%Y"}, "4/12/2026", date(2026, 12, 4), "2026-12-04"),
        ({"type": "time", "format": "%H.%M"}, "23.59", time_of_day(23, 59), "23:59:00"),
        (
            {"type": "datetime", "format": "%d.%m.%Y %H:%M", "default_timezone": "Europe/Stockholm"},
            "1.7.2026 12:00",
            datetime(2026, 7, 1, 10, tzinfo=UTC),
            "2026-07-01T10:00:00Z",
        ),
        (
            {"type": "datetime", "format": "%d.%m.%Y %H:%M", "default_timezone": "Europe/Stockholm"},
            "1.1.2026 12:00",
            datetime(2026, 1, 1, 11, tzinfo=UTC),
            "2026-01-01T11:00:00Z",
        ),
        (
            {"type": "iso"},
            "2026-05-01T12:00:00+02:00",
            datetime(2026, 5, 1, 10, tzinfo=UTC),
            "2026-05-01T10:00:00Z",
        ),
    ],
)
def test_a_text_becomes_a_value_that_a_payload_takes(
    options: dict[str, Any], text: str, value: Any, stored: str
) -> None:
    converted = MultiParser(**options).convert(text)
    assert converted == value
    assert type(converted) is type(value)
    payload = Payload()
    payload.set("field", converted)
    assert payload.get("field") == stored


@pytest.mark.parametrize("hour", ["29.3.2026 02:30", "25.10.2026 02:30"])
def test_an_hour_the_clocks_skipped_or_repeated_is_not_guessed(hour: str) -> None:
    local = MultiParser("datetime", "%d.%m.%Y %H:%M", "Europe/Stockholm")
    with pytest.raises(flowhost.Rejected, match="expected a time with its offset from UTC"):
        local.convert(hour)
    told = MultiParser("datetime", "%d.%m.%Y %H:%M %z", "Europe/Stockholm")
    assert told.convert(f"{hour} +0100").tzinfo is UTC


@pytest.mark.parametrize(("kind", "text"), [("integer", "x"), ("date", "soon"), ("boolean", "perhaps")])
def test_a_text_without_such_a_meaning(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"the value is '{text}', expected") as caught:
        parser(kind).convert(text)
    assert isinstance(caught.value, flowhost.Rejected)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"type": "dat"}, r"type is 'dat', expected one of .*; did you mean 'date'\? \(or dictionary\)"),
        ({"type": "date"}, "the type 'date' needs a 'format'"),
        ({"type": "time", "format": ""}, "the type 'time' needs a 'format'"),
        ({"type": "dictionary"}, "the type 'dictionary' needs a 'source'"),
        ({"type": "datetime", "format": "%H", "default_timezone": "Europe/Stokholm"}, "'Europe/Stockholm'"),
    ],
)
def test_wrong_options(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        MultiParser(**options)


def test_a_key_becomes_the_term_of_a_dictionary(
    make_server: Any, connect: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = make_server(dictionaries={"genre": {"news": "News"}})
    client: VizOne = connect(server)
    url = "/api/metadata/dictionary/~genre"
    genre = MultiParser("dictionary", source=url)
    assert genre.convert("news", client) == DictionaryTerm("news", "News", f"{server.url}{url}/news")
    with caplog.at_level(logging.ERROR):
        assert genre.convert("sport", client) is None
    assert caplog.messages == [f"the dictionary {url} has no term 'sport'; the value is left out"]
    with pytest.raises(NotFound, match="~nothing"):
        MultiParser("dictionary", source="/api/metadata/dictionary/~nothing").convert("news", client)
    with pytest.raises(ValueError, match="a client is needed"):
        genre.convert("news")
