"""The daemon, as a process of its own that can be killed."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

from flowhost.clock import SystemClock
from flowhost.demo.commands import Commands, DemoFailed
from flowhost.demo.layout import PROFILE

LOG = "daemon.log"
START_SECONDS = 60.0
STOP_SECONDS = 30.0  # that it may take to finish what it is at
LOOK_SECONDS = 0.05
RUNS = "library runs: "  # the daemon's log says so when every part of it is there


class Daemon:
    """The daemon of the demo. Its log is kept over restarts.

    Args:
        commands: in its folder.
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._process: subprocess.Popen[bytes] | None = None
        self._clock = SystemClock()

    @property
    def log(self) -> Path:
        """Where its log is."""
        return self._commands.folder / LOG

    def start(self) -> None:
        """Start it, and wait until it runs.

        Raises:
            DemoFailed: it does not.
        """
        with self.log.open("ab") as log:
            before = log.tell()
            self._process = subprocess.Popen(  # noqa: S603  # ourselves
                self._commands.line("run", PROFILE, "--plain"),
                cwd=self._commands.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we stop it
            )
        until = self._clock.monotonic() + START_SECONDS
        while RUNS not in self._said(before):
            self.check()
            if self._clock.monotonic() > until:
                raise DemoFailed(
                    f"the daemon did not start within {START_SECONDS:g} s; its log is {self.log}"
                )
            self._clock.wait(threading.Event(), LOOK_SECONDS)

    def check(self) -> None:
        """Raise DemoFailed when it has ended by itself."""
        if self._process is not None and (code := self._process.poll()) is not None:
            last = self._said(0).strip().splitlines()[-1:] or ["it said nothing"]
            raise DemoFailed(f"the daemon ended with {code}: {last[0]}; its log is {self.log}")

    def kill(self) -> None:
        """Kill it, as a power failure would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """Let it finish what it is at; return its exit code. One that does not end is killed."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.terminate()
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            return -1
        finally:  # also after a second Ctrl-C
            if process.poll() is None:
                process.kill()
                process.wait()

    def _said(self, after: int) -> str:
        with self.log.open("rb") as log:
            log.seek(after)
            return log.read().decode(errors="replace")
