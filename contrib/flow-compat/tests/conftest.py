"""Runs profiles as their operators did: ``python -m flow PROFILE``, against a development server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60.0  # seconds; only a broken program makes anybody wait this long
SAMPLES = Path(__file__).parent / "samples"


class Program:
    """A started program, its output and its end."""

    def __init__(
        self, arguments: list[str], folder: Path, environ: dict[str, str], given: bytes = b""
    ) -> None:
        self.log_path = folder / f"output-{time.monotonic_ns()}.log"
        given_path = self.log_path.with_suffix(".in")
        given_path.write_bytes(given)
        with self.log_path.open("wb") as log, given_path.open("rb") as stdin:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=folder,
                env=environ,
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self.log_path.read_text(errors="replace")

    def wait_for(self, text: str, count: int = 1) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.output.count(text) < count and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self.output.count(text) >= count, f"no {text!r} in the output:\n{self.output}"

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """State in the test's folder, no site config."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("FLOWHOST_", "PYTHON"))}
    return kept | {"FLOWHOST_STATE": str(tmp_path / "state"), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def start(tmp_path: Path, environ: dict[str, str]) -> Iterator[Callable[..., Program]]:
    """Start ``python -m flow`` with these arguments; it is killed after the test if it still runs."""
    started: list[Program] = []

    def run(*arguments: str | Path, given: bytes = b"") -> Program:
        started.append(Program(["flow", *map(str, arguments)], tmp_path, environ, given))
        return started[-1]

    yield run
    for program in started:
        program.close()


@pytest.fixture
def flowhost(tmp_path: Path, environ: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one command of flowhost to its end."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flowhost", *map(str, arguments)],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


@pytest.fixture
def sample() -> Callable[[str], str]:
    """The text of a sample."""
    return lambda name: (SAMPLES / name).read_text(encoding="utf-8")


@pytest.fixture
def application(tmp_path: Path) -> Callable[..., Path]:
    """Write a module and a profile beside it; return the profile."""

    def write(name: str, code: str, profile: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
        path = folder / f"{name}.ini"
        path.write_text(profile, encoding="utf-8")
        return path

    return write


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    """A development server without a broker."""
    devserver = pytest.importorskip("flowhost_devserver", reason="flowhost-devserver is not installed")
    with devserver.VizOneServer(tmp_path / "viz-one") as running:
        yield running


@pytest.fixture
def viz_one_section() -> Callable[[Any], str]:
    """The section ``[Viz One]`` for a server."""

    def section(server: Any) -> str:
        host = server.url.partition("://")[2]
        login = f"username = {server.user}\npassword = {server.password}"
        return f"\n[Viz One]\nhostname = {host}\n{login}\nuse https = no\ncheck certificates = no\n"

    return section


@pytest.fixture
def client(server: Any) -> Iterator[Any]:
    """A client for the server, the default one."""
    from vizone import client

    made = client.init(
        server.url.partition("://")[2], server.user, server.password, secure=False, verify=False
    )
    viz_one = made.viz_one
    yield made
    client.unset_default(viz_one)
    viz_one.close()
