"""stomp+ssl:// against RabbitMQ's own TLS listener."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.private_broker import StompBroker
from flowhost.testing.services import missing

Make = Callable[..., Any]
pytestmark = pytest.mark.rabbitmq


@pytest.fixture
def tls_broker(rabbitmq: StompBroker) -> StompBroker:
    if rabbitmq.certificate is None:
        missing("this RabbitMQ has no TLS listener; a private one has where openssl is installed")
    return rabbitmq


def test_a_trusted_broker(source: Make, run: Make, emitter: Make, tls_broker: StompBroker) -> None:
    queue, emit = tls_broker.queue(), emitter()
    tls_broker.send(queue, *[str(number) for number in range(500)])
    url = tls_broker.url(queue, tls=True)
    running = run(source(url, resource={"ca_file": tls_broker.certificate}), emit)
    emit.wait_for(500)
    running.end()
    assert emit.data == [str(number) for number in range(500)]
    assert emit.events[0].source.startswith("stomp+ssl://127.0.0.1:")
    assert tls_broker.depth(queue) == 0


def test_two_ways_at_once(stomp: Make, tls_broker: StompBroker, until: Make) -> None:
    """Large messages go out on one thread while another receives; a bare SSL socket would not stand that."""
    queue, resource = tls_broker.queue(), stomp(ca_file=tls_broker.certificate)
    url, got = tls_broker.url(queue, tls=True), list[int]()
    subscription = resource.subscribe(
        url, lambda message: (got.append(len(message.body)), subscription.ack(message)), lambda error: None
    )
    senders = [threading.Thread(target=resource.send, args=(url, bytes(3_000_000), {})) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    until(lambda: got == [3_000_000] * 6, "six messages")
    subscription.close()
    assert tls_broker.depth(queue) == 0


def test_an_unknown_authority(stomp: Make, tls_broker: StompBroker) -> None:
    with pytest.raises(
        flowhost.Unavailable, match="self-signed certificate; name its authority with 'ca file'"
    ):
        stomp().send(tls_broker.url("/queue/open.x", tls=True), b"", {})


def test_a_certificate_for_another_name(stomp: Make, tls_broker: StompBroker) -> None:
    url = tls_broker.url("/queue/open.x", tls=True).replace("127.0.0.1", "127.0.0.2")
    with pytest.raises(flowhost.Unavailable, match=r"cannot (speak TLS|connect)"):
        stomp(ca_file=tls_broker.certificate).send(url, b"", {})


def test_unchecked(stomp: Make, tls_broker: StompBroker) -> None:
    stomp(check_certificates=False).send(tls_broker.url(tls_broker.queue(), tls=True), b"", {})


def test_tls_to_a_plain_port(stomp: Make, tls_broker: StompBroker) -> None:
    url = tls_broker.url("/queue/open.x").replace("stomp://", "stomp+ssl://")
    with pytest.raises(
        flowhost.Unavailable, match=r"cannot speak TLS with the STOMP broker at .*is that its TLS port"
    ):
        stomp(connect_timeout=2).send(url, b"", {})


def test_plain_to_a_tls_port(stomp: Make, tls_broker: StompBroker) -> None:
    url = tls_broker.url("/queue/open.x", tls=True).replace("stomp+ssl://", "stomp://")
    with pytest.raises(flowhost.Unavailable, match="closed the connection when it was asked to log in"):
        stomp(connect_timeout=60).send(url, b"", {})


def test_our_own_certificate(stomp: Make, tls_broker: StompBroker) -> None:
    assert tls_broker.certificate is not None
    key = tls_broker.certificate.with_name("key.pem")
    resource = stomp(
        ca_file=tls_broker.certificate, client_certificate=tls_broker.certificate, client_key=key
    )
    resource.send(tls_broker.url(tls_broker.queue(), tls=True), b"", {})


@pytest.mark.parametrize("option", ["ca_file", "client_certificate"])
@pytest.mark.parametrize("content", [None, "no certificate"])
def test_files_that_cannot_be_used(stomp: Make, tmp_path: Path, option: str, content: str | None) -> None:
    file = tmp_path / "file.pem"
    if content is not None:
        file.write_text(content)
    label = option.replace("_", " ")
    with pytest.raises(flowhost.Unavailable, match=f"the '{label}' {file} of \\[Stomp\\] cannot be used: "):
        stomp(**{option: file})
