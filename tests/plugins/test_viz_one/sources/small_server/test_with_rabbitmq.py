"""The sources on a real broker: a queue, so that what is not acknowledged comes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

import flowhost
from flowhost.testing.private_broker import StompBroker
from flowhost_plugins.stomp import Stomp
from flowhost_plugins.viz_one.client import VizOne

pytestmark = pytest.mark.rabbitmq

Make = Callable[..., Any]


@pytest.fixture
def queue(rabbitmq: StompBroker, site: Any) -> str:
    """The queue that the monitor links lead to."""
    site.broker, site.destination = f"stomp://127.0.0.1:{rabbitmq.port}", rabbitmq.queue()
    return str(site.destination)


@pytest.fixture
def viz_one(rabbitmq: StompBroker, site: Any) -> Iterator[VizOne]:
    """A client that has the broker's account, as on Viz One."""
    client = VizOne(
        hostname=urlsplit(site.here).netloc,
        username=rabbitmq.user,
        password=flowhost.Secret(rabbitmq.password),
        use_https=False,
    )
    client.open()
    yield client
    client.close()


@pytest.fixture
def broker() -> Iterator[Stomp]:
    """The real resource."""
    resource = Stomp()
    resource.open()
    yield resource
    resource.close()


def test_messages_of_several_files(
    files: Make, run: Make, work: Any, rabbitmq: StompBroker, queue: str, atom: Any
) -> None:
    running = run(files(skip_empty_files="yes"))
    entries = [atom.file(n, f"{n}.mxf", size, spaces="") for n, size in enumerate([10, 0, 30])]
    rabbitmq.send(queue, atom.feed(*entries), "<broken", atom.feed())
    rabbitmq.wait_for_depth(queue, 0)
    running.end()
    assert work.subjects == ["0.mxf", "2.mxf"]
    assert [event.data for event in work.dead] == [b"<broken"]
    assert not running.errors


@pytest.mark.parametrize("named", [True, False], ids=["named", "nameless"])
def test_delivered_again(
    assets: Make, run: Make, work: Any, rabbitmq: StompBroker, queue: str, atom: Any, until: Make, named: bool
) -> None:
    """Three messages about one second; one of them was done when the connection ended, but not acknowledged."""
    running = run(assets(sweep=0))
    work.hold = True
    for number in range(3):
        rabbitmq.send(queue, atom.asset(1, 1), **({"amqp_message_id": f"m{number}"} if named else {}))
    until(lambda: len(work.open) == 3, "three messages")
    ids = [event.id for event, _ in work.open]
    work.fail()
    until(lambda: len(work.handled) == 3, "the messages again")
    rabbitmq.wait_for_depth(queue, 0)
    assert sorted(event.id for event in work.handled) == sorted(ids)
    assert len(set(ids)) == 3
    assert len(running.errors) == 1


def test_stopped_with_work_in_flight(
    assets: Make, run: Make, work: Any, rabbitmq: StompBroker, queue: str, atom: Any, until: Make
) -> None:
    running = run(assets())
    work.hold = True
    rabbitmq.send(queue, atom.asset(1, 1), atom.asset(2, 2))
    until(lambda: len(work.open) == 2, "two messages")
    running.stop.set()
    work.open.pop(0)[1].set_result(flowhost.Receipt("done"))
    rabbitmq.wait_for_depth(queue, 1)
    assert not running.over
    work.fail()
    running.wait()
    assert (rabbitmq.depth(queue), running.errors) == (1, [])
    run(assets())
    work.wait_for(1)
    assert work.subjects == ["asset 2"]
