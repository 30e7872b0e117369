"""The action `publish-stomp`: what is sent, and with a real broker that it arrives."""

from __future__ import annotations

import json
from queue import Queue
from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import START
from flowhost.testing.private_broker import StompBroker
from flowhost.testing.workbench import workbench
from flowhost_plugins.publish_stomp import PublishStomp
from flowhost_plugins.stomp import Stomp

URL = "stomp://localhost/?destination=/queue/x"


class Kept:
    """A broker that keeps what it is sent."""

    name = "kept"

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []

    def send(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        self.sent.append((url, body, dict(headers)))


def action(broker: Any, url: str = URL, *, body: str | None = None, **headers: str) -> PublishStomp:
    return PublishStomp(
        url=flowhost.Secret(url),
        body=None if body is None else flowhost.Template(body),
        headers={name: flowhost.Template(text) for name, text in headers.items()},
        broker=broker,
    )


def context(**more: Any) -> flowhost.Context:
    given: dict[str, Any] = {"item": "VX-7", "tags": {"title": "Grün\nneu"}, "rule": "Tell", "run": "1"}
    event = flowhost.Event("item_create", {"itemId": "VX-7"}, source="/catalogue", id="7", time=START)
    return flowhost.Context(**{"event": event} | given | more)


def patient() -> Stomp:
    """The connections, also on a machine that stands still for a while."""
    return Stomp(heartbeats=False, connect_timeout=60)


def test_a_text() -> None:
    broker = Kept()
    outcome = action(broker, body="new: ${title}", title="${title}").act(context())
    assert (outcome.state, outcome.reason) == ("done", "sent 14 bytes")
    [(url, body, headers)] = broker.sent
    assert (url, body.decode()) == (URL, "new: Grün\nneu")
    key = headers.pop("idempotency-key")
    assert headers == {"content-type": "text/plain; charset=utf-8", "persistent": "true", "title": "Grün neu"}
    action(broker, body="x", **{"content-type": "text/csv", "persistent": "false"}).act(context(attempt=2))
    action(broker).act(context(run="2"))
    assert (broker.sent[1][2]["content-type"], broker.sent[1][2]["persistent"]) == ("text/csv", "false")
    assert broker.sent[1][2]["idempotency-key"] == key
    assert broker.sent[2][2]["idempotency-key"] != key


def test_the_event() -> None:
    broker = Kept()
    action(broker).act(context())
    [(_, body, headers)] = broker.sent
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    told = json.loads(body)
    assert (told["type"], told["id"], told["source"]) == ("item_create", "7", "/catalogue")
    assert told["data"] == {"itemId": "VX-7"}
    with pytest.raises(flowhost.Permanent, match="is no JSON value"):
        action(broker).act(context(event=flowhost.Event("x", {1, 2})))


def test_a_tag_without_value() -> None:
    broker = Kept()
    with pytest.raises(flowhost.UndefinedTag, match="producer"):
        action(broker, body="${producer}").act(context())
    assert broker.sent == []


@pytest.mark.parametrize("url", ["http://x/?destination=/queue/x", "stomp://secret@host/"])
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="'url' is no STOMP URL with a destination") as caught:
        action(Kept(), url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["destination", "Receipt", " ", "a\nb"])
def test_headers_that_are_not_ones_own(name: str) -> None:
    with pytest.raises(ValueError, match="header"):
        action(Kept(), **{name: "x"})


def test_a_url_the_broker_cannot_read() -> None:
    broker = Stomp()
    with pytest.raises(flowhost.Permanent, match="STOMP URL"):
        action(broker, "stomp://host:notaport/?destination=/queue/x", body="x").act(context())


@pytest.mark.rabbitmq
def test_it_arrives(rabbitmq: StompBroker) -> None:
    destination, arrived = rabbitmq.queue(), Queue[flowhost.Message | flowhost.FlowhostError]()
    broker = patient()
    broker.open()
    try:
        bench = workbench(resources=[broker])
        data = {"url": rabbitmq.url(destination), "body": "${title}", "headers": {"title": "a:b ${title}"}}
        made = bench.make("action", "publish-stomp", data, place=flowhost.Place("rule.yaml"), places={})
        assert made.act(context()).state == "done"
        subscription = broker.subscribe(rabbitmq.url(destination), arrived.put, arrived.put)
        message = arrived.get(timeout=60)
        assert isinstance(message, flowhost.Message), message
        subscription.ack(message)
        subscription.close()
    finally:
        broker.close()
    assert message.body.decode() == "Grün\nneu"
    assert message.headers["title"] == "a:b Grün neu"
    assert len(message.headers["idempotency-key"]) == 40


@pytest.mark.rabbitmq
def test_a_broker_that_refuses(rabbitmq: StompBroker) -> None:
    broker = patient()
    broker.open()
    try:
        url = rabbitmq.url(rabbitmq.queue()).replace("flowhost:", "nobody:", 1)
        with pytest.raises(flowhost.Unavailable, match="refused to log in user 'nobody'"):
            action(broker, url, body="x").act(context())
    finally:
        broker.close()
