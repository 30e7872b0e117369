"""Two daemons of one name share a PostgreSQL ledger, as on two hosts; one of them dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

WORKERS = 4
MESSAGES = 500  # on the queue, and as many on the topic
LEASE = 6  # seconds; a machine that stands still for a moment must not outlast it

PROFILE = f"""
[Flow]
app name = app
class = appending.Append
workers = {WORKERS}
[Worker]
seconds = {{work}}
[Database]
url = {{database}}
lease = {LEASE}
[Source:queue]
type = stomp
url = {{queue}}
[Source:topic]
type = stomp
url = {{topic}}
"""


@pytest.fixture
def recorded(postgresql_url: str) -> Iterator[Callable[[], set[str]]]:
    """The ids that the ledger has recorded as handled."""
    import psycopg

    query = "SELECT event FROM flowhost_claims WHERE state = 'handled'"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        yield lambda: {identity.rpartition("\n")[2] for (identity,) in connection.execute(query).fetchall()}


@pytest.fixture
def hosts(tmp_path: Path, start: Any, rabbitmq: Any, postgresql_url: str, effects: Any) -> Any:
    """Start two programs on one queue and one topic; the work on a message takes as long as said."""

    def run(work: str) -> tuple[Any, Any, str, str]:
        queue = rabbitmq.queue("shared")
        topic = queue.replace("/queue/", "/topic/")
        urls = {"database": postgresql_url, "queue": rabbitmq.url(queue), "topic": rabbitmq.url(topic)}
        (tmp_path / "app.ini").write_text(PROFILE.format(work=work, **urls))
        programs = [start("run", "app.ini"), start("run", "app.ini")]
        for program in programs:
            program.wait_for(f"receiving from stomp://127.0.0.1:{rabbitmq.port}{queue}")
            program.wait_for(f"receiving from stomp://127.0.0.1:{rabbitmq.port}{topic}")
        return programs[0], programs[1], queue, topic

    return run


@pytest.mark.slow
@pytest.mark.rabbitmq
@pytest.mark.postgresql
def test_each_message_is_worked_once_and_the_other_takes_over(
    hosts: Any, rabbitmq: Any, publish: Any, effects: Any, recorded: Any, tell: Any, eventually: Any
) -> None:
    one, other, queue, topic = hosts(work="5 ms")
    calm, rough = (
        [f"{part}-{way}-{number:03}" for way in ("queue", "topic") for number in range(MESSAGES)]
        for part in ("calm", "rough")
    )
    publish(rabbitmq, topic, calm[MESSAGES:])
    publish(rabbitmq, queue, calm[:MESSAGES])
    eventually(lambda: recorded() == set(calm), "all messages of the first part")
    assert sorted(effects.ids()) == sorted(calm)

    publish(rabbitmq, topic, rough[MESSAGES:])
    publish(rabbitmq, queue, rough[:MESSAGES])
    eventually(lambda: len(effects.ids()) > len(calm) + MESSAGES / 2, "the middle of the second part")
    one.kill()
    known, size = recorded(), effects.size  # in this order: the other one goes on meanwhile
    assert len(known) < len(calm) + len(rough), "everything was done before the kill: nothing was tested"
    eventually(lambda: recorded() == {*calm, *rough}, "all messages of the second part")
    rabbitmq.wait_for_depth(queue, 0)  # also of what the dead one had recorded and not acknowledged
    assert other.terminate() == 0, other.output
    times = Counter(effects.ids())
    repeated = {event for event, number in times.items() if number > 1}
    tell(f"{len(known) - len(calm)} of {len(rough)} recorded at the kill, {len(repeated)} worked on twice")
    assert set(times) == {*calm, *rough}
    assert not known & set(effects.ids(since=size)), "what was recorded as handled was done again"
    assert len(repeated) <= WORKERS, "more than the dead daemon can have had in its hands"
    assert rabbitmq.depth(queue) == 0


@pytest.mark.slow
@pytest.mark.rabbitmq
@pytest.mark.postgresql
def test_work_that_outlasts_the_lease_is_not_taken_over(
    hosts: Any, rabbitmq: Any, publish: Any, effects: Any, recorded: Any, eventually: Any
) -> None:
    one, other, _, topic = hosts(work=f"{2 * LEASE} s")
    publish(rabbitmq, topic, ["long"])
    eventually(lambda: recorded() == {"long"}, "the message to be handled")
    assert (one.terminate(), other.terminate()) == (0, 0)
    assert effects.ids() == ["long"]
