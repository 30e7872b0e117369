"""One run of a program: feeds it, drains it, and ends it with all its children when its time is up."""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

KEPT_BYTES = 65536  # of the output; the end of it says what went wrong
PIPE_BYTES = 65536  # read or written at a time; what a pipe holds on Linux
DRAINED_PIECES = (
    32  # of a pipe whose program has ended: more than any pipe holds, so somebody else still writes
)
LOOK_SECONDS = 0.1  # how often a program whose children keep the pipes open is looked after
GRACE_SECONDS = 5.0  # between asking the processes to end and killing them

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Args:
        code: exit code; below 0 the number of the signal that ended it.
        stdout: the end of its standard output.
        output: the end of its standard output and error, in about the order they came.
        timed_out: whether it was ended because its time was up.
        seconds: how long it took.
    """

    code: int
    stdout: str
    output: str
    timed_out: bool
    seconds: float


def run(
    words: Sequence[str],
    *,
    environment: Mapping[str, str],
    directory: Path,
    stdin: bytes,
    timeout: float | None,
) -> Ended:
    """Run a program until it ends, or its time is up.

    It gets a process group of its own. What it leaves in the background when it ends goes on, unheard.

    Args:
        words: program and arguments.
        environment: all its variables.
        directory: where it runs.
        stdin: what it can read.
        timeout: seconds; None without limit.

    Raises:
        OSError: it cannot be started; ``filename`` says whether it is the program or the directory.
    """
    started = time.monotonic()
    with contextlib.closing(_Running(words, environment, directory, stdin)) as running:
        ended = running.attend(None if timeout is None else started + timeout)
        if not ended:
            running.end_group()
        code = running.code()
        return Ended(
            code, running.stdout.text(), running.output.text(), not ended, time.monotonic() - started
        )


class _Tail:
    """The last bytes of a stream."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def add(self, piece: bytes) -> None:
        self._kept += piece
        del self._kept[:-KEPT_BYTES]

    def text(self) -> str:
        return self._kept.decode(errors="replace")


class _Running:
    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], directory: Path, stdin: bytes
    ) -> None:
        self.stdout, self.output = _Tail(), _Tail()
        self._process = subprocess.Popen(  # noqa: S603  # the operator's own program; no shell sees it
            words,
            bufsize=0,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=directory,
            start_new_session=True,
        )
        self._to_write = memoryview(stdin)
        self._selector = selectors.DefaultSelector()
        for pipe in self._pipes():
            os.set_blocking(pipe.fileno(), False)
            writes = pipe is self._process.stdin
            self._selector.register(pipe, selectors.EVENT_WRITE if writes else selectors.EVENT_READ)

    def attend(self, until: float | None, *, to_the_end: bool = False) -> bool:
        """Feed and drain the program; return whether it ended before that time.

        With `to_the_end`, its children must have closed their output as well.
        """
        while True:
            if self._has_ended() and not (to_the_end and self._selector.get_map()):
                self._drain()
                return True
            for key, _ in self._selector.select(self._pause(until)):
                self._transfer(key.fileobj)  # type: ignore[arg-type]  # a pipe: only those are registered
            if until is not None and time.monotonic() >= until:
                return False

    def end_group(self) -> None:
        """Ask all its processes to end, and after a grace kill them."""
        # the group's number cannot belong to anybody else: its leader is not waited for before
        self._signal(signal.SIGTERM)
        self.attend(time.monotonic() + GRACE_SECONDS, to_the_end=True)
        self._signal(signal.SIGKILL)

    def code(self) -> int:
        """Its exit code."""
        try:
            return self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            log.error(
                "process %d does not end; it waits for a device or is another user's", self._process.pid
            )
            return -signal.SIGKILL

    def close(self) -> None:
        """Let go of the pipes; kill the program if it still runs, which only an error here can cause."""
        if self._process.returncode is None:
            self._signal(signal.SIGKILL)
            self.code()
        self._selector.close()
        for pipe in self._pipes():
            pipe.close()

    def _pipes(self) -> list[IO[bytes]]:
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        return [pipe for pipe in pipes if pipe is not None]

    def _has_ended(self) -> bool:
        try:
            options = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self._process.pid, options) is not None
        except ChildProcessError:  # somebody else waited for it
            return True

    def _pause(self, until: float | None) -> float:
        open_pipes = bool(self._selector.get_map())
        pause = LOOK_SECONDS if open_pipes else LOOK_SECONDS / 50  # without pipes it is about to end
        return pause if until is None else max(0.0, min(pause, until - time.monotonic()))

    def _drain(self) -> None:
        """Take what is in the pipes, without waiting for more."""
        for key in list(self._selector.get_map().values()):
            pieces = DRAINED_PIECES if key.events == selectors.EVENT_READ else 0
            while pieces and self._transfer(key.fileobj):  # type: ignore[arg-type]  # a pipe, as above
                pieces -= 1

    def _transfer(self, pipe: IO[bytes]) -> bool:
        """Move what the pipe takes or gives now; return whether there may be more."""
        try:
            return self._write(pipe) if pipe is self._process.stdin else self._read(pipe)
        except BlockingIOError:
            return False
        except BrokenPipeError:  # it does not read its input to the end, which is its right
            return self._finished(pipe)

    def _write(self, pipe: IO[bytes]) -> bool:
        self._to_write = self._to_write[os.write(pipe.fileno(), self._to_write[:PIPE_BYTES]) :]
        return bool(self._to_write) or self._finished(pipe)

    def _read(self, pipe: IO[bytes]) -> bool:
        piece = os.read(pipe.fileno(), PIPE_BYTES)
        if not piece:
            return self._finished(pipe)
        self.output.add(piece)
        if pipe is self._process.stdout:
            self.stdout.add(piece)
        return True

    def _finished(self, pipe: IO[bytes]) -> bool:
        self._selector.unregister(pipe)
        pipe.close()
        return False

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # gone, or another user's by now
            os.killpg(self._process.pid, number)
