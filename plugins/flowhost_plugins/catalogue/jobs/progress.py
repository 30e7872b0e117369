"""How far a job is: kept now and then, and with it a look whether somebody wants it to stop."""

from __future__ import annotations

import threading

from sqlalchemy import select

from flowhost_plugins.catalogue.database.schema import jobs
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.jobs.jobs import change

EVERY = 0.5
"""Seconds between two entries in the database."""


class Stopped(Exception):
    """The job shall not go on."""


class Progress:
    """Counts the bytes of one job.

    Args:
        transactions: the database.
        number: of the job.
        owner: whose it is.
        stop: set when the job shall stop.
    """

    def __init__(self, transactions: Transactions, number: int, owner: str, stop: threading.Event) -> None:
        self._transactions = transactions
        self._number = number
        self._owner = owner
        self._stop = stop
        self._done = 0
        self._total = 0
        self._kept = transactions.clock.monotonic()

    def expect(self, size: int) -> None:
        """So many bytes will be counted from now on; begins anew."""
        self._done, self._total = 0, size

    def advance(self, size: int) -> None:
        """Count bytes.

        Raises:
            Stopped: the job shall not go on.
        """
        self._done += size
        if self._stop.is_set():
            raise Stopped
        now = self._transactions.clock.monotonic()
        if now - self._kept >= EVERY:
            self._kept = now
            if not self._transactions.write(self._keep):
                raise Stopped

    def _keep(self, transaction: Transaction) -> bool:
        """Keep how far we are; return whether the job may go on."""
        share = min(99.9, 100 * self._done / self._total) if self._total else 0.0
        if not change(transaction, self._number, self._owner, progress=share):
            return False
        wanted = select(jobs.c.cancelled).where(jobs.c.number == self._number)
        return not transaction.connection.execute(wanted).scalar_one()
