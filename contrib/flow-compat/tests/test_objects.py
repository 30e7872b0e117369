"""Python objects as the data of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flow_compat.objects import CLASS_HEADER, event_of, object_of
from vizone.net.message_queue import Message
from vizone.payload.asset import Item

import flowhost

ENTRY = b'<entry xmlns="http://www.w3.org/2005/Atom"><title>One</title></entry>'


def kept(event: flowhost.Event) -> flowhost.Event:
    """The event as it comes back from the ledger."""
    return flowhost.from_record(flowhost.to_record(event))


@pytest.mark.parametrize("value", [None, "text", b"\xff", 7, 1.5, True, {"a": [1, None]}, [], "ü"])
def test_plain_values_travel_as_they_are(value: Any) -> None:
    event = event_of(value, "test")
    assert object_of(event) == value
    assert object_of(kept(event)) == value


def test_a_document_is_itself_until_it_was_kept() -> None:
    item = Item(ENTRY)
    event = event_of(item, "test")
    assert object_of(event) is item
    again = object_of(kept(event))
    assert (type(again), again.title) == (Item, "One")
    assert event.subject == "One"


def test_a_message_keeps_its_headers() -> None:
    event = event_of(Message({"identity": "7"}, b"<a/>"), "test")
    for each in (event, kept(event)):
        message = object_of(each)
        assert (message.headers, message.content) == ({"identity": "7"}, b"<a/>")


def test_any_other_object_runs_but_cannot_be_kept() -> None:
    event = event_of(date(2024, 1, 2), "test")
    assert object_of(event) == date(2024, 1, 2)
    with pytest.raises(TypeError, match="date"):
        import json

        json.dumps(flowhost.to_record(event))


@pytest.mark.parametrize("named", ["os:system", "builtins:eval", "nosuch:Class", "flow.kinds:Flow", "", "x"])
def test_only_documents_are_made_of_what_was_kept(named: str) -> None:
    event = replace(kept(event_of(Item(ENTRY), "test")), headers={CLASS_HEADER: named or ":"})
    with pytest.raises(flowhost.Permanent, match="not loaded any more, or has no method generate"):
        object_of(event)
