"""The disk under the ledger is full for a while."""

from __future__ import annotations

import errno
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowhost.testing.services import missing

WATCHED_SECONDS = 3.0
WORKERS = 4
PROFILE = f"""
[Flow]
app name = app
class = appending.Append
workers = {WORKERS}
drain timeout = 2
monitoring port = {{port}}
[Database]
url = sqlite:///{{disk}}/app.db
[Source]
type = stomp
url = {{url}}
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 megabytes: SQLite writes four to its log before it tidies up."""
    if os.geteuid():
        missing("only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        missing(f"no small disk can be mounted here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def ready(port: int) -> bool:
    """Whether the page /readyz at a port says so."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        with error:
            assert error.code == 503, error
        return False


def fill(disk: Path) -> Path:
    """Leave not a byte free; return the file that takes the space."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as filler:
        for size in (65536, 4096, 512, 1):
            try:
                while filler.write(b"x" * size):
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC, error
    return path


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_a_full_disk_stops_the_daemon_until_there_is_space(
    disk: Path,
    tmp_path: Path,
    start: Any,
    rabbitmq: Any,
    publish: Any,
    effects: Any,
    handled: Any,
    eventually: Any,
    free_port: int,
) -> None:
    queue = rabbitmq.queue("disk-full")
    (tmp_path / "app.ini").write_text(PROFILE.format(port=free_port, disk=disk, url=rabbitmq.url(queue)))
    first, second = ([f"{part}-{number}" for number in range(1000)] for part in ("first", "second"))
    publish(rabbitmq, queue, first)
    program = start("run", "app.ini")
    eventually(lambda: len(effects.ids()) == len(first), "the messages before")
    eventually(lambda: ready(free_port), "/readyz to be well")

    filler = fill(disk)
    publish(rabbitmq, queue, second)
    program.wait_for(f"takes in nothing new: cannot use the database {disk}/app.db: its disk is full")
    eventually(lambda: not ready(free_port), "/readyz to tell of it")
    done, used = len(effects.ids()), program.cpu_seconds
    time.sleep(WATCHED_SECONDS)
    assert len(effects.ids()) <= done + WORKERS, "it went on working"
    assert program.cpu_seconds - used < 0.25 * WATCHED_SECONDS, "it is busy waiting"
    recorded = handled(database=disk / "app.db")
    rabbitmq.wait_for_depth(queue, len(first) + len(second) - len(recorded))
    assert program.output.count("its disk is full") == 1, program.output

    filler.unlink()
    program.wait_for("works normally again")
    eventually(lambda: len(handled(database=disk / "app.db")) == len([*first, *second]), "all messages")
    eventually(lambda: ready(free_port), "/readyz to be well again")
    assert sorted(effects.ids()) == sorted([*first, *second])
    rabbitmq.wait_for_depth(queue, 0)
    assert program.terminate() == 0, program.output
    assert rabbitmq.depth(queue) == 0


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_stopped_while_the_disk_is_full_it_acknowledges_nothing_it_could_not_record(
    disk: Path,
    tmp_path: Path,
    start: Any,
    rabbitmq: Any,
    publish: Any,
    effects: Any,
    handled: Any,
    eventually: Any,
) -> None:
    queue = rabbitmq.queue("disk-full")
    (tmp_path / "app.ini").write_text(PROFILE.format(port=0, disk=disk, url=rabbitmq.url(queue)))
    ids = [f"message-{number:04}" for number in range(1000)]
    program = start("run", "app.ini")
    program.wait_for("receiving from")
    filler = fill(disk)
    publish(rabbitmq, queue, ids)
    program.wait_for("its disk is full")
    assert program.terminate() == 0, program.output
    filler.unlink()
    recorded = handled(database=disk / "app.db")
    assert len(recorded) < len(ids)
    rabbitmq.wait_for_depth(queue, len(ids) - len(recorded))
    unrecorded = set(effects.ids()) - recorded
    assert len(unrecorded) <= WORKERS
    again = start("run", "app.ini")
    eventually(lambda: len(handled(database=disk / "app.db")) == len(ids), "all messages")
    rabbitmq.wait_for_depth(queue, 0)
    assert again.terminate() == 0, again.output
    times = Counter(effects.ids())
    assert set(times) == set(ids)
    assert {one for one, number in times.items() if number > 1} <= unrecorded
    assert rabbitmq.depth(queue) == 0
