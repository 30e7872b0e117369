"""The broker is killed and started again under a running daemon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

MESSAGES = 2000
MOMENT = 500  # messages worked on when the broker is killed

PROFILE = """
[Flow]
app name = app
class = appending.Append
workers = 4
[Worker]
seconds = 5 ms
[Source]
type = stomp
url = %s
"""


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_a_killed_broker_comes_back_and_the_daemon_with_it(
    tmp_path: Path, start: Any, rabbitmq: Any, publish: Any, effects: Any, eventually: Any
) -> None:
    queue = rabbitmq.queue("broker-killed")
    ids = [f"message-{number:05}" for number in range(MESSAGES)]
    publish(rabbitmq, queue, ids)
    (tmp_path / "app.ini").write_text(PROFILE % rabbitmq.url(queue))
    program = start("run", "app.ini")
    eventually(lambda: len(effects.ids()) >= MOMENT, f"{MOMENT} messages")
    rabbitmq.kill()
    try:
        program.wait_for("closed the connection; next try in")
        done = len(effects.ids())
        assert done < MESSAGES, "everything was done before the broker was killed: nothing was tested"
    finally:
        rabbitmq.start()
    eventually(lambda: len(set(effects.ids())) == MESSAGES, "all messages")
    # what had been done without reaching the broker's memory came a second time, and was known
    assert sorted(effects.ids()) == ids
    rabbitmq.wait_for_depth(queue, 0)
    assert program.terminate() == 0, program.output
    assert rabbitmq.depth(queue) == 0
