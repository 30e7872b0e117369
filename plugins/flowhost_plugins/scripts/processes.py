"""The processes of one run of a script: found again, and told to end, also those that left its group.

A process leaves the group of who started it easily: `timeout`, `setsid` and the job control of a shell do that. What it
keeps is the environment, so each run has a mark there. What runs as another user is neither seen nor ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK = b"FLOWHOST_SCRIPT"
ROUNDS = 3  # of looking for processes that were started while others were told


def new_mark() -> bytes:
    """The value of `MARK` in the environment of one run."""
    return uuid.uuid4().hex.encode()


def alive(group: int, mark: bytes) -> bool:
    """Whether any process of the run still lives.

    Args:
        group: number of its process group.
        mark: of the run.
    """
    return next(_found(group, mark), None) is not None


def tell(group: int, mark: bytes, number: signal.Signals) -> None:
    """Send a signal once to each process of the run.

    Args:
        group: number of its process group, whose leader was not waited for yet.
        mark: of the run.
        number: the signal.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):  # gone, or another user's by now
        os.killpg(group, number)
    told: set[int] = set()
    for _ in range(ROUNDS):
        new = {process for process, its_group in _found(group, mark) if its_group != group} - told
        if not new:
            return
        for process in new:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, number)
        told |= new


def _found(group: int, mark: bytes) -> Iterator[tuple[int, int]]:
    """Number and group of each process of the run that lives."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            # see proc(5); the name of the program is in brackets, and may have any characters
            state, _, its_group = (entry / "stat").read_text("latin-1").rpartition(")")[2].split()[:3]
            its = int(its_group) == group or _is_marked(entry / "environ", mark)
        except OSError:  # it ended, or is another user's
            continue
        if its and state not in "ZX":
            yield int(entry.name), int(its_group)


def _is_marked(environ: Path, mark: bytes) -> bool:
    return MARK + b"=" + mark in environ.read_bytes().split(b"\0")
