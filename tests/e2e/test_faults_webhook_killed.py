"""The daemon is killed while it journals what a webhook brings."""

from __future__ import annotations

import http.client
import random
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

EVENTS = 500
CLIENTS = 4
KILLS = 4
WORKERS = 2
SEED = 20261122
PATIENCE = 200.0  # seconds the clients repeat their requests; only a broken program makes them give up

PROFILE = f"""
[Flow]
app name = app
class = appending.Append
workers = {WORKERS}
[Worker]
seconds = 5 ms
[Source]
type = http
journal = yes
port = {{port}}
"""


def post(port: int, event: str, accepted: list[str], end: float) -> None:
    """Post one event, again and again until it is accepted, as a good sender does."""
    while True:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
                connection.request("POST", "/", body=b"x", headers={"ce-id": event})
                with connection.getresponse() as answer:
                    if answer.status // 100 == 2:
                        accepted.append(event)
                        return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        assert time.monotonic() < end, f"{event} was not accepted"


def letters(folder: Path) -> set[str]:
    """Ids of the events that the ledger keeps and that have not been delivered."""
    database = folder / "state/app.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT json_extract(event, '$.id') FROM flowhost_letters")
        return {event for (event,) in rows}


@pytest.mark.slow
def test_kill_9_loses_no_event_that_was_accepted(
    tmp_path: Path, start: Any, effects: Any, handled: Any, tell: Any, eventually: Any, free_port: int
) -> None:
    (tmp_path / "app.ini").write_text(PROFILE.format(port=free_port))
    ids = [f"event-{number:03}" for number in range(EVENTS)]
    chance = random.Random(SEED)
    moments = sorted(chance.sample(range(1, EVENTS - CLIENTS), KILLS))
    accepted: list[str] = []
    recorded: list[tuple[int, set[str]]] = []  # at each kill: what the worker had done, and the ledger knew
    end = time.monotonic() + PATIENCE
    with ThreadPoolExecutor(CLIENTS) as clients:
        posts = [clients.submit(post, free_port, one, accepted, end) for one in ids]
        for moment in moments:
            program, wanted = start("run", "app.ini"), min(max(moment, len(accepted) + 1), EVENTS)
            eventually(lambda wanted=wanted: len(accepted) >= wanted, f"{wanted} answers")
            time.sleep(chance.uniform(0, 0.02))  # not always just after an answer
            program.kill()
            kept = letters(tmp_path)
            assert set(accepted) <= kept | set(effects.ids()), "accepted, and neither kept nor done"
            recorded.append((effects.size, handled() - kept))
        last = start("run", "app.ini")
        for one in posts:
            one.result()
    eventually(lambda: not letters(tmp_path), "every letter to be delivered")
    assert last.terminate() == 0, last.output
    times = Counter(effects.ids())
    repeats = sum(times.values()) - len(times)
    tell(f"seed {SEED}, killed after {moments} answers: {repeats} were worked on twice, 0 lost")
    assert sorted(times) == sorted(accepted) == ids
    for size, known in recorded:
        assert not known & set(effects.ids(since=size)), "what was recorded as handled was done again"
    assert repeats <= KILLS * WORKERS
