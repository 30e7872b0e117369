"""What becomes of a request: the event's attributes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost.web import Refused, Request
from flowhost_plugins.http.reading import Naming, event_of

STRUCTURED = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
WHOLE = {"specversion": "1.0", "id": "7", "source": "/here", "type": "made"}


def sent(hook: Any, **options: Any) -> flowhost.Event:
    response = hook.request(**options)
    assert response.status_code == 200, response.text
    (event,) = hook.events
    hook.events.clear()
    assert isinstance(event, flowhost.Event)
    return event


def test_a_plain_post(hook: Any) -> None:
    event = sent(hook, path="/a%20b/%C3%BC?x=1&y=%20", data=b"\x00\xff", headers={"X-Some": "thing"})
    assert (event.type, event.subject, event.data) == ("http.post", "/a b/ü", b"\x00\xff")
    assert event.source == hook.source.url.rstrip("/")
    assert (event.id, event.key) == (None, None)
    assert event.headers["x-some"] == "thing"
    assert event.headers["query-string"] == "x=1&y=%20"
    assert abs(datetime.now(UTC) - event.time) < timedelta(minutes=1)


def test_id_and_key_come_from_the_named_headers(hook: Any) -> None:
    event = sent(
        hook, headers={"x-delivery": "d-1", "x-key": "clip 1", "ce-id": "other", "ce-partitionkey": "o"}
    )
    assert (event.id, event.key) == ("d-1", "clip 1")


def test_secrets_do_not_travel_with_the_event(hook: Any) -> None:
    event = sent(hook, headers={"Authorization": "Bearer sesame", "Proxy-Authorization": "x"})
    assert not {"authorization", "proxy-authorization"} & set(event.headers)


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        ("text/plain", "grün".encode(), "grün"),
        ("text/xml; charset=utf-8", b"<a/>", "<a/>"),
        ("application/json", b'{"a": 1}', '{"a": 1}'),
        ("application/vnd.vms+xml", b"<a/>", "<a/>"),
        ("application/problem+json", b"1", "1"),
        ("application/x-www-form-urlencoded", b"a=1", "a=1"),
        ("text/plain; charset=iso-8859-1", "grün".encode("latin-1"), "grün".encode("latin-1")),
        ("text/plain; charset=iso-8859-1", "grün".encode(), "grün".encode()),
        ("text/plain", b"\xff", b"\xff"),
        ("application/octet-stream", b"abc", b"abc"),
        ("", b"abc", b"abc"),
        ("text/plain", b"", None),
    ],
)
def test_text_is_text_where_the_sender_says_so(hook: Any, content_type: str, body: bytes, data: Any) -> None:
    assert sent(hook, data=body, headers={"Content-Type": content_type}).data == data


def test_a_cloudevent_in_binary_mode(hook: Any) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "a%20b",
        "ce-type": "clip.made",
        "ce-source": "/ingest/1",
        "ce-subject": "clip%C3%BC",
        "ce-time": "2026-02-03T04:05:06.5Z",
        "ce-partitionkey": "k%25",
        "ce-colour": "green",
        "content-type": "application/json",
    }
    event = sent(hook, data=b"[1]", headers=headers)
    assert (event.id, event.type, event.source, event.subject) == ("a b", "clip.made", "/ingest/1", "clipü")
    assert (event.key, event.data, event.headers["ce-colour"]) == ("k%", "[1]", "green")
    assert event.time == datetime(2026, 2, 3, 4, 5, 6, 500000, UTC)


def test_a_cloudevent_in_structured_mode(hook: Any) -> None:
    told = WHOLE | {
        "subject": "clip",
        "time": "2026-02-03T04:05:06+01:00",
        "partitionkey": "k",
        "datacontenttype": "application/json",
        "colour": "green",
        "size": 3,
        "data": {"a": [1, None]},
    }
    event = sent(hook, json=told, headers=STRUCTURED)
    assert (event.id, event.type, event.source, event.subject, event.key) == (
        "7",
        "made",
        "/here",
        "clip",
        "k",
    )
    assert event.data == {"a": [1, None]}
    assert event.time == datetime(2026, 2, 3, 3, 5, 6, tzinfo=UTC)
    assert event.headers["content-type"] == "application/json"
    assert (event.headers["ce-colour"], event.headers["ce-size"]) == ("green", "3")


def test_bytes_in_structured_mode(hook: Any) -> None:
    event = sent(hook, json=WHOLE | {"data_base64": "AP8="}, headers=STRUCTURED)
    assert (event.data, event.subject) == (b"\x00\xff", None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "its body is not JSON"),
        (b"[]", "its body is a JSON list"),
        (json.dumps(WHOLE | {"id": ""}).encode(), "'id' is ''"),
        (json.dumps(WHOLE | {"type": 3}).encode(), "'type' is 3"),
        (json.dumps({"id": "1"}).encode(), "'specversion' is None"),
        (json.dumps(WHOLE | {"specversion": "0.3"}).encode(), "specversion is '0.3', expected 1.0"),
        (json.dumps(WHOLE | {"time": "yesterday"}).encode(), "time is 'yesterday'"),
        (json.dumps(WHOLE | {"time": "2026-01-01T00:00:00"}).encode(), "expected one with a time zone"),
        (json.dumps(WHOLE | {"data_base64": "ä"}).encode(), "data_base64 is not base64"),
        (json.dumps(WHOLE | {"data_base64": 1}).encode(), "data_base64 is not base64"),
    ],
)
def test_what_only_claims_to_be_a_cloudevent_is_refused(hook: Any, body: bytes, reason: str) -> None:
    response = hook.request(data=body, headers=STRUCTURED)
    assert response.status_code == 400
    assert response.json()["error"].startswith("this is no CloudEvent 1.0: ")
    assert reason in response.json()["error"]
    assert hook.events == []


def test_batches_are_refused(hook: Any) -> None:
    response = hook.request(data=b"[]", headers={"Content-Type": "application/cloudevents-batch+json"})
    assert response.status_code == 415


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)
json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)
events = st.builds(
    flowhost.Event,
    type=texts,
    data=st.binary(min_size=1) | json_values,
    source=texts,
    subject=st.none() | texts,
    id=texts,
    key=st.none() | texts,
    time=st.datetimes(timezones=st.just(UTC)),
)


@given(events)
def test_every_event_written_as_a_cloudevent_is_read_back(event: flowhost.Event) -> None:
    body = json.dumps(flowhost.cloudevent(event)).encode()
    request = Request("POST", "/", "", {"content-type": "application/cloudevents+json"}, lambda: body)
    read = event_of(request, body, Naming("ce-id", "", "http://here"))
    for name in ("type", "data", "source", "subject", "id", "key", "time"):
        assert getattr(read, name) == getattr(event, name)


@given(
    st.binary(max_size=200), st.dictionaries(st.sampled_from(["ce-time", "ce-id", "content-type"]), st.text())
)
def test_no_request_breaks_the_reader(body: bytes, headers: dict[str, str]) -> None:
    request = Request("POST", "/x", "", headers, lambda: body)
    try:
        assert event_of(request, body, Naming("ce-id", "", "http://here")).type == "http.post"
    except Refused as refused:
        assert refused.answer.status.startswith("4")
