"""What a person is told when a broker cannot be used, and what it takes to use one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost.testing.private_broker import StompBroker, free_port

Stomp = Callable[..., Any]


def refused(resource: Any, url: str) -> str:
    with pytest.raises(flowhost.FlowhostError) as caught:
        resource.subscribe(url, lambda message: None, lambda error: None)
    return str(caught.value)


def test_a_closed_port(stomp: Stomp) -> None:
    port = free_port()
    text = refused(stomp(), f"stomp://u:hush@127.0.0.1:{port}/?destination=/queue/x")
    assert text == (
        f"cannot connect to the STOMP broker at 127.0.0.1:{port}: connection refused; "
        "is it running, with a STOMP listener on that port?"
    )


def test_an_unknown_host(stomp: Stomp) -> None:
    text = refused(stomp(), "stomp://u:hush@no-such-host.invalid/?destination=/queue/x")
    assert text.startswith(
        "cannot connect to the STOMP broker at no-such-host.invalid:61613: its name cannot be"
    )


def test_a_wrong_password(stomp: Stomp, broker: StompBroker) -> None:
    text = refused(stomp(), broker.url("/queue/open.x", password="not-the-password"))
    place = f"127.0.0.1:{broker.port}"
    assert text.startswith(
        f"the STOMP broker at {place} refused to log in user 'flowhost' (virtual host '/'): "
    )
    assert "not-the-password" not in text


def test_a_backslash_in_a_user_name(stomp: Stomp, broker: StompBroker) -> None:
    stomp().send(broker.url(broker.queue(), user=r"back\slash"), b"", {})
    text = refused(stomp(), broker.url(broker.queue(), user=r"back\slash", password="wrong"))
    assert r"refused to log in user 'back\\slash'" in text


def test_no_user_at_all(stomp: Stomp, broker: StompBroker) -> None:
    url = f"stomp://127.0.0.1:{broker.port}/?destination=/queue/open.x"
    assert "refused to log in somebody without a user name (virtual host '/')" in refused(stomp(), url)


@pytest.mark.rabbitmq
def test_a_wrong_virtual_host(stomp: Stomp, rabbitmq: StompBroker) -> None:
    for url, options in (
        (rabbitmq.url("/queue/open.x"), {"vhost": "/nope"}),
        (rabbitmq.url("/queue/open.x") + "&vhost=/nope", {}),
    ):
        text = refused(stomp(**options), url)
        assert text.endswith("(virtual host '/nope'): Bad CONNECT: Virtual host '/nope' access denied")


def test_a_destination_that_is_refused(stomp: Stomp, broker: StompBroker) -> None:
    text = refused(stomp(), broker.url("/queue/secret", user="limited"))
    place = f"127.0.0.1:{broker.port}"
    assert text.startswith(
        f"the STOMP broker at {place} refused to subscribe user 'limited' to '/queue/secret': "
    )
    assert len(text) < 400


@pytest.mark.rabbitmq
def test_a_destination_that_cannot_be(stomp: Stomp, rabbitmq: StompBroker) -> None:
    text = refused(stomp(), rabbitmq.url("/nonsense/x"))
    assert "to '/nonsense/x': Unknown destination: '/nonsense/x' is not a valid destination." in text


@pytest.mark.rabbitmq
def test_rabbitmq_has_no_selectors(stomp: Stomp, rabbitmq: StompBroker) -> None:
    with pytest.raises(flowhost.ConfigError, match="would ignore the selector \"kind = 'a'\""):
        stomp().subscribe(
            rabbitmq.url("/queue/open.x"), lambda message: None, lambda error: None, selector="kind = 'a'"
        )


@pytest.mark.activemq
def test_a_selector(stomp: Stomp, activemq: StompBroker, until: Callable[..., None]) -> None:
    queue, got = activemq.queue(), list[bytes]()
    for kind in "abab":
        activemq.send(queue, f"a message of {kind}", kind=kind)
    stomp().subscribe(
        activemq.url(queue),
        lambda message: got.append(message.body),
        lambda error: None,
        selector="kind = 'a'",
    )
    until(lambda: len(got) == 2, "two messages")
    assert got == [b"a message of a"] * 2


@pytest.mark.parametrize("version", ["auto", "1.0", "1.1", "1.2"])
def test_every_version(stomp: Stomp, broker: StompBroker, until: Callable[..., None], version: str) -> None:
    resource, queue, got = stomp(version=version), broker.queue(), list[flowhost.Message]()
    headers = {"x-key": "a:b", "content-type": "text/plain", "odd:name": "line\nfeed"}
    resource.send(broker.url(queue), b"body\0with:zero", headers)
    subscription = resource.subscribe(broker.url(queue), got.append, lambda error: None)
    until(lambda: got, "the message")
    assert got[0].body == b"body\0with:zero"
    assert got[0].headers["x-key"] == "a:b"
    if version != "1.0":  # which knows no escapes
        assert got[0].headers["odd:name"] == "line\nfeed"
    subscription.ack(got[0])
    subscription.close()
    assert broker.depth(queue) == 0


def test_what_is_not_acknowledged_comes_again(
    stomp: Stomp, broker: StompBroker, until: Callable[..., None]
) -> None:
    queue, got = broker.queue(), list[flowhost.Message]()
    broker.send(queue, "one", "two")
    subscription = stomp().subscribe(broker.url(queue), got.append, lambda error: None)
    until(lambda: len(got) == 2, "both messages")
    subscription.ack(got[0])
    subscription.close()
    subscription.close()
    subscription.ack(got[1])  # too late, and quiet
    again = list[flowhost.Message]()
    stomp().subscribe(broker.url(queue), again.append, lambda error: None)
    until(lambda: again, "the second one again")
    assert [message.body for message in again] == [b"two"]


@pytest.mark.activemq
def test_a_nack(stomp: Stomp, activemq: StompBroker, until: Callable[..., None]) -> None:
    queue, got = activemq.queue(), list[flowhost.Message]()
    activemq.send(queue, "poison")
    subscription = stomp().subscribe(activemq.url(queue), got.append, lambda error: None)
    until(lambda: got, "the message")
    subscription.nack(got[0])
    subscription.close()
    assert activemq.depth(queue) == 0, "it went to the broker's dead letters"
    assert activemq.depth("/queue/ActiveMQ.DLQ") > 0


def test_a_message_that_is_refused(stomp: Stomp, broker: StompBroker) -> None:
    resource = stomp()
    with pytest.raises(
        flowhost.Unavailable, match="refused to take a message for '/queue/secret' from user 'lim"
    ):
        resource.send(broker.url("/queue/secret", user="limited"), b"", {})
    resource.send(broker.url(broker.queue(), user="limited"), b"", {})


def test_a_header_that_cannot_be_sent(stomp: Stomp, broker: StompBroker) -> None:
    with pytest.raises(flowhost.Permanent, match="the header 'x' has a zero byte"):
        stomp().send(broker.url(broker.queue()), b"", {"x": "a\0b"})


def test_one_connection_sends_many_from_many_threads(stomp: Stomp, broker: StompBroker) -> None:
    resource, queue = stomp(), broker.queue()
    threads = [
        threading.Thread(target=resource.send, args=(broker.url(queue), b"%d" % number, {}))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broker.depth(queue) == 8
    beats = [thread for thread in threading.enumerate() if "heart-beat" in thread.name]
    assert len(beats) == 1


def test_the_log_never_holds_the_password(
    stomp: Stomp, broker: StompBroker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        stomp().send(broker.url(broker.queue()), b"hello", {})
        refused(stomp(), broker.url("/queue/x", password="not-the-password"))
    assert "STOMP 1.2" in caplog.text
    assert broker.password not in caplog.text
    assert "not-the-password" not in caplog.text
