"""How a daemon's events get from their sources to its worker, and none is lost on the way."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from flowhost.delivery.handling import Handling
from flowhost.delivery.in_flight import InFlight
from flowhost.delivery.keeping import Keeping
from flowhost.delivery.parcels import Parcel, parsed
from flowhost.delivery.patience import Patience
from flowhost.delivery.redelivery import POLL_SECONDS, Redelivery
from flowhost.delivery.retry_policy import RetryPolicy
from flowhost.delivery.tally import DeliveryStats, Failure, Tally
from flowhost.errors import ConfigError
from flowhost.parts import Clock, DaemonInfo, Emit, Event, Job, Parser, Receipt, Worker
from flowhost.pool import Pool, PoolClosedError
from flowhost.pool.job_numbers import next_job_number
from flowhost.pool.tasks import end
from flowhost.roles import Ledger, Letter

__all__ = ["Delivery", "DeliveryStats", "Drained", "Failure", "RetryPolicy"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drain did.

    Args:
        interrupted: the events that did not come to their end in time; what the ledger could keep of them is
            delivered at the next start.
    """

    interrupted: list[Event]


@dataclass(frozen=True, slots=True)
class _Route:
    source: str
    parser: Parser | None
    journal: bool = False


class Delivery:
    """Takes events from sources to the worker.

    An event is parsed in its source's thread and queued; `emit` blocks while `workers` + `backlog` events
    are inside. A worker thread claims it by its id, has the worker do it, and records it as handled; only
    then its Future completes. A failure is tried again as `retry` says, keeping its key; in the end the event
    as it was emitted becomes a dead letter, and counts as handled by that.

    An event with a key is taken in only when the letters that waited at the start are in the pool: some may be
    of its key, interrupted when the daemon stopped, and older.

    While the ledger is down nothing is acknowledged and nothing new is taken in; work that was done waits to
    be recorded and is not done again.

    Without a ledger ids mean nothing beyond what is being worked on, and an event that failed for good fails
    its Future.

    Args:
        worker: does the work.
        ledger: records it; None for a daemon that keeps no state.
        info: the daemon.
        workers: how many events are worked on at once.
        backlog: how many more may wait.
        timeout: seconds the worker may take for one event; 0 for no limit.
        retry: when failed events are tried again.
        clock: the time.
        finished: called for each event that came to its end with a receipt; what it raises is logged.
        poll: seconds between two looks for letters that wait in the ledger.
    """

    def __init__(
        self,
        worker: Worker,
        ledger: Ledger | None,
        *,
        info: DaemonInfo,
        workers: int = 1,
        backlog: int = 100,
        timeout: float = 60.0,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008  # immutable
        clock: Clock,
        finished: Callable[[Job], None] | None = None,
        poll: float = POLL_SECONDS,
    ) -> None:
        if backlog < 0:
            raise ValueError(f"the backlog is {backlog}, expected 0 or more events")
        self._daemon = info.name
        self._tally = Tally()
        self._routes: dict[str, _Route] = {}
        self._in_flight = InFlight()
        self._state = "new"
        cut = threading.Event()
        self._patience = Patience(daemon=info.name, cut=cut, clock=clock)
        self._keeping = (
            Keeping(ledger, daemon=info.name, patience=self._patience, clock=clock) if ledger else None
        )
        self._handling = Handling(
            worker,
            self._keeping,
            retry=retry,
            tally=self._tally,
            clock=clock,
            leave=self._in_flight.leave,
            observe=finished,
        )
        self._pool: Pool[Parcel] = Pool(
            self._handling,
            daemon=info.name,
            size=workers,
            capacity=workers + backlog,
            timeout=timeout,
            clock=clock,
            cut=cut,
        )
        self._redelivery = (
            Redelivery(self._keeping, self._redeliver, clock=clock, poll=poll) if self._keeping else None
        )

    def emitter(self, source: str, parser: Parser | None = None, *, journal: bool = False) -> Emit:
        """The `emit` for one source.

        Args:
            source: its name, by which its events find their parser when they are delivered from the ledger.
            parser: makes the payload a value; an event it does not take becomes a dead letter.
            journal: keep each event in the ledger at once and deliver it from there: its Future completes
                before the work begins.

        Raises:
            ConfigError: it should journal, and there is no ledger.
        """
        if journal and self._keeping is None:
            raise ConfigError(
                f"source {source!r} journals its events, but daemon {self._daemon!r} has no ledger for them; "
                "give it one, or switch the journal off"
            )
        route = self._routes[source] = _Route(source, parser, journal)
        return functools.partial(self._emit, route)

    def start(self) -> None:
        """Start the threads."""
        self._state = "started"
        self._pool.start()
        if self._redelivery:
            self._redelivery.start()

    def drain(self, timeout: float | None) -> Drained:
        """Take no more events, finish those inside, keep what is left in the ledger, end the threads.

        Args:
            timeout: seconds for finishing; None for as long as it takes.
        """
        self._state = "draining"
        self._patience.close()
        if self._redelivery:
            self._redelivery.stop()
        interrupted = self._pool.drain(timeout)
        if self._redelivery:
            self._redelivery.join()
        self._handling.put_aside(interrupted)
        return Drained([parcel.raw for parcel in interrupted])

    @property
    def ready(self) -> bool:
        """Whether events are taken in."""
        return self._state == "started" and self._patience.degraded is None

    @property
    def idle(self) -> bool:
        """Whether nothing is inside, and no letter waits in the ledger for its delivery.

        True means the work is done once no source emits any more.
        """
        if self._redelivery and not self._redelivery.idle:  # asked first: letters go from there into the pool
            return False
        pool = self._pool.stats()
        return not (pool.running or pool.queued or pool.delayed)

    def alive(self) -> bool:
        """Whether the threads live; what a watchdog wants to know."""
        return self._pool.alive()

    def stats(self) -> DeliveryStats:
        """Counts, and how things stand."""
        pool = self._pool.stats()
        return self._tally.stats(
            running=pool.running,
            queued=pool.queued,
            delayed=pool.delayed,
            hung=pool.hung,
            degraded=self._patience.degraded,
        )

    def _emit(self, route: _Route, event: Event) -> Future[Receipt]:
        self._patience.hold()
        if event.key is not None and self._redelivery and not route.journal:
            self._redelivery.hold()
        if self._state == "draining":
            raise PoolClosedError(f"daemon {self._daemon!r} is stopping and takes no more events")
        parcel = self._parcel(route, event)
        if (first := self._in_flight.join(parcel)) is not None:
            log.info("%s is inside already: this copy of it is not done again", parcel.label)
            return first
        self._tally.emitted()
        try:
            if route.journal:
                self._journal(parcel)
            else:
                self._pool.submit(parcel)
        except PoolClosedError as error:
            self._in_flight.leave(parcel)
            parcel.fail(error)  # for whoever joined this one meanwhile
            raise
        return parcel.future

    def _parcel(self, route: _Route, event: Event, letter: Letter | None = None) -> Parcel:
        """The event as the worker gets it, with what is needed to conclude it."""
        event_parsed, rejection = parsed(event, None if route.journal and letter is None else route.parser)
        return Parcel(
            next_job_number(),
            self._daemon,
            event_parsed,
            source=route.source,
            raw=event,
            rejection=rejection,
            letter=letter,
        )

    def _journal(self, parcel: Parcel) -> None:
        assert self._keeping, "emitter() refuses to journal without a ledger"
        assert self._redelivery, "where there is a ledger, letters are delivered from it"
        try:
            receipt = self._keeping.keep_waiting(parcel)
        except Exception as error:  # noqa: BLE001 - whatever a ledger raises, the source must know of it
            end(self._handling, parcel, None, error)
            return
        self._in_flight.leave(parcel)
        if receipt.outcome == "duplicate":
            self._tally.ended(receipt)
        else:
            self._tally.journalled()
        parcel.complete(receipt)
        if receipt.outcome != "duplicate":
            self._redelivery.wake()

    def _redeliver(self, letter: Letter) -> None:
        route = self._routes.get(letter.source)
        if route is None:
            log.warning(
                "letter %d is from source %r, which daemon %r has no more: it is delivered without a parser",
                letter.number, letter.source, self._daemon,
            )  # fmt: skip
            route = _Route(letter.source, None)
        self._pool.submit(self._parcel(route, letter.event, letter))
