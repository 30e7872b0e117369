"""Claims: the right to handle an event, and what was handled.

One row an event: *claimed* by an owner, *handled*, or *free*. Each change is one compare-and-set. The token
of a row only grows; a new row starts at the time in milliseconds, so that it grows also over rows that were
pruned. A dead owner's claims are not touched when it dies: whoever comes next takes them over.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection, bindparam, delete, or_, select, tuple_, update

import flowhost
from flowhost_plugins.database.liveness import Liveness
from flowhost_plugins.database.schema import claims, index_key, insert_into

PRUNED_AT_ONCE = 500
"""Rows: a transaction of a few milliseconds, so that nobody waits for the cleaning."""

PRUNINGS = 20
"""Transactions in one call: with a call every ten seconds 1,000 events a second never pile up."""


class Claims:
    """The claims of one owner.

    Its statements are built once: building one takes SQLAlchemy longer than SQLite needs to execute it.
    """

    def __init__(self, sql: flowhost.SqlDatabase, liveness: Liveness) -> None:
        self._sql = sql
        self._liveness = liveness
        self._unanswered: set[tuple[str, str]] = set()  # claims of which we do not know whether we have them
        row = (claims.c.daemon == bindparam("of_daemon"), claims.c.event == bindparam("of_event"))
        same = (*row, claims.c.token == bindparam("seen_token"))
        new = insert_into(sql.dialect, claims).on_conflict_do_nothing()
        self._insert = new.execution_options(preserve_rowcount=True)
        columns = (claims.c.state, claims.c.token, claims.c.owner, liveness.abandoned(claims))
        self._look = select(*columns).where(*row)
        self._take_over = update(claims).where(*same, claims.c.state == bindparam("seen_state"))
        self._end = update(claims).where(*same, claims.c.owner == liveness.owner)

    def claim(self, daemon: str, event_id: str) -> flowhost.Claim | Literal["handled", "busy"]:
        """See `flowhost.Ledger.claim`. A power failure ends us too, so a claim need not outlive one.

        Whoever lost the server's answer asks again, and must not find the event busy with itself for ever.
        """
        key = (daemon, event_id)
        again = key in self._unanswered
        try:
            answer = self._sql.write(lambda c: self.take(c, *key, again=again), lasting=False)
        except flowhost.StateUnavailable:
            self._unanswered.add(key)
            raise
        self._unanswered.discard(key)
        return answer

    def settle(self, claim: flowhost.Claim) -> bool:
        """See `flowhost.Ledger.settle`.

        True also the second time: whoever lost the server's answer to the first asks again.
        """
        return self._sql.write(
            lambda connection: self.end(connection, claim, "handled") or self.was_settled(connection, claim)
        )

    def release(self, claim: flowhost.Claim) -> None:
        """See `flowhost.Ledger.release`."""
        self._sql.write(lambda connection: self.end(connection, claim, "free"), lasting=False)

    def take(
        self, connection: Connection, daemon: str, event_id: str, *, again: bool = False
    ) -> flowhost.Claim | Literal["handled", "busy"]:
        """Claim an event within a transaction; `again`: a claim of our own is no hindrance."""
        now = self._liveness.now()
        row = {"daemon": daemon, "event": index_key(event_id)}
        ours: dict[str, Any] = {
            "state": "claimed",
            "owner": self._liveness.owner,
            "changed": now,
            "token": round(now * 1000),
        }
        if connection.execute(self._insert, row | ours).rowcount == 1:
            return flowhost.Claim(daemon, event_id, ours["token"])
        here = {f"of_{name}": value for name, value in row.items()}
        found = connection.execute(self._look, here).one_or_none()
        if (
            found is None
        ):  # pruned between the two statements: somebody else is quick, the event will come again
            return "busy"
        state, token, owner, abandoned = found
        if state == "handled":
            return "handled"
        if state == "claimed" and not abandoned and not (again and owner == self._liveness.owner):
            return "busy"
        over = max(token + 1, ours["token"])
        seen = here | {"seen_state": state, "seen_token": token}
        taken = connection.execute(self._take_over, seen | ours | {"token": over}).rowcount == 1
        return flowhost.Claim(daemon, event_id, over) if taken else "busy"

    def end(self, connection: Connection, claim: flowhost.Claim, state: Literal["handled", "free"]) -> bool:
        """End a claim within a transaction; False, and nothing changed, when it is not ours any more."""
        here = {"of_daemon": claim.daemon, "of_event": index_key(claim.event_id), "seen_token": claim.token}
        values = {"state": state, "owner": None, "changed": self._liveness.now()}
        return connection.execute(self._end, here | values).rowcount == 1

    def was_settled(self, connection: Connection, claim: flowhost.Claim) -> bool:
        """Whether the event was recorded as handled under this very claim, so by us."""
        here = {"of_daemon": claim.daemon, "of_event": index_key(claim.event_id)}
        found = connection.execute(self._look, here).one_or_none()
        return found is not None and (found.state, found.token) == ("handled", claim.token)

    def prune(self, keep: float) -> None:
        """Forget what was handled, or left by owners now dead, more than `keep` seconds ago: some of it."""
        before = self._liveness.now() - keep
        for _ in range(PRUNINGS):
            if self._sql.write(lambda c: self._prune(c, before), lasting=False) < PRUNED_AT_ONCE:
                return

    def _prune(self, connection: Connection, before: float) -> int:
        unheld = or_(claims.c.owner.is_(None), self._liveness.abandoned(claims))
        old = (
            select(claims.c.daemon, claims.c.event)
            .where(claims.c.changed < before, unheld)
            .limit(PRUNED_AT_ONCE)
        )
        return connection.execute(
            delete(claims).where(tuple_(claims.c.daemon, claims.c.event).in_(old))
        ).rowcount
