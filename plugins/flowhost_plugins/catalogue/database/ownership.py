"""Which processes have a catalogue open: so that a job is known to be nobody's when its process has died.

The jobs in an SQLite file are run by one process, its owner, which holds a lock on ``<database>.lock`` beside
it; the kernel drops the lock when the process dies, however it dies. Several catalogues of one process share the lock.
On PostgreSQL each open catalogue holds an advisory lock on a connection of its own, which the server drops with the
connection. Guests own nothing: the jobs they order belong to nobody, until an owner takes them up.
"""

from __future__ import annotations

import os
import secrets
from typing import Protocol

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

import flowhost
from flowhost_plugins.catalogue.records import InUse


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


def claim(database: flowhost.SqlDatabase, daemon: str) -> Ownership:
    """Become an owner of the database.

    Args:
        database: it, open.
        daemon: the name of the daemon that uses it, for messages.

    Raises:
        InUse: another process has the SQLite file.
    """
    return ServerOwnership(database) if database.dialect == "postgresql" else FileOwnership(database, daemon)


NOBODY = ""
"""Whose jobs are that wait for an owner."""


class Guest:
    """Nobody's ownership: of a catalogue that is open beside whoever owns it."""

    name = NOBODY

    def lives(self, owner: str) -> bool:  # noqa: ARG002  # the same for all
        """See `Ownership`: a guest takes over nothing."""
        return True

    def renew(self) -> None:
        """See `Ownership`."""

    def leave(self) -> None:
        """See `Ownership`."""


class FileOwnership:
    """One open catalogue in an SQLite file."""

    def __init__(self, database: flowhost.SqlDatabase, daemon: str) -> None:
        self.name = f"{os.getpid()}:{secrets.token_hex(6)}"
        self._database = database
        try:
            database.own(self.name, daemon)
        except flowhost.StateUnavailable:  # the lock cannot be used at all
            raise
        except flowhost.Unavailable as error:
            raise InUse(str(error)) from error

    def lives(self, owner: str) -> bool:
        """See `Ownership`: all that live are in this process."""
        return owner in self._database.owners()

    def renew(self) -> None:
        """See `Ownership`: the kernel takes no lock away."""

    def leave(self) -> None:
        """See `Ownership`."""
        self._database.disown(self.name)


class ServerOwnership:
    """One open catalogue on a PostgreSQL server."""

    def __init__(self, database: flowhost.SqlDatabase) -> None:
        self._number = secrets.randbits(62)
        self.name = str(self._number)
        self._database = database
        self._connection: Connection | None = None
        self.renew()

    def lives(self, owner: str) -> bool:
        """See `Ownership`: a dead one's lock can be had."""
        if owner == self.name:
            return True
        free = select(func.pg_try_advisory_xact_lock(int(owner) if owner.isdigit() else 0))
        return not self._database.read(lambda connection: connection.execute(free).scalar_one())

    def renew(self) -> None:
        """See `Ownership`: a connection that was lost took the lock with it."""
        if self._connection is not None and _answers(self._connection):
            return
        self._connection = self._database.connect()
        try:
            self._connection.execute(select(func.pg_advisory_lock(self._number)))
        except SQLAlchemyError as error:
            self.leave()
            what = f"cannot use the database {self._database.location}: the server went away"
            raise flowhost.StateUnavailable(f"{what}; check that it runs") from error

    def leave(self) -> None:
        """See `Ownership`."""
        if self._connection:
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
