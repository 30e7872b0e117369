"""The life of the source: being told, and asking when that does not work; both give each event once."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client.errors import Conflicting, Refused
from flowhost_plugins.vidispine.documents import found_time, write_time
from flowhost_plugins.vidispine.notifications.counts import Counts
from flowhost_plugins.vidispine.notifications.kinds import Kind, kinds_for
from flowhost_plugins.vidispine.notifications.polling import POLLED, happened
from flowhost_plugins.vidispine.notifications.registering import Wish, register
from flowhost_plugins.vidispine.notifications.telling import (
    Told,
    event,
    fingerprint,
    identity,
    is_unique,
    is_wanted,
    mark_names,
    names_of,
)

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.resource import Vidispine

REMEMBERED = 100_000
"""Ids of events that are remembered, to know what was told already."""

SAME_SECONDS = 600.0
"""Equal bodies without a number of their own within this time are one notification that was tried again."""

LATE = timedelta(seconds=60)
"""How long a notification may take before its absence means that none comes."""

CHECK_EVERY = 10
"""While the site tells, it is asked once in so many polling intervals whether it tells everything."""

OVERLAP = timedelta(seconds=30)
"""Asked again: what a site stamps and what it finds need not be one moment, and clocks differ."""

BATCH = 500
"""Found changes that are under way at once."""

UNSEEN = "which does not find deletions, nor changes of collections, access, shapes, storages and files"

log = logging.getLogger(__name__)


class Following:
    """One run of the source.

    Args:
        library: the site.
        wish: how it shall tell, and what.
        clock: the time.
        notes: keeps how far this has come; None: nowhere.
        counts: of what was heard.
    """

    def __init__(
        self,
        library: Vidispine,
        wish: Wish,
        clock: flowhost.Clock,
        notes: flowhost.Store | None,
        counts: Counts,
    ) -> None:
        self._library, self.wish, self._clock = library, wish, clock
        self._notes = notes
        self.counts = counts
        self.kinds = kinds_for(wish.filters.names)
        self._client = library.notification_client
        self._lock = threading.Lock()
        self._safe: OrderedDict[str, None] = OrderedDict()  # ids of events that need not come again
        self._first: OrderedDict[str, tuple[float, str]] = OrderedDict()  # fingerprint → when it first came
        self._started = self._clock.now()
        self._begin = self._since = self._position() or self._started
        self._refused: dict[str, str] = {}
        self._rounds = self._told_before = 0

    # -- told

    def made(self, kind: Kind, told: Told) -> flowhost.Event | None:
        """The event of what a site told; None when it is not wanted."""
        names = names_of(kind, told)
        if not is_wanted(kind, names, told, self.wish.filters):
            return None
        with self._lock:
            self.counts.told += 1
        return self._event(kind, names, told)

    def is_safe(self, made: flowhost.Event) -> None:
        """This event need not be looked for."""
        with self._lock:
            self._safe[made.id or ""] = None
            while len(self._safe) > REMEMBERED:
                self._safe.popitem(last=False)

    def _event(self, kind: Kind, names: tuple[str, ...], told: Told) -> flowhost.Event:
        return event(
            kind,
            names,
            told,
            id_=self._id(kind, told),
            source=self._client.settings.base,
            mark=self._mark(kind, told),
            time=self._clock.now(),
        )

    def _id(self, kind: Kind, told: Told) -> str:
        """What a second try of the same notification is known by."""
        known = identity(kind, told)
        if known is not None:
            return known
        made = fingerprint(kind, told)
        if is_unique(told):
            return made
        now = self._clock.monotonic()
        with self._lock:
            while self._first and now - next(iter(self._first.values()))[0] > SAME_SECONDS:
                self._first.popitem(last=False)
            _, stamp = self._first.setdefault(made, (now, f"{self._clock.now().timestamp():.3f}"))
        return f"{made}:{stamp}"

    def _mark(self, kind: Kind, told: Told) -> str:
        if marked := next(iter(told.get("flowhost_mark", ())), ""):
            return marked
        names = mark_names(kind, told)
        return self._library.mark_of(*names) if names else ""

    # -- asked

    def follow(
        self, emit: flowhost.Emit, stop: threading.Event, interval: float, check: Callable[[], object]
    ) -> None:
        """Register, and ask now and then, until `stop` is set.

        Args:
            emit: where events go.
            stop: ends it.
            interval: seconds between two questions when the site does not tell.
            check: called now and then; what it raises ends this.

        Raises:
            Unavailable: an event that was found is safe nowhere.
        """
        self._keep(self._begin)
        self._register()
        if self._started - self._begin > LATE + timedelta(seconds=interval):
            log.info("asking what happened since %s, when this daemon last listened", write_time(self._begin))
            self._ask(emit, is_patient=False)
        while not self._clock.wait(stop, interval):
            check()
            self._rounds += 1
            is_time = self._rounds % CHECK_EVERY == 0
            if is_time or not self.counts.registered:
                self._register()
            if self.counts.polling or is_time:
                self._ask(emit, is_patient=not self.counts.polling)
            else:
                self._keep(self._clock.now() - LATE)

    def _register(self) -> None:
        try:
            outcome = register(self._client, self.kinds, self.wish)
        except flowhost.Unavailable as error:
            self._be_deaf(str(error))
            return
        if len(outcome.refused) == len(self.kinds):
            self._be_deaf(next(iter(outcome.refused.values())))
            return
        if outcome.refused != self._refused:
            for key, why in outcome.refused.items():
                log.warning("notifications of %s cannot be registered: %s", key, why)
        self._refused = outcome.refused
        was, self.counts.registered = self.counts.registered, True
        if not was or outcome.made or outcome.mended or outcome.removed:
            log.info("notifications at %s: %s", self._client.settings.base, outcome)
        if not was:
            self._be_told("notifications are registered")

    def _be_deaf(self, why: str) -> None:
        if not self.counts.polling:
            log.warning(
                "no notifications can be registered (%s); asking for changes instead, %s", why, UNSEEN
            )
        self.counts.registered, self.counts.polling = False, True

    def _be_told(self, why: str) -> None:
        if self.counts.polling:
            log.info("being told of changes again: %s", why)
        self.counts.polling = False

    def _ask(self, emit: flowhost.Emit, *, is_patient: bool) -> None:
        """Look for what was not told. Being patient, leave what is younger than its notification may take.

        Raises:
            Unavailable: an event is safe nowhere.
        """
        begun, missed = self._clock.now(), 0
        until = begun - LATE if is_patient else None
        under_way: list[tuple[flowhost.Event, Future[flowhost.Receipt]]] = []
        try:
            for made, when in self._missed(until):
                under_way.append((made, emit(made)))
                missed += when >= self._started
                if len(under_way) >= BATCH:
                    self._settle(under_way)
            self._settle(under_way)
        except RuntimeError:  # the daemon stops: what is not safe is found again at the next start
            return
        except (Refused, Conflicting, NoAnswer) as error:
            log.warning("cannot ask what changed: %s", error)
            return
        self._judge(missed if is_patient else 0)
        self._since = until or begun
        self._keep(self._since)

    def _missed(self, until: datetime | None) -> Iterator[tuple[flowhost.Event, datetime]]:
        """What was not told, and when it happened.

        Raises:
            NoAnswer, Refused: the site does not say.
        """
        polled = [kind.key for kind in self.kinds if kind.key in POLLED]
        try:
            for kind, told, when in happened(self._client, self._since - OVERLAP, polled):
                names = names_of(kind, told)
                is_due = when >= self._begin and (until is None or when <= until)
                if is_due and is_wanted(kind, names, told, self.wish.filters):
                    made = self._event(kind, names, told)
                    if made.id not in self._safe:
                        yield made, when
        except flowhost.Unavailable as error:
            raise NoAnswer(str(error)) from error

    def _settle(self, under_way: list[tuple[flowhost.Event, Future[flowhost.Receipt]]]) -> None:
        """Wait until all of these are safe.

        Raises:
            Unavailable: one is safe nowhere.
        """
        wait([future for _, future in under_way])
        failed = [one for one, future in under_way if future.cancelled() or future.exception() is not None]
        if failed:
            raise flowhost.Unavailable(
                f"{len(failed)} changes of {self._client.settings.base} are safe nowhere"
            )
        for one, _ in under_way:
            self.is_safe(one)
        self.counts.found += len(under_way)
        under_way.clear()

    def _judge(self, missed: int) -> None:
        """Ask more often when the site did not tell of something; less often once it tells."""
        told, self._told_before = self.counts.told - self._told_before, self.counts.told
        if missed:
            log.warning(
                "%d changes were not told of: %s does not reach %s; asking for changes instead, %s",
                missed,
                self._client.settings.base,
                self.wish.base,
                UNSEEN,
            )
            self.counts.polling = True
        elif self.counts.registered and told:
            self._be_told("notifications arrive")

    # -- how far

    @property
    def _key(self) -> str:
        return f"vidispine-notifications/{self.wish.daemon}"

    def _position(self) -> datetime | None:
        """Until when all is known to have been told or found; as this process knows it, or the one before it."""
        if self.counts.seen is not None:
            return self.counts.seen
        value = self._notes.get(self._key) if self._notes else None
        return found_time(value.get("seen")) if isinstance(value, dict) else None

    def _keep(self, seen: datetime) -> None:
        self.counts.seen = seen
        if self._notes:
            self._notes.put(self._key, {"seen": write_time(seen)})


class NoAnswer(Exception):
    """The site could not be asked."""
