"""The resource `database`: options, and which part of an open database does what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import flowhost

if TYPE_CHECKING:
    from flowhost_plugins.database.opening import Tables


class Database(flowhost.Ledger, flowhost.Store):
    """Ledger and store in an SQL database: SQLite in a file, or PostgreSQL when several hosts share the work.

    **What survives.** A killed process loses nothing, whatever the options. With ``synchronous = full``
    neither does a power failure: what was settled, parked or put is on the disk before the source may
    acknowledge it. With ``normal`` a power failure may take back the last moments before it; the database
    stays whole, and with one worker the ledger keeps up with half as many events again; the more workers
    there are, the more of them share a wait for the disk, and the less ``normal`` gains. So ``full`` is the
    default. On PostgreSQL the server's ``synchronous_commit`` decides.

    **Who owns it.** An SQLite database belongs to one process at a time, which may run several daemons on it;
    commands look into it beside a running daemon. On PostgreSQL every daemon proves every few seconds that it
    lives; what it held passes to others once its lease is over, and its late words do not count then.

    Args:
        url: where; a relative SQLite path begins at the profile's folder.
        lease: how long after its last sign of life a daemon's claims stay its own, in seconds.
        keep_handled: how long the ids of handled events are remembered, in seconds.
        synchronous: SQLite: what a power failure may take.
        info: the daemon; it names the default file and the store's name space.
        clock: the time.
    """

    name: ClassVar[str] = "database"
    section: ClassVar[str] = "Database"
    default: ClassVar[bool] = True

    def __init__(
        self,
        *,
        url: Annotated[
            flowhost.Secret,
            "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME; empty: a file in the state directory",
        ] = flowhost.Secret(""),  # noqa: B008  # immutable
        lease: Annotated[
            flowhost.Seconds, "how long a daemon counts as alive after its last sign of life"
        ] = 30,
        keep_handled: Annotated[
            flowhost.Seconds, "how long an event's id is remembered, so that it is not handled again"
        ] = 30 * 86400,
        synchronous: Annotated[
            Literal["full", "normal"],
            "SQLite: full = a power failure takes nothing that was acknowledged; normal = faster, it may",
        ] = "full",
        info: flowhost.DaemonInfo,
        clock: flowhost.Clock,
    ) -> None:
        if lease <= 0 or keep_handled < 0:
            raise ValueError(f"lease is {lease} s and keep_handled {keep_handled} s, expected positive times")
        self._sql = flowhost.SqlDatabase(
            url.get_secret_value(),
            file=flowhost.database_file(info.name),
            folder=Path(info.directory),
            migrations="flowhost_plugins.database.migrations",
            version_table="flowhost_version",
            synchronous=synchronous,
            section="[Database] url",
        )
        self.lease = lease
        self._keep_handled = keep_handled
        self._info = info
        self._clock = clock
        self._tables: Tables | None = None

    @property
    def location(self) -> str:
        """Where the data is, for people: a file, or a URL without its password."""
        return self._sql.location

    @property
    def _open(self) -> Tables:
        if self._tables is None:
            raise flowhost.StateUnavailable(f"the database {self.location} is not open (any more)")
        return self._tables

    def open(self) -> None:
        """See `flowhost.Resource`.

        Raises:
            ConfigError: the driver is missing, or a newer flowhost made the tables.
        """
        self._sql.open()
        from flowhost_plugins.database.opening import tables_in

        self._tables = tables_in(self._sql, self._clock, self._info.name, lease=self.lease)

    def close(self) -> None:
        """See `flowhost.Resource`. A daemon that did not leave before is as if it had died."""
        tables, self._tables = self._tables, None
        if tables:
            self._sql.close()
            self._sql.disown(tables.owner)

    def enlist(self, daemon: str) -> None:
        """See `flowhost.Ledger`."""
        self._open.daemons.enlist(daemon)

    def beat(self, daemon: str, status: Mapping[str, Any]) -> None:
        """See `flowhost.Ledger`; also forgets some of what was handled too long ago."""
        self._open.daemons.beat(daemon, status)
        self._open.claims.prune(self._keep_handled)

    def leave(self, daemon: str) -> None:
        """See `flowhost.Ledger`."""
        self._open.daemons.leave(daemon)

    def daemons(self) -> list[flowhost.DaemonRecord]:
        """See `flowhost.Ledger`."""
        return self._open.daemons.all()

    def claim(self, daemon: str, event_id: str) -> flowhost.Claim | Literal["handled", "busy"]:
        """See `flowhost.Ledger`."""
        return self._open.claims.claim(daemon, event_id)

    def settle(self, claim: flowhost.Claim) -> bool:
        """See `flowhost.Ledger`."""
        return self._open.claims.settle(claim)

    def release(self, claim: flowhost.Claim) -> None:
        """See `flowhost.Ledger`; a claim that was lost is left alone."""
        self._open.claims.release(claim)

    def park(self, letter: flowhost.Letter, claim: flowhost.Claim | None = None) -> int:
        """See `flowhost.Ledger`; 0, and nothing kept, when somebody else has the event now."""
        return self._open.letters.park(letter, claim)

    def take(self, daemon: str, limit: int) -> list[flowhost.Letter]:
        """See `flowhost.Ledger`."""
        return self._open.letters.take(daemon, limit)

    def delivered(self, number: int) -> None:
        """See `flowhost.Ledger`; a letter somebody else has taken meanwhile is left alone."""
        self._open.letters.delivered(number)

    def returned(self, number: int, *, state: flowhost.LetterState, error: str, attempts: int) -> None:
        """See `flowhost.Ledger`; a letter somebody else has taken meanwhile is left alone."""
        self._open.letters.returned(number, state=state, error=error, attempts=attempts)

    def letters(
        self,
        *,
        daemon: str | None = None,
        state: flowhost.LetterState | None = None,
        source: str | None = None,
        text: str | None = None,
        limit: int = 1000,
    ) -> list[flowhost.Letter]:
        """See `flowhost.Ledger`; `text` is found whatever its case."""
        return self._open.letters.matching(daemon=daemon, state=state, source=source, text=text, limit=limit)

    def dead_letters(self, daemon: str) -> int:
        """See `flowhost.Ledger`."""
        return self._open.letters.dead(daemon)

    def letter(self, number: int) -> flowhost.Letter | None:
        """See `flowhost.Ledger`."""
        return self._open.letters.numbered(number)

    def requeue(self, numbers: Iterable[int]) -> int:
        """See `flowhost.Ledger`; a letter keeps its error and attempts."""
        return self._open.letters.requeue(numbers)

    def drop(self, numbers: Iterable[int]) -> int:
        """See `flowhost.Ledger`."""
        return self._open.letters.drop(numbers)

    def get(self, key: str) -> Any:
        """See `flowhost.Store`; None also when the value is a JSON null (`keys` tells them apart)."""
        return self._open.entries.get(key)

    def put(self, key: str, value: Any) -> Any:
        """See `flowhost.Store`.

        Raises:
            TypeError: the value is no JSON.
            ValueError: the key is empty or longer than 1024 characters.
        """
        return self._open.entries.put(key, value)

    def delete(self, key: str) -> bool:
        """See `flowhost.Store`."""
        return self._open.entries.delete(key)

    def keys(self, prefix: str = "") -> list[str]:
        """See `flowhost.Store`."""
        return self._open.entries.keys(prefix)
