"""What is done with each event: claimed, worked on, settled; or tried again, and in the end parked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flowhost.delivery.keeping import Keeping
from flowhost.delivery.parcels import Parcel
from flowhost.delivery.retry_policy import RetryPolicy
from flowhost.delivery.tally import Failure, Tally
from flowhost.delivery.telling import told
from flowhost.errors import FlowhostError, StateUnavailable, TimedOut, Unavailable
from flowhost.parts import Clock, Receipt, Worker
from flowhost.pool.tasks import Again, end

log = logging.getLogger(__name__)

INTERRUPTED = "interrupted by shutdown"

FIRST_WAIT_SECONDS = 1.0  # for another process that handles the same event
LONGEST_WAIT_SECONDS = 30.0  # as long as the usual lease of a process that died with it


class Handling:
    """The handler (see `flowhost.pool.tasks.Handler`) of a daemon's pool.

    Args:
        worker: does the work.
        keeping: records what became of it; None in a daemon without a ledger.
        retry: when a failed event is tried again.
        tally: counts.
        clock: the time.
        leave: called for each parcel whose Future is about to complete.
        observe: called for each that came to its end with a receipt; None: nobody wants to know.
    """

    def __init__(
        self,
        worker: Worker,
        keeping: Keeping | None,
        *,
        retry: RetryPolicy,
        tally: Tally,
        clock: Clock,
        leave: Callable[[Parcel], None],
        observe: Callable[[Parcel], None] | None,
    ) -> None:
        self._worker = worker
        self._keeping = keeping
        self._retry = retry
        self._tally = tally
        self._clock = clock
        self._leave = leave
        self._observe = observe

    def admit(self, parcel: Parcel) -> Receipt | Again | None:
        """Claim the event."""
        answer = self._keeping.claim(parcel) if self._keeping else "ours"
        if answer == "ours":
            return None
        if answer == "handled":
            return Receipt("duplicate")
        if not parcel.waits:
            log.info("%s is being handled by another process; waiting for what comes of it", parcel.label)
        wait = min(FIRST_WAIT_SECONDS * 2 ** min(parcel.waits, 10), LONGEST_WAIT_SECONDS)
        parcel.waits += 1
        return Again(wait)

    def work(self, parcel: Parcel) -> Any:
        """Have the worker do it."""
        if parcel.rejection is not None:
            raise parcel.rejection
        return self._worker.work(parcel.event)

    def conclude(self, parcel: Parcel, value: Any) -> Receipt:
        """Settle the event. Whatever that takes, the work is not done again."""
        if self._keeping:
            self._keeping.settle(parcel)
        log.debug("%s is done after %.2f s of work", parcel.label, parcel.seconds)
        return Receipt("done", value)

    def failed(self, parcel: Parcel, error: BaseException) -> Receipt | Again:
        """Try again later, or make it a dead letter; or leave it to who can ask again."""
        asks_again = isinstance(error, Unavailable) and parcel.is_asked_again
        delay = None if asks_again else self._retry.delay(parcel.attempt, error)
        self._tally.failed(
            Failure(self._clock.now(), parcel.label, told(error)),
            parcel.seconds,
            retried=delay is not None,
            timed_out=isinstance(error, TimedOut),
        )
        if asks_again:
            raise error
        if delay is None:
            return self._bury(parcel, error)
        log.warning(
            "%s failed (try %d of %d), next try in %.1f s: %s",
            parcel.label, parcel.attempt, self._retry.attempts, delay, told(error),
            exc_info=_traceback(error) if log.isEnabledFor(logging.DEBUG) else None,  # the last try shows it anyway
        )  # fmt: skip
        parcel.attempt += 1
        return Again(delay)

    def ending(self, parcel: Parcel, receipt: Receipt | None, error: BaseException | None) -> None:
        """Count it, and let the next copy of the event be an event of its own."""
        try:
            self._account(parcel, receipt, error)
        finally:
            self._leave(parcel)  # else a second copy of the event would join this one for ever

    def finished(self, parcel: Parcel) -> None:
        """Tell the observer."""
        if self._observe and parcel.receipt:
            self._observe(parcel)

    def _account(self, parcel: Parcel, receipt: Receipt | None, error: BaseException | None) -> None:
        if error is not None:  # said before it is counted: who sees the count finds the line
            log.error(
                "%s is neither done nor kept; its source is told not to acknowledge it: %s",
                parcel.label, told(error), exc_info=_traceback(error),
            )  # fmt: skip
        done = receipt is not None and receipt.outcome == "done"
        self._tally.ended(receipt, parcel.seconds if done else 0.0)  # of a failure they are counted
        if error is not None and self._keeping:
            self._keeping.release(parcel)

    def put_aside(self, parcels: list[Parcel]) -> None:
        """Keep interrupted parcels for the next start; once the ledger has failed, no more is asked of it."""
        unkept: FlowhostError | None = None
        if self._keeping is None:
            unkept = Unavailable(f"{INTERRUPTED}, and there is no ledger to keep it in")
        for parcel in parcels:
            receipt: Receipt | None = None
            error: Exception | None = unkept
            if self._keeping and not unkept:
                try:
                    receipt = self._kept(parcel, self._keeping)
                except StateUnavailable as down:
                    error = unkept = down
                except Exception as failure:  # noqa: BLE001 - a ledger is a stranger's code; the next may be kept
                    error = failure
            try:
                end(self, parcel, receipt, error)
            except Exception:  # an observer is a stranger's code; the others are kept all the same
                log.exception("an observer of %s failed", parcel.label)

    def _kept(self, parcel: Parcel, keeping: Keeping) -> Receipt:
        receipt = keeping.keep_waiting(parcel, error=INTERRUPTED, attempts=parcel.attempt - 1)
        log.warning("%s was %s; it is letter %s now", parcel.label, INTERRUPTED, receipt.letter)
        return receipt

    def _bury(self, parcel: Parcel, error: BaseException) -> Receipt:
        if self._keeping is None:
            raise error
        text = told(error)
        number = self._keeping.park(parcel, state="dead", error=text, attempts=parcel.attempt)
        tries = "1 try" if parcel.attempt == 1 else f"{parcel.attempt} tries"
        log.error(
            "%s failed after %s and is dead letter %d: %s",
            parcel.label, tries, number, text, exc_info=_traceback(error),
        )  # fmt: skip
        return Receipt("parked", letter=number, error=text)


def _traceback(error: BaseException) -> BaseException | None:
    """A traceback helps only where a stranger's code failed; our errors say all in their sentence."""
    return None if isinstance(error, FlowhostError) and error.__cause__ is None else error
