"""The daemon is asked to stop while it works."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

MESSAGES = 12
PROFILE = """
[Flow]
app name = app
class = appending.Append
workers = 2
drain timeout = {drain}
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


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_work_is_finished_and_acknowledged(
    tmp_path: Path, start: Any, rabbitmq: Any, publish: Any, effects: Any, handled: Any, eventually: Any
) -> None:
    queue = rabbitmq.queue("stopped")
    publish(rabbitmq, queue, [f"message-{number:02}" for number in range(MESSAGES)])
    profile = PROFILE.format(drain=20, work="300 ms", url=rabbitmq.url(queue))
    (tmp_path / "app.ini").write_text(profile + "prefetch = 4\n")
    program = start("run", "app.ini")
    eventually(lambda: effects.size > 0, "the first message")
    assert program.terminate() == 0, program.output
    done = effects.ids()
    assert 0 < len(done) < MESSAGES, "it was not stopped in the middle: nothing was tested"
    assert handled() == set(done)
    assert waiting_letters(tmp_path) == set()
    assert rabbitmq.depth(queue) == MESSAGES - len(done)
    assert "app stopped: 0 events interrupted" in program.output


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_work_that_takes_too_long_is_kept_for_the_next_start(
    tmp_path: Path, start: Any, rabbitmq: Any, publish: Any, effects: Any, handled: Any, eventually: Any
) -> None:
    queue = rabbitmq.queue("interrupted")
    ids = [f"message-{number:02}" for number in range(MESSAGES)]
    publish(rabbitmq, queue, ids)
    (tmp_path / "app.ini").write_text(PROFILE.format(drain=1, work=30, url=rabbitmq.url(queue)))
    program = start("run", "app.ini")
    eventually(lambda: rabbitmq.unacknowledged(queue) == MESSAGES, "the messages to be in work")
    assert program.terminate() == 0, program.output
    kept = waiting_letters(tmp_path)
    assert len(kept) == 2 * (1 + 4), "for each worker, one in its hands and four waiting"
    assert program.output.count("was interrupted by shutdown; it is letter") == len(kept)
    assert f"app stopped: {len(kept)} events interrupted" in program.output
    assert rabbitmq.depth(queue) == MESSAGES - len(kept)
    assert effects.ids() == []

    (tmp_path / "app.ini").write_text(PROFILE.format(drain=20, work=0, url=rabbitmq.url(queue)))
    again = start("run", "app.ini")
    eventually(lambda: len(effects.ids()) == MESSAGES, "all messages")
    assert again.terminate() == 0, again.output
    assert sorted(effects.ids()) == ids
    assert handled() == set(ids)
    assert waiting_letters(tmp_path) == set()
    assert rabbitmq.depth(queue) == 0
