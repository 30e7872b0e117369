"""Keeps the jobs that are asked for, and lets them run. An order with a key is one order, however often it is given."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, func, select, update

import flowhost
from flowhost_plugins.catalogue.database.schema import jobs
from flowhost_plugins.catalogue.database.text import LONGEST_INDEXED, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.jobs.jobs import job_of
from flowhost_plugins.catalogue.jobs.runner import Runner
from flowhost_plugins.catalogue.records import Job

KEY_LOCKS = 0x6A6F6273
"""The first number of PostgreSQL's advisory locks for keys: the letters ``jobs``. The second is the key's hash."""


class Ordering:
    """Takes orders.

    Args:
        transactions: the database.
        runner: what runs the jobs.
    """

    def __init__(self, transactions: Transactions, runner: Runner) -> None:
        self._transactions = transactions
        self._site = transactions.site
        self._runner = runner

    def known(self, key: str) -> Job | None:
        """The job that was ordered with this key; None for an empty one.

        Raises:
            Permanent: this can be no key.
        """
        if not key:
            return None
        if len(key) > LONGEST_INDEXED or not is_storable(key):
            expected = f"expected a text of at most {LONGEST_INDEXED} characters"
            raise flowhost.Permanent(f"the key of the job is {key[:40]!r}, {expected}")
        return self._transactions.read(lambda connection: self._find(connection, jobs.c.key == key))

    def start(self, order: Callable[[Transaction], int], key: str = "") -> Job:
        """Keep a job, and let it run.

        Args:
            order: adds it; returns its number.
            key: tells this order from all others; empty: it is a new one. When it was given before, `order` is not
                called.
        """

        def work(transaction: Transaction) -> tuple[Job, bool]:
            if key and (known := self._locked(transaction, key)):
                return known, False
            number = order(transaction)
            if key:
                transaction.connection.execute(update(jobs).where(jobs.c.number == number).values(key=key))
            job = self._find(transaction.connection, jobs.c.number == number)
            assert job, "it was just added"
            return job, True

        job, new = self._transactions.write(work)
        if new:
            self._runner.submit(self._site.number(job.id) or 0)
        return job

    def _locked(self, transaction: Transaction, key: str) -> Job | None:
        """The job with this key; nobody else orders with it until the transaction is over."""
        if transaction.connection.dialect.name == "postgresql":  # SQLite has one writer anyway
            lock = func.pg_advisory_xact_lock(KEY_LOCKS, func.hashtext(key))
            transaction.connection.execute(select(lock))
        return self._find(transaction.connection, jobs.c.key == key)

    def _find(self, connection: Connection, which: ColumnElement[bool]) -> Job | None:
        row = connection.execute(select(jobs).where(which)).one_or_none()
        return None if row is None else job_of(self._site, row)
