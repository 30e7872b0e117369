"""Which process owns an SQLite file: the one that holds a lock on the file ``<database>.lock`` beside it.

The kernel drops the lock when its holder dies, however it dies. So whoever gets it knows that every earlier
owner is dead, without waiting for anything. Several daemons of one process may share a database; they are
counted here. Commands open a database without owning it.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flowhost.errors import Unavailable
from flowhost.sql.failures import unreachable


class _Held:
    """A lock this process holds: its file descriptor, and who needs it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.daemons: dict[str, set[str]] = {}

    def note(self) -> None:
        """Write down who we are, for the message another process shows."""
        names = sorted(set().union(*self.daemons.values()))
        text = json.dumps({"pid": os.getpid(), "daemons": names}) + "\n"
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)


_guard = threading.Lock()
_held: dict[Path, _Held] = {}


def enlist(file: Path, owner: str, daemon: str, section: str) -> None:
    """Let `owner`, in this process, run `daemon` on the database `file`; `section` is where its url is written.

    Raises:
        Unavailable: another process owns the file.
        StateUnavailable: the lock file cannot be used.
    """
    with _guard, _explaining(file):
        held = _held.get(file)
        if held is None:
            held = _held[file] = _Held(_locked(file, section))
        held.daemons.setdefault(owner, set()).add(daemon)
        held.note()


def leave(file: Path, owner: str, daemon: str | None = None) -> None:
    """Let `owner` run `daemon` no more (None: nothing any more); the last one gives the lock back."""
    with _guard:
        held = _held.get(file)
        if held is None or owner not in held.daemons:
            return
        held.daemons[owner].discard(daemon or "")
        if daemon is None or not held.daemons[owner]:
            del held.daemons[owner]
        if not held.daemons:
            os.close(_held.pop(file).descriptor)
        else:
            with _explaining(file):
                held.note()


def owners(file: Path) -> list[str]:
    """The living owners, all of this process."""
    with _guard:
        return list(_held[file].daemons) if file in _held else []


@contextmanager
def alone(file: Path, section: str) -> Iterator[None]:
    """Keep other processes from owning the file meanwhile; raises as `enlist` when one does already."""
    with _guard, _explaining(file):
        descriptor = None if file in _held else _locked(file, section)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _locked(file: Path, section: str) -> int:
    descriptor = os.open(_lock_file(file), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)  # what a dead owner noted
    except BlockingIOError:
        holder = _holder(descriptor)
        os.close(descriptor)
        advice = f"stop it or give this daemon its own {section}"
        raise Unavailable(f"the database {file} is in use by {holder}; {advice}") from None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _holder(descriptor: int) -> str:
    try:
        noted: dict[str, Any] = json.loads(os.pread(descriptor, 65536, 0))
        names = ", ".join(noted["daemons"])
        return f"process {noted['pid']} (daemon {names})"
    except (
        ValueError,
        KeyError,
        TypeError,
    ):  # it has just taken the lock and not yet written, or an upgrade runs
        return "another process"


def _lock_file(file: Path) -> Path:
    real = file.resolve()  # SQLite, too, keeps its log beside the file that a link leads to
    return real.with_name(real.name + ".lock")


@contextmanager
def _explaining(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unreachable(error, str(file)) from error
