"""Letters: events kept in the database, waiting for delivery, taken by an owner, or dead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, or_, select, update

import flowhost
from flowhost_plugins.database.claims import Claims
from flowhost_plugins.database.liveness import Liveness
from flowhost_plugins.database.schema import folded, letters, storable

NUMBERS_AT_ONCE = 500
"""How many numbers one statement names; engines limit the parameters of a statement."""

_INSERT = insert(letters)


class Letters:
    """The letters of one database."""

    def __init__(self, sql: flowhost.SqlDatabase, liveness: Liveness, claims: Claims) -> None:
        self._sql = sql
        self._liveness = liveness
        self._claims = claims
        # what the server was told to do, and whose answer was lost: nobody knows whether it was done
        self._perhaps_kept: dict[flowhost.Claim, int] = {}
        self._perhaps_taken: set[int] = set()

    def park(self, letter: flowhost.Letter, claim: flowhost.Claim | None) -> int:
        """See `flowhost.Ledger.park`.

        Returns:
            The number; 0, and nothing was kept, when the claim was lost and somebody else has handled the
            event or is about to.
        """
        row, number = _row_of(letter), 0

        def work(connection: Connection) -> None:
            nonlocal number
            number = self._park(connection, row, claim)

        try:
            self._sql.write(work)
        except flowhost.StateUnavailable:
            if claim and number:
                self._perhaps_kept[claim] = number
            raise
        if claim:
            self._perhaps_kept.pop(claim, None)
        return number

    def take(self, daemon: str, limit: int) -> list[flowhost.Letter]:
        """See `flowhost.Ledger.take`. A power failure ends us too, so taking need not outlive one."""
        waiting = _selection().where(letters.c.daemon == daemon, letters.c.state == "waiting").limit(limit)
        numbers: list[int] = []

        def work(connection: Connection) -> list[Row[Any]]:
            lost = (letters.c.number.in_(self._perhaps_taken), *self._taken())
            connection.execute(update(letters).where(*lost).values(state="waiting", owner=None))
            found = list(connection.execute(waiting.with_for_update(skip_locked=True)).all())
            numbers[:] = [row.number for row in found]
            taken = letters.c.number.in_(numbers)
            connection.execute(update(letters).where(taken).values(state="taken", owner=self._liveness.owner))
            return found

        try:
            found = self._sql.write(work, lasting=False)
        except flowhost.StateUnavailable:
            self._perhaps_taken.update(numbers)
            raise
        self._perhaps_taken.clear()
        return [_letter(row, state="taken") for row in found]

    def delivered(self, number: int) -> None:
        """See `flowhost.Ledger.delivered`; nothing when the letter is not ours any more."""
        self._sql.write(lambda connection: connection.execute(delete(letters).where(*self._ours(number))))

    def returned(self, number: int, *, state: flowhost.LetterState, error: str, attempts: int) -> None:
        """See `flowhost.Ledger.returned`; nothing when the letter is not ours any more."""
        if state == "taken":
            raise ValueError(f"letter {number} is returned as 'taken', expected 'waiting' or 'dead'")
        values = {"state": state, "owner": None, "attempts": attempts} | _error(error)
        changed = update(letters).where(*self._ours(number)).values(**values)
        self._sql.write(lambda connection: connection.execute(changed))

    def matching(
        self,
        *,
        daemon: str | None,
        state: flowhost.LetterState | None,
        source: str | None,
        text: str | None,
        limit: int,
    ) -> list[flowhost.Letter]:
        """See `flowhost.Ledger.letters`."""
        wanted = {letters.c.daemon: daemon, letters.c.state: state, letters.c.source: source}
        found = _selection().where(
            *(column == value for column, value in wanted.items() if value is not None)
        )
        if text:
            sought = folded(text)
            columns = (letters.c.error_folded, letters.c.about_folded)
            found = found.where(or_(*(column.contains(sought, autoescape=True) for column in columns)))
        return [_letter(row) for row in self._sql.read(lambda c: c.execute(found.limit(limit)).all())]

    def dead(self, daemon: str) -> int:
        """See `flowhost.Ledger.dead_letters`."""
        counted = select(func.count()).where(letters.c.daemon == daemon, letters.c.state == "dead")
        return int(self._sql.read(lambda connection: connection.execute(counted).scalar_one()))

    def numbered(self, number: int) -> flowhost.Letter | None:
        """See `flowhost.Ledger.letter`."""
        wanted = _selection().where(letters.c.number == number)
        row = self._sql.read(lambda connection: connection.execute(wanted).one_or_none())
        return _letter(row) if row else None

    def requeue(self, numbers: Iterable[int]) -> int:
        """See `flowhost.Ledger.requeue`; its error and its attempts stay, for whoever looks at it again."""
        dead = letters.c.state == "dead"
        return self._each(numbers, lambda these: update(letters).where(these, dead).values(state="waiting"))

    def drop(self, numbers: Iterable[int]) -> int:
        """See `flowhost.Ledger.drop`."""
        idle = letters.c.state.in_(["dead", "waiting"])
        return self._each(numbers, lambda these: delete(letters).where(these, idle))

    def _park(self, connection: Connection, row: dict[str, Any], claim: flowhost.Claim | None) -> int:
        if claim and not self._claims.end(connection, claim, "handled"):
            if claim in self._perhaps_kept and self._claims.was_settled(connection, claim):
                return self._perhaps_kept[claim]
            again = self._claims.take(connection, claim.daemon, claim.event_id)
            if not isinstance(again, flowhost.Claim):
                return 0
            self._claims.end(connection, again, "handled")
        key: Any = connection.execute(_INSERT, row).inserted_primary_key
        number: int = key[0]
        return number

    def _ours(self, number: int) -> tuple[ColumnElement[bool], ...]:
        return letters.c.number == number, *self._taken()

    def _taken(self) -> tuple[ColumnElement[bool], ...]:
        return letters.c.state == "taken", letters.c.owner == self._liveness.owner

    def _each(self, numbers: Iterable[int], statement: Callable[[ColumnElement[bool]], Any]) -> int:
        """Execute a statement for all the numbers, in one transaction; return how many rows it met."""
        statements = [statement(letters.c.number.in_(some)) for some in _batches(numbers)]
        return self._sql.write(lambda c: sum(c.execute(one).rowcount for one in statements))


def _selection() -> Select[Any]:
    columns = (letters.c.number, letters.c.daemon, letters.c.source, letters.c.state)
    return select(*columns, letters.c.attempts, letters.c.parked, letters.c.error, letters.c.event).order_by(
        letters.c.number
    )


def _row_of(letter: flowhost.Letter) -> dict[str, Any]:
    event = letter.event
    try:
        record = json.dumps(flowhost.to_record(event))
    except (TypeError, ValueError, RecursionError) as error:
        seen = f"its data ({type(event.data).__name__}) is not bytes, text or a JSON value"
        raise TypeError(
            f"the event {event.type} {event.subject or ''} cannot be kept: {seen}: {error}"
        ) from error
    return {
        "daemon": letter.daemon,
        "source": storable(letter.source),
        "state": letter.state,
        "attempts": letter.attempts,
        "parked": letter.parked.timestamp(),
        "about_folded": folded(f"{event.type}\n{event.subject or ''}"),
        "event": record,
    } | _error(letter.error)


def _error(text: str) -> dict[str, str]:
    return {"error": storable(text), "error_folded": folded(text)}


def _letter(row: Row[Any], state: flowhost.LetterState | None = None) -> flowhost.Letter:
    return flowhost.Letter(
        daemon=row.daemon,
        source=row.source,
        event=flowhost.from_record(json.loads(row.event)),
        state=state or row.state,
        error=row.error,
        attempts=row.attempts,
        parked=datetime.fromtimestamp(row.parked, UTC),
        number=row.number,
    )


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(set(numbers))
    return (every[start : start + NUMBERS_AT_ONCE] for start in range(0, len(every), NUMBERS_AT_ONCE))
