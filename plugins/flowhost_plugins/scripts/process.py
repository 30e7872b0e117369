"""One run of a script: drains it, and ends it with all its children when it is over its time or not wanted any more."""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, TypeAlias

import flowhost
from flowhost_plugins.scripts import processes

KEPT_BYTES = 64 * 1024  # of the output; the end of it says what went wrong
PIECE_BYTES = 64 * 1024  # what a pipe holds on Linux
LOOK_SECONDS = 0.1  # how often it is looked whether somebody wants it ended
END_SECONDS = 0.002  # the first pause when it has closed its output, and so usually is about to end
GRACE_SECONDS = 3.0  # between asking the processes to end and killing them; the engine gives up after 5
KILLED_SECONDS = 1.0  # until a process that was killed is gone
DRAINED_PIECES = 32  # after its end: more than a pipe holds, so one of its children still writes

Why: TypeAlias = Literal["", "time", "cancelled"]
Unwanted: TypeAlias = Callable[[], Why]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Args:
        code: exit code; below 0 the number of the signal that ended it.
        output: the end of its standard output and error, in the order they came.
        ended_for: why it was ended before it was done; empty when it ended by itself.
        seconds: how long it took.
    """

    code: int
    output: str
    ended_for: Why
    seconds: float


def run(
    words: Sequence[bytes],
    *,
    environment: Mapping[bytes, bytes],
    directory: Path,
    limit: float,
    cancelled: threading.Event,
    clock: flowhost.Clock,
) -> Ended:
    """Run a script until it ends, its time is over, or it is cancelled.

    It gets a process group of its own and no shell. What it leaves in the background when it ends by itself goes on.

    Args:
        words: the script and its arguments.
        environment: all its variables.
        directory: where it runs.
        limit: seconds.
        cancelled: nobody wants it any more.
        clock: the time.

    Raises:
        OSError: it cannot be started.
    """
    began = clock.monotonic()
    with contextlib.closing(_Running(words, environment, directory)) as running:
        why = running.attend(lambda: _unwanted(cancelled, clock.monotonic() - began >= limit))
        if why:
            running.end_all(clock)
        return Ended(running.code(), running.text(), why, clock.monotonic() - began)


def _unwanted(cancelled: threading.Event, is_over: bool) -> Why:
    if cancelled.is_set():
        return "cancelled"
    return "time" if is_over else ""


class _Running:
    def __init__(self, words: Sequence[bytes], environment: Mapping[bytes, bytes], directory: Path) -> None:
        self._kept = bytearray()
        self._mark = processes.new_mark()
        self._process = subprocess.Popen(  # noqa: S603  # the operator's own script; no shell sees it
            words,
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**environment, processes.MARK: self._mark},
            cwd=directory,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._output: IO[bytes] = self._process.stdout
        os.set_blocking(self._output.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)

    def attend(self, unwanted: Unwanted) -> Why:
        """Drain it until it ended or is not wanted; return why it is not."""
        pause = END_SECONDS
        while not self._has_ended():
            if why := unwanted():
                return why
            if self._is_open():
                self._listen(LOOK_SECONDS)
            else:
                self._listen(pause)
                pause = min(2 * pause, LOOK_SECONDS)
        self._drain()
        return ""

    def end_all(self, clock: flowhost.Clock) -> None:
        """Ask all its processes to end, and after a grace kill them."""
        # the group's number cannot belong to anybody else: its leader is not waited for before
        processes.tell(self._process.pid, self._mark, signal.SIGTERM)
        until = clock.monotonic() + GRACE_SECONDS
        while processes.alive(self._process.pid, self._mark) and clock.monotonic() < until:
            self._listen(LOOK_SECONDS)
        processes.tell(self._process.pid, self._mark, signal.SIGKILL)
        self._drain()

    def code(self) -> int:
        """Its exit code."""
        try:
            return self._process.wait(KILLED_SECONDS)
        except subprocess.TimeoutExpired:
            log.error("process %d does not end; it waits for a device", self._process.pid)
            return -signal.SIGKILL

    def text(self) -> str:
        """The end of its output."""
        return self._kept.decode(errors="replace")

    def close(self) -> None:
        """Let go of the pipe; kill the script if it still runs, which only an error here can cause."""
        if self._process.poll() is None:
            processes.tell(self._process.pid, self._mark, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(KILLED_SECONDS)
        self._selector.close()
        self._output.close()

    def _is_open(self) -> bool:
        return bool(self._selector.get_map())

    def _has_ended(self) -> bool:
        """Without taking its number away, which another process could get."""
        try:
            options = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self._process.pid, options) is not None
        except ChildProcessError:  # somebody else waited for it
            return True

    def _listen(self, seconds: float) -> None:
        """Take what it writes; wait for that so long."""
        if self._selector.select(seconds):
            self._read()

    def _drain(self) -> None:
        """Take what is in the pipe, without waiting for more."""
        for _ in range(DRAINED_PIECES):
            if not (self._is_open() and self._read()):
                return

    def _read(self) -> bool:
        """Take what is there; return whether there may be more."""
        try:
            piece = os.read(self._output.fileno(), PIECE_BYTES)
        except BlockingIOError:
            return False
        if not piece:
            self._selector.unregister(self._output)
            return False
        self._kept += piece
        del self._kept[:-KEPT_BYTES]
        return True
