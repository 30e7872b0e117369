"""Which processes have a catalogue open: so that a job is known to be nobody's when its process has died.

An SQLite file belongs to one process, which holds a lock on ``<database>.catalogue-lock`` beside it; the kernel drops
the lock when the process dies, however it dies. Several catalogues of one process share the lock. On PostgreSQL each
open catalogue holds an advisory lock on a connection of its own, which the server drops with the connection.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

import flowhost
from flowhost_plugins.catalogue.address import Address
from flowhost_plugins.catalogue.failures import unreachable
from flowhost_plugins.catalogue.transactions import Transactions


class Ownership(Protocol):
    """The right to run jobs.

    Attributes:
        name: tells this open catalogue from every other, also from those that are gone.
    """

    name: str

    def lives(self, owner: str) -> bool:
        """Whether the open catalogue of this name still is."""

    def renew(self) -> None:
        """Make sure that the right is still held."""

    def leave(self) -> None:
        """Give the right back."""


def claim(address: Address, transactions: Transactions) -> Ownership:
    """Become an owner of the database.

    Raises:
        Unavailable: another process has the SQLite file.
    """
    return FileOwnership(address.file) if address.file else ServerOwnership(transactions)


class FileOwnership:
    """One open catalogue in an SQLite file."""

    def __init__(self, file: Path) -> None:
        self.name = f"{os.getpid()}:{secrets.token_hex(6)}"
        self._file = file
        with _guard:
            if file not in _descriptors:
                _descriptors[file] = _locked(file)
                _owners[file] = set()
            _owners[file].add(self.name)

    def lives(self, owner: str) -> bool:
        """See `Ownership`: all that live are in this process."""
        with _guard:
            return owner in _owners.get(self._file, ())

    def renew(self) -> None:
        """See `Ownership`: the kernel takes no lock away."""

    def leave(self) -> None:
        """See `Ownership`."""
        with _guard:
            owners = _owners.get(self._file, set())
            owners.discard(self.name)
            if not owners and self._file in _descriptors:
                os.close(_descriptors.pop(self._file))
                del _owners[self._file]


_guard = threading.Lock()
_descriptors: dict[Path, int] = {}
_owners: dict[Path, set[str]] = {}


def _locked(file: Path) -> int:
    lock = file.with_name(file.name + ".catalogue-lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unreachable(error, str(file)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace") or "that has just started"
        os.close(descriptor)
        advice = "stop it, name another file, or let several processes share a catalogue in PostgreSQL"
        raise flowhost.Unavailable(f"the catalogue {file} is in use by process {holder}; {advice}") from None
    except OSError as error:
        os.close(descriptor)
        raise unreachable(error, str(file)) from error
    return descriptor


class ServerOwnership:
    """One open catalogue on a PostgreSQL server."""

    def __init__(self, transactions: Transactions) -> None:
        self._number = secrets.randbits(62)
        self.name = str(self._number)
        self._transactions = transactions
        self._connection: Connection | None = None
        self.renew()

    def lives(self, owner: str) -> bool:
        """See `Ownership`: a dead one's lock can be had."""
        if owner == self.name:
            return True
        free = select(func.pg_try_advisory_xact_lock(int(owner) if owner.isdigit() else 0))
        return not self._transactions.read(lambda connection: connection.execute(free).scalar_one())

    def renew(self) -> None:
        """See `Ownership`: a connection that was lost took the lock with it."""
        with self._transactions.explaining():
            if self._connection is not None and _answers(self._connection):
                return
            connection = self._transactions.engine.connect()
            self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            self._connection.detach()  # it is ours until the end, no part of the pool
            self._connection.execute(select(func.pg_advisory_lock(self._number)))

    def leave(self) -> None:
        """See `Ownership`."""
        if self._connection:
            with self._transactions.explaining():
                self._connection.close()
            self._connection = None


def _answers(connection: Connection) -> bool:
    try:
        connection.execute(select(1))
    except SQLAlchemyError:
        connection.invalidate()
        connection.close()
        return False
    return True
