"""Runs the program itself, as an operator or systemd does."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flowhost.testing import private_broker

PATIENCE = 180.0  # seconds; only a broken program makes anybody wait this long, also on a busy machine


class Program:
    """A started `flowhost run`, its output and its end."""

    def __init__(self, arguments: list[str], folder: Path, environ: Mapping[str, str]) -> None:
        self.log_path = folder / f"output-{time.monotonic_ns()}.log"
        self._log = self.log_path.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flowhost", *arguments],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def output(self) -> str:
        return self.log_path.read_text(errors="replace")

    @property
    def resident_memory(self) -> int:
        """Bytes, as Linux counts them."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    @property
    def cpu_seconds(self) -> float:
        """What it has used so far, all threads together."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_for(self, text: str, timeout: float = PATIENCE) -> None:
        until(
            lambda: text in self.output or self.process.poll() is not None, f"{text!r} in the output", timeout
        )
        assert text in self.output, f"the program ended without saying {text!r}:\n{self.output}"

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def terminate(self) -> int:
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        self.process.kill()
        self.wait()

    def wait(self, timeout: float = PATIENCE) -> int:
        return self.process.wait(timeout)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self._log.close()


def until(condition: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout:.0f} s for {what}"
        time.sleep(0.02)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of the program: state in the test's folder, no site config."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("FLOWHOST_", "PYTHON_CONFIG"))
    }
    return kept | {"FLOWHOST_STATE": str(tmp_path / "state"), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def start(tmp_path: Path, environ: dict[str, str]) -> Iterator[Callable[..., Program]]:
    """Start `flowhost` with these arguments; it is killed after the test if it still runs."""
    started: list[Program] = []

    def run(*arguments: str | Path) -> Program:
        started.append(Program([str(argument) for argument in arguments], tmp_path, environ))
        return started[-1]

    yield run
    for program in started:
        program.close()


@pytest.fixture
def flowhost(tmp_path: Path, environ: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one command to its end."""

    def run(*arguments: str | Path, input: str | None = None) -> subprocess.CompletedProcess[str]:  # noqa: A002  # as subprocess.run calls it
        return subprocess.run(
            [sys.executable, "-m", "flowhost", *map(str, arguments)],
            cwd=tmp_path, env=environ, input=input, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on, nor is given by chance to somebody who only wants any port."""
    return private_broker.free_port()


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait until something is so: ``eventually(condition, "what", timeout)``."""
    return until


APPENDING = """\
import os
import time
from typing import Annotated

import flowhost

class Append:
    "Notes the id of each event: in one write, which neither a kill nor another process can cut in two."
    name = "append"

    def __init__(self, *, seconds: Annotated[flowhost.Seconds, "how long the work takes"] = 0):
        self._seconds = seconds
        self._file = os.open({path!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)

    def work(self, event):
        if self._seconds:
            time.sleep(self._seconds)
        os.write(self._file, f"{{event.id}}\\n".encode())
"""


class Effects:
    """What the worker ``appending.Append`` did, in every process of a test."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "effects.txt"
        self._path.touch()
        (folder / "appending.py").write_text(APPENDING.format(path=str(self._path)))

    @property
    def size(self) -> int:
        """Bytes; a moment to give to `ids`, and quick to look at."""
        return self._path.stat().st_size

    def ids(self, since: int = 0) -> list[str]:
        """The ids that were worked, in order, from the moment when `size` was `since`."""
        return self._path.read_bytes()[since:].decode().splitlines()


@pytest.fixture
def effects(tmp_path: Path) -> Effects:
    """The notes of the worker ``appending.Append``, whose module this puts beside the profile."""
    return Effects(tmp_path)


def _handled(database: Path, daemon: str) -> set[str]:
    if not database.exists():  # killed before it came to its database
        return set()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'flowhost_claims'").fetchall():
            return set()  # killed before it had made its tables
        rows = connection.execute(
            "SELECT event FROM flowhost_claims WHERE daemon = ? AND state = 'handled'", [daemon]
        )
        return {identity.rpartition("\n")[2] for (identity,) in rows}  # without the source in front of the id


@pytest.fixture
def handled(tmp_path: Path) -> Callable[..., set[str]]:
    """The ids that the SQLite ledger of a daemon has recorded as handled; read beside it, without flowhost."""
    return lambda daemon="app", database=None: _handled(database or tmp_path / f"state/{daemon}.db", daemon)


@pytest.fixture
def publish() -> Callable[..., None]:
    """Send one persistent message for each id, which RabbitMQ keeps through every redelivery."""

    def send(broker: Any, destination: str, ids: Sequence[str], body: bytes = b"x") -> None:
        fields = {"destination": destination, "persistent": "true"}
        *most, last = ids
        with broker.connect() as wire:
            for one in most:
                wire.write("SEND", fields | {"amqp-message-id": one}, body)
            wire.write("SEND", fields | {"amqp-message-id": last, "receipt": "last"}, body)
            wire.expect("RECEIPT")

    return send


@pytest.fixture
def tell() -> Callable[[str], None]:
    """Say what was measured; pytest shows it when the test fails, and with -s."""
    return print
