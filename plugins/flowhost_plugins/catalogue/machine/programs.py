"""Runs a program of others: what it says is read, its time is limited, and it ends when we do.

It gets a process group of its own, which is killed as a whole when the work shall stop. When this process is killed
the kernel kills the program, too, where `setpriv` (util-linux) can ask for that.
"""

from __future__ import annotations

import functools
import os
import selectors
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import flowhost

LOOK_SECONDS = 0.2
"""How often somebody is asked whether the work shall stop."""

MOST_SAID = 16 * 1024
"""Bytes kept of what a program complains about: the end tells most."""

LINES_SHOWN = 5
"""How many lines of that an error carries."""


class ProgramFailed(Exception):
    """The program did not do its work. The text is a sentence for people."""


def run(
    command: Sequence[str],
    *,
    clock: flowhost.Clock,
    timeout: float,
    look: Callable[[], None],
    output: Callable[[bytes], None],
    descriptors: Sequence[int] = (),
) -> str:
    """Run a program until it ends; return the end of what it wrote to its standard error.

    Args:
        command: the program, with its arguments.
        clock: the time.
        timeout: seconds it may take.
        look: called several times a second; what it raises ends the program.
        output: called with each piece the program writes to its standard output.
        descriptors: what it inherits besides.

    Raises:
        ProgramFailed: it could not start, took too long, or ended with an error.
    """
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(  # noqa: S603  # no shell; the program is the operator's, the files are named by us
            [*_dying_with_us(), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            pass_fds=descriptors,
            env={key: value for key, value in os.environ.items() if key != "FFREPORT"} | {"LC_ALL": "C"},
        )
    except OSError as error:
        raise ProgramFailed(f"{command[0]} cannot be started: {error.strerror or error}") from error
    said = bytearray()
    until = clock.monotonic() + timeout

    def check() -> None:
        look()
        if clock.monotonic() > until:
            raise ProgramFailed(f"{name} was stopped after {timeout:g} seconds, its time-out")

    try:
        _read(process, said, output, check)
        while process.poll() is None:
            check()
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)
    finally:
        _end(process)
    if process.returncode:
        raise ProgramFailed(f"{name} {_ending(process.returncode)}{_last_lines(said)}")
    return said.decode(errors="replace")


def _read(
    process: subprocess.Popen[bytes],
    said: bytearray,
    output: Callable[[bytes], None],
    check: Callable[[], None],
) -> None:
    assert process.stdout and process.stderr, "both were asked for"
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.get_map():
            check()
            if process.poll() is not None:
                _kill(process)  # a child it left behind would keep the pipes open
            for key, _ in selector.select(LOOK_SECONDS):
                piece = os.read(key.fd, 65_536)
                if not piece:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    output(piece)
                else:
                    said += piece
                    del said[:-MOST_SAID]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of the program behind, also no child of it."""
    _kill(process)
    process.wait()
    pipes: tuple[IO[bytes] | None, ...] = (process.stdout, process.stderr)
    for pipe in pipes:
        if pipe:
            pipe.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _ending(code: int) -> str:
    if code > 0:
        return f"ended with code {code}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name} ({signal.strsignal(-code)})"
    return f"was ended by signal {-code}"


def _last_lines(said: bytearray) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    shown = [line for line in lines if line != "Conversion failed!"][-LINES_SHOWN:]
    return ": " + "; ".join(shown) if shown else ""


@functools.cache
def _dying_with_us() -> tuple[str, ...]:
    """What to put before a command so that the kernel kills it when the thread that started it ends."""
    setpriv = shutil.which("setpriv")
    if not setpriv:
        return ()
    words = (setpriv, "--pdeathsig", "KILL", "--")
    tried = subprocess.run([*words, setpriv, "--version"], capture_output=True, check=False)  # noqa: S603  # found in PATH
    return words if tried.returncode == 0 else ()  # BusyBox's cannot
