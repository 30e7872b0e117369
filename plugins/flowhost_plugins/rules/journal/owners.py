"""Owners: who may have runs, and who of them lives.

On SQLite those are alive that enlisted in the process with the file's lock. On PostgreSQL a lease tells, measured by the
server's clock, so that a host whose clock is wrong neither dies nor kills.
"""

# statements are put together of our own words; values are always parameters
# ruff: noqa: S608

from __future__ import annotations

import threading

import flowhost
from flowhost_plugins.rules.journal.statements import Raw, Statements, marks

SERVER_NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS double precision)"


class Owners:
    """The owners of one journal.

    Args:
        sql: the database.
        statements: the same.
        clock: the time; on SQLite.
        daemon: whose rules they run.
        lease: how long a beat keeps an owner alive, in seconds.
    """

    def __init__(
        self,
        sql: flowhost.SqlDatabase,
        statements: Statements,
        clock: flowhost.Clock,
        daemon: str,
        lease: float,
    ) -> None:
        self._sql = sql
        self._statements = statements
        self._clock = clock
        self._daemon = daemon
        self._lease = lease
        self._mine: set[str] = set()
        self._guard = threading.Lock()

    @property
    def is_alive(self) -> str:
        """Condition on ``rules_owners``, for who has its process's lock or is on a server: the owner lives."""
        return f"alive_until > {SERVER_NOW}" if self._statements.on_server else "1 = 1"

    def enlist(self, owner: str) -> None:
        """See `Journal.enlist`."""
        self._sql.own(owner, self._daemon)
        with self._guard:
            self._mine.add(owner)
        try:
            self._statements.write(lambda raw: self._join(raw, owner))
        except BaseException:  # whatever it was, others may own it
            self._disown(owner)
            raise

    def beat(self, owner: str) -> None:
        """See `Journal.beat`; a lost beat costs nothing but time, so it need not reach the disk."""
        self._sql.check_file()
        self._statements.write(lambda raw: self._announce(raw, owner), lasting=False)

    def leave(self, owner: str) -> None:
        """See `Journal.leave`."""
        gone = self._statements.written("DELETE FROM rules_owners WHERE owner = ?")
        self._statements.write(lambda raw: raw.execute(gone, (owner,)))
        self._disown(owner)

    def forget(self) -> None:
        """Give the file's lock back; who has not left is as if dead."""
        for owner in list(self._mine):
            self._disown(owner)

    def alive(self) -> list[str]:
        """See `Journal.owners`. Of an SQLite file's owners in another process only their last signs of life are known."""
        living = self._sql.owners()
        query = "SELECT owner, alive_until FROM rules_owners"
        if self._statements.on_server:
            query += f" WHERE {self.is_alive}"
        found: dict[str, float] = dict(self._statements.read(lambda raw: raw.execute(query).fetchall()))
        if self._sql.file:
            now = self._clock.now().timestamp()
            found = {o: until for o, until in found.items() if (o in living if living else until > now)}
        return sorted(found)

    def _join(self, raw: Raw, owner: str) -> None:
        """Two daemons of one process would delete each other's rules, and run them with the wrong actions."""
        self._announce(raw, owner)
        others = self._statements.written("SELECT daemon FROM rules_owners WHERE daemon <> ? ORDER BY daemon")
        if self._sql.file and (found := raw.execute(others, (self._daemon,)).fetchone()):
            runs = f"the journal {self._sql.location} has the rules of the daemon {found[0]!r}, which runs in this process"
            raise flowhost.Unavailable(
                f"{runs}; give the daemon {self._daemon!r} its own [Rules Journal] url"
            )

    def _announce(self, raw: Raw, owner: str) -> None:
        """Remove the records of the dead, and renew ours."""
        if self._statements.on_server:
            raw.execute(
                f"DELETE FROM rules_owners WHERE alive_until <= {SERVER_NOW} AND owner <> %s", (owner,)
            )
            moment, values = f"{SERVER_NOW} + ?", (owner, self._daemon, self._lease)
        else:
            living = self._sql.owners()
            raw.execute(f"DELETE FROM rules_owners WHERE owner NOT IN ({marks(len(living))})", living)
            moment, values = "?", (owner, self._daemon, self._clock.now().timestamp() + self._lease)
        renewed = (
            f"INSERT INTO rules_owners (owner, daemon, alive_until) VALUES (?, ?, {moment})"
            " ON CONFLICT (owner) DO UPDATE SET alive_until = excluded.alive_until"
        )
        raw.execute(self._statements.written(renewed), values)

    def _disown(self, owner: str) -> None:
        with self._guard:
            self._mine.discard(owner)
        self._sql.disown(owner)
