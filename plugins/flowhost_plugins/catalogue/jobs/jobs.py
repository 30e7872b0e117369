"""Jobs in the database. A job belongs to the open catalogue that runs it; only its owner changes its state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from flowhost_plugins.catalogue.database.ids import Site, checked_number
from flowhost_plugins.catalogue.database.locating import item_number, row_number
from flowhost_plugins.catalogue.database.schema import jobs
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, moment
from flowhost_plugins.catalogue.records import Job


class Jobs:
    """The jobs of a catalogue. See `jobs.methods` for what the public methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def find(self, job_id: str) -> Job | None:
        """The job with this id."""
        number = self._site.number(job_id)
        if number is None:
            return None
        wanted = select(jobs).where(jobs.c.number == number)
        row = self._transactions.read(lambda connection: connection.execute(wanted).one_or_none())
        return None if row is None else job_of(self._site, row)

    def all(self, item: str | None, ended: bool | None, before: str | None, number: int) -> list[Job]:
        """Jobs, the newest first."""
        wanted = select(jobs).order_by(jobs.c.number.desc()).limit(checked_number(number))
        if ended is not None:
            wanted = wanted.where(jobs.c.live.is_(not ended))
        if before is not None:
            wanted = wanted.where(jobs.c.number < row_number(self._site, "job", before))

        def work(connection: Connection) -> list[Job]:
            found = wanted
            if item is not None:
                found = wanted.where(jobs.c.item == item_number(connection, self._site, item))
            return [job_of(self._site, row) for row in connection.execute(found)]

        return self._transactions.read(work)

    def live_of(self, item: str) -> list[Job]:
        """The jobs for an item that have not ended, the oldest first."""

        def work(connection: Connection) -> list[Job]:
            number = item_number(connection, self._site, item)
            wanted = select(jobs).where(jobs.c.item == number, jobs.c.live.is_(True)).order_by(jobs.c.number)
            return [job_of(self._site, row) for row in connection.execute(wanted)]

        return self._transactions.read(work)

    def live(self) -> list[tuple[int, str]]:
        """Number and owner of each job that has not ended, in order."""
        wanted = select(jobs.c.number, jobs.c.owner).where(jobs.c.live.is_(True)).order_by(jobs.c.number)
        rows = self._transactions.read(lambda connection: connection.execute(wanted).all())
        return [(row.number, row.owner) for row in rows]

    def of(self, owner: str) -> list[int]:
        """The jobs of an owner that have not ended, in order."""
        wanted = select(jobs.c.number).where(jobs.c.live.is_(True), jobs.c.owner == owner)
        ordered = wanted.order_by(jobs.c.number)
        return self._transactions.read(lambda connection: list(connection.execute(ordered).scalars()))

    def adopt(self, number: int, dead: str, owner: str) -> bool:
        """Take over the job of a dead owner, or of nobody; return whether nobody else did first."""

        def work(transaction: Transaction) -> bool:
            mine = update(jobs).where(jobs.c.number == number, jobs.c.owner == dead, jobs.c.live.is_(True))
            taken = transaction.connection.execute(mine.values(owner=owner, status="READY", step=""))
            return taken.rowcount > 0

        return self._transactions.write(work)

    def ask_to_stop(self, number: int) -> None:
        """Note that somebody wants the job to stop."""

        def work(transaction: Transaction) -> None:
            wanted = update(jobs).where(jobs.c.number == number, jobs.c.live.is_(True))
            transaction.connection.execute(wanted.values(cancelled=True))

        self._transactions.write(work)


def add(
    transaction: Transaction,
    owner: str,
    item: int | None,
    file: int | None,
    orders: dict[str, Any],
    kind: str = "IMPORT",
) -> int:
    """Keep a new job; return its number."""
    row = {
        "kind": kind,
        "status": "READY",
        "live": True,
        "cancelled": False,
        "owner": owner,
        "attempts": 0,
        "progress": 0.0,
        "step": "",
        "error": "",
        "item": item,
        "file": file,
        "orders": json.dumps(orders),
        "created": transaction.now,
        "mark": transaction.mark,
    }
    result = transaction.connection.execute(insert(jobs).values(row))
    assert result.inserted_primary_key, "an INSERT of one row has its key"
    number: int = result.inserted_primary_key[0]
    transaction.note("job", "CREATE", number, item=item, details=_told(transaction, number))
    return number


def change(transaction: Transaction, number: int, owner: str, **values: Any) -> bool:
    """Change a live job of this owner; return whether it still is its own. A new status goes into the log."""
    wanted = update(jobs).where(jobs.c.number == number, jobs.c.owner == owner, jobs.c.live.is_(True))
    if not transaction.connection.execute(wanted.values(values)).rowcount:
        return False
    if "status" in values:
        item = transaction.connection.execute(select(jobs.c.item).where(jobs.c.number == number)).scalar()
        transaction.note("job", "MODIFY", number, item=item, details=_told(transaction, number))
    return True


def _told(transaction: Transaction, number: int) -> dict[str, str]:
    """What the log tells of a job, by the names of Vidispine's job data."""
    row = transaction.connection.execute(select(jobs).where(jobs.c.number == number)).one()
    orders = json.loads(row.orders)
    told = {
        "type": row.kind,
        "status": row.status,
        "started": moment(row.created).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "fileId": transaction.site.maybe(row.file),
        "tags": orders.get("tag"),
        "sourceUri": Path(orders["source"]).as_uri() if row.kind == "IMPORT" else None,
        "errorMessage": row.error,
    }
    return {name: value for name, value in told.items() if value and isinstance(value, str)}


def job_of(site: Site, row: Row[tuple[object, ...]]) -> Job:
    """The job in a row."""
    return Job(
        site.id(row.number),
        row.status,
        row.progress,
        row.error,
        row.kind,
        site.maybe(row.item),
        site.maybe(row.file),
        row.step,
        row.attempts,
        moment(row.created),
        None if row.ended is None else moment(row.ended),
        row.remark,
    )
