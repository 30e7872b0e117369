"""Fixtures: a STOMP broker to test against; they skip where none is installed (or fail: ``CI=true``)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from flowhost.testing.private_broker import PrivateBroker, StompBroker

VARIABLE = "FLOWHOST_TEST_STOMP"
"""Names a RabbitMQ to use instead of a private one: ``stomp://user:password@host:port``."""


def _started(broker: PrivateBroker) -> Iterator[StompBroker]:
    try:
        broker.start()
        yield broker
    finally:
        broker.close()


def _named(url: str) -> StompBroker:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    login = [unquote(text or "guest") for text in (parts.username, parts.password)]
    return StompBroker(parts.hostname or "127.0.0.1", parts.port or 61613, *login)


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[StompBroker]:
    """A RabbitMQ with its STOMP plug-in: that of ``$FLOWHOST_TEST_STOMP``, or a private one on loopback."""
    from flowhost.testing.rabbitmq import PrivateRabbitMQ, absent
    from flowhost.testing.services import missing

    if url := os.environ.get(VARIABLE):
        yield _named(url)
        return
    if reason := absent():
        missing(reason)
    yield from _started(PrivateRabbitMQ())


@pytest.fixture(scope="session")
def activemq() -> Iterator[StompBroker]:
    """A private ActiveMQ with a STOMP connector on loopback."""
    from flowhost.testing.activemq import PrivateActiveMQ, absent
    from flowhost.testing.services import missing

    if reason := absent():
        missing(reason)
    yield from _started(PrivateActiveMQ())


@pytest.fixture(scope="session")
def stomp_broker(request: pytest.FixtureRequest) -> StompBroker:
    """Some STOMP broker: RabbitMQ if it can be had, else ActiveMQ."""
    from flowhost.testing.rabbitmq import absent

    has_rabbitmq = bool(os.environ.get(VARIABLE)) or not absent()
    broker: StompBroker = request.getfixturevalue("rabbitmq" if has_rabbitmq else "activemq")
    return broker
