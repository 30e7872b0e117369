"""A worker that is much slower than what waits for it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

MESSAGES = 100_000
PREFETCH = 100
SECONDS = 10  # of watching its memory
MEBIBYTE = 1024 * 1024

PROFILE = f"""
[Flow]
app name = app
class = appending.Append
workers = 4
[Worker]
seconds = 5 ms
[Source]
type = stomp
prefetch = {PREFETCH}
url = %s
"""


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_memory_stays_flat_while_100_000_messages_wait(
    tmp_path: Path,
    start: Any,
    rabbitmq: Any,
    publish: Any,
    effects: Any,
    handled: Any,
    tell: Any,
    eventually: Any,
) -> None:
    queue = rabbitmq.queue("slow")
    publish(rabbitmq, queue, [f"message-{number:06}" for number in range(MESSAGES)], body=b"x" * 100)
    (tmp_path / "app.ini").write_text(PROFILE % rabbitmq.url(queue))
    program = start("run", "app.ini")
    eventually(lambda: len(effects.ids()) > 5 * PREFETCH, "the first messages")
    before, highest, unacknowledged = program.resident_memory, 0, []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        unacknowledged.append(rabbitmq.unacknowledged(queue))
        highest = max(highest, program.resident_memory)
        time.sleep(0.5)
    assert program.terminate() == 0, program.output
    done = effects.ids()
    tell(f"{len(done)} messages done; memory {before >> 20} MiB, at most {(highest - before) >> 10} KiB more")
    assert PREFETCH / 2 < max(unacknowledged) <= PREFETCH
    assert highest - before < 15 * MEBIBYTE
    assert len(done) < MESSAGES, "the worker was not slow: nothing was tested"
    assert len(set(done)) == len(done)
    assert handled() == set(done)
    rabbitmq.wait_for_depth(queue, MESSAGES - len(done))
