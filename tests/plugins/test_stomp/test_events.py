from __future__ import annotations

from datetime import UTC, datetime

import pytest

import flowhost
from flowhost_plugins.stomp.events import EventForm

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)


class StoppedClock(flowhost.SystemClock):
    def now(self) -> datetime:
        return NOW


def event(body: bytes = b"", id_header: str = "", key_header: str = "", **headers: str) -> flowhost.Event:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    form = EventForm("stomp://host:61613/queue/x", id_header, key_header, StoppedClock())
    return form.event(flowhost.Message(fields, body))


def test_what_an_event_tells() -> None:
    found = event(b"hello", key_header="item", destination="/queue/x", item="7")
    assert found == flowhost.Event(
        type="stomp.message",
        data="hello",
        source="stomp://host:61613/queue/x",
        subject="/queue/x",
        id=None,
        key="7",
        time=NOW,
        headers={"destination": "/queue/x", "item": "7"},
    )


@pytest.mark.parametrize(
    ("headers", "identity"),
    [
        ({}, None),
        ({"message_id": "T_1@@session-abc@@7"}, None),
        ({"message_id": "ID:host-41-17:3:-1:1:1"}, "ID:host-41-17:3:-1:1:1"),
        ({"amqp_message_id": "order-1", "message_id": "T_1@@session-abc@@7"}, "order-1"),
        ({"amqp_message_id": "", "message_id": "T_1@@session-abc@@7"}, None),
        ({"ce_id": "1", "ce_source": "/shop", "message_id": "ID:a"}, "/shop 1"),
        ({"ce_id": "1"}, None),
        ({"id": "42"}, None),
    ],
)
def test_which_header_is_an_identity(headers: dict[str, str], identity: str | None) -> None:
    assert event(**headers).id == identity


def test_cloudevents_over_amqp() -> None:
    message = flowhost.Message({"cloudEvents:id": "1", "cloudEvents:source": "/shop"}, b"")
    assert EventForm("", "", "", StoppedClock()).event(message).id == "/shop 1"


def test_a_publisher_cannot_have_its_message_rejected() -> None:
    message = flowhost.Message({flowhost.REJECT_HEADER: "it was me", "item": "7"}, b"")
    assert EventForm("", "", "", StoppedClock()).event(message).headers == {"item": "7"}


def test_a_named_header_is_the_only_identity() -> None:
    assert event(id_header="order", order="9", message_id="ID:a").id == "9"
    assert event(id_header="order", message_id="ID:a").id is None


@pytest.mark.parametrize(
    ("timestamp", "time"),
    [
        ("1700000000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("0", NOW),
        ("", NOW),
        ("yesterday", NOW),
        ("-5", NOW),
        ("9" * 40, NOW),
    ],
)
def test_when_it_was_sent(timestamp: str, time: datetime) -> None:
    assert event(timestamp=timestamp).time == time


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        ("", b"gr\xc3\xbcn", "grün"),
        ("", b"\xff\xfe", b"\xff\xfe"),
        ("text/plain", b"a", "a"),
        ("text/plain; charset=latin-1", b"gr\xfcn", "grün"),
        ("text/plain; charset=no-such", b"a", b"a"),
        ("text/plain", b"gr\xfcn", b"gr\xfcn"),
        ("Application/JSON", b"{}", "{}"),
        ("application/atom+xml;type=entry", b"<entry/>", "<entry/>"),
        ("application/octet-stream", b"text", b"text"),
        ("image/png", b"text", b"text"),
        ("image/svg+xml", b"<svg/>", "<svg/>"),
    ],
)
def test_text_or_bytes(content_type: str, body: bytes, data: str | bytes) -> None:
    headers = {"content_type": content_type} if content_type else {}
    assert event(body, **headers).data == data
