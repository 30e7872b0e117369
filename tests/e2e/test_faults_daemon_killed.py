"""The daemon is killed, again and again, while it works off a queue."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

MESSAGES = 10_000
KILLS = 10
EARLY_KILLS = 2  # in the first second, perhaps before there is a connection
WORKERS = 4
SEED = 20261122

PROFILE = f"""
[Flow]
app name = app
class = appending.Append
workers = {WORKERS}
backlog = 100
[Database]
; a kill takes nothing from the system's memory, and the pace of the disk is not what is tested
synchronous = normal
[Source]
type = stomp
prefetch = 200
url = %s
"""


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_kill_9_at_random_points_of_10_000_messages(
    tmp_path: Path,
    start: Any,
    rabbitmq: Any,
    publish: Any,
    effects: Any,
    handled: Any,
    tell: Any,
    eventually: Any,
) -> None:
    queue = rabbitmq.queue("killed")
    ids = [f"message-{number:05}" for number in range(MESSAGES)]
    publish(rabbitmq, queue, ids)
    (tmp_path / "app.ini").write_text(PROFILE % rabbitmq.url(queue))
    chance = random.Random(SEED)
    moments = [0] * EARLY_KILLS + sorted(chance.sample(range(1, MESSAGES), KILLS))
    recorded: list[tuple[int, set[str]]] = []  # at each kill: what the worker had done, and the ledger knew
    for moment in moments:
        program = start("run", "app.ini")
        if moment:
            more = min(max(moment, len(effects.ids()) + 1), MESSAGES) * len("message-00000\n")
            eventually(lambda more=more: effects.size >= more, f"{moment} messages")
        time.sleep(chance.uniform(0, 0.02 if moment else 1))  # not always just after a write
        program.kill()
        recorded.append((effects.size, handled()))
        unrecorded = set(effects.ids()) - recorded[-1][1]
        assert len(unrecorded) <= WORKERS, "more was done than could be in the hands of the workers"
    last = start("run", "app.ini")
    eventually(lambda: len(handled()) == MESSAGES, "every message to be recorded")
    rabbitmq.wait_for_depth(queue, 0)  # also of what came again though it was recorded
    assert last.terminate() == 0, last.output
    times = Counter(effects.ids())
    repeats = sum(times.values()) - len(times)
    tell(f"seed {SEED}, killed after {moments} messages: {repeats} were worked on twice, 0 lost")
    assert set(times) == set(ids)
    assert rabbitmq.depth(queue) == 0
    for size, known in recorded:
        assert not known & set(effects.ids(since=size)), "what was recorded as handled was done again"
    assert repeats <= len(moments) * WORKERS
