"""The daemon is asked to stop while it works."""

from __future__ import annotations

import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

MESSAGES = 12
MANY = 120  # which take much longer than to stop in the middle of them
INSIDE = 2 * (1 + 4)  # for each worker, one in its hands and four waiting
PROFILE = """
[Flow]
app name = app
class = appending.Append
workers = 2
drain timeout = {drain}
monitoring port = {port}
[Worker]
seconds = {work}
[Source]
type = stomp
url = {url}
"""


def waiting_letters(folder: Path) -> set[str]:
    """Ids of the events that the ledger keeps for the next start."""
    database = folder / "state/app.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT json_extract(event, '$.id') FROM flowhost_letters WHERE state = 'waiting'"
        )
        return {event for (event,) in rows}


def jobs(port: int) -> int:
    """How many events the daemon says it holds."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith("flowhost_jobs{"))


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_work_is_finished_and_acknowledged(
    tmp_path: Path, start: Any, rabbitmq: Any, publish: Any, effects: Any, handled: Any, eventually: Any
) -> None:
    queue = rabbitmq.queue("stopped")
    publish(rabbitmq, queue, [f"message-{number:03}" for number in range(MANY)])
    profile = PROFILE.format(port=0, drain=20, work="300 ms", url=rabbitmq.url(queue))
    (tmp_path / "app.ini").write_text(profile + "prefetch = 4\n")
    program = start("run", "app.ini")
    eventually(lambda: effects.size > 0, "the first message")
    assert program.terminate() == 0, program.output
    done = effects.ids()
    assert 0 < len(done) < MANY, "it was not stopped in the middle: nothing was tested"
    assert handled() == set(done)
    assert waiting_letters(tmp_path) == set()
    rabbitmq.wait_for_depth(queue, MANY - len(done))
    assert "app stopped: 0 events interrupted" in program.output


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_work_that_takes_too_long_is_kept_for_the_next_start(
    tmp_path: Path,
    start: Any,
    rabbitmq: Any,
    publish: Any,
    effects: Any,
    handled: Any,
    eventually: Any,
    free_port: int,
) -> None:
    queue = rabbitmq.queue("interrupted")
    ids = [f"message-{number:02}" for number in range(MESSAGES)]
    publish(rabbitmq, queue, ids)
    (tmp_path / "app.ini").write_text(
        PROFILE.format(port=free_port, drain=1, work=300, url=rabbitmq.url(queue))
    )
    program = start("run", "app.ini")
    eventually(lambda: rabbitmq.unacknowledged(queue) == MESSAGES, "the messages to be delivered")
    eventually(lambda: jobs(free_port) == INSIDE, "as many to be in work as there is room for")
    assert program.terminate() == 0, program.output
    kept = waiting_letters(tmp_path)
    assert len(kept) == INSIDE
    assert program.output.count("was interrupted by shutdown; it is letter") == len(kept)
    assert f"app stopped: {len(kept)} events interrupted" in program.output
    rabbitmq.wait_for_depth(queue, MESSAGES - len(kept))
    assert effects.ids() == []

    (tmp_path / "app.ini").write_text(PROFILE.format(port=0, drain=20, work=0, url=rabbitmq.url(queue)))
    again = start("run", "app.ini")
    eventually(lambda: len(effects.ids()) == MESSAGES, "all messages")
    assert again.terminate() == 0, again.output
    assert sorted(effects.ids()) == ids
    assert handled() == set(ids)
    assert waiting_letters(tmp_path) == set()
    assert rabbitmq.depth(queue) == 0
