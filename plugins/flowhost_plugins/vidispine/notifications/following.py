"""The life of the source: being told, and asking when that does not work; both give each event once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client.errors import Conflicting, Refused
from flowhost_plugins.vidispine.documents import write_time
from flowhost_plugins.vidispine.notifications.counts import Counts
from flowhost_plugins.vidispine.notifications.hearing import Hearing
from flowhost_plugins.vidispine.notifications.kinds import Kind, kinds_for
from flowhost_plugins.vidispine.notifications.looking import OVERLAP, Looking, NoAnswer
from flowhost_plugins.vidispine.notifications.position import Position
from flowhost_plugins.vidispine.notifications.registering import Wish, register
from flowhost_plugins.vidispine.notifications.repeats import Repeats
from flowhost_plugins.vidispine.notifications.telling import Told, is_wanted, names_of

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.resource import Vidispine

LATE = timedelta(seconds=60)
"""How long a notification may take before its absence means that none comes."""

CHECK_EVERY = 10
"""While the site tells, it is asked once in so many polling intervals whether it tells everything."""

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
        self.wish, self.counts, self._clock = wish, counts, clock
        self.kinds = kinds_for(wish.filters.names)
        self._client = library.notification_client
        self._lock = threading.Lock()
        key = f"vidispine-notifications/{wish.daemon}"
        self._repeats = Repeats(clock, notes, f"{key}/told/")
        self._hearing = Hearing(library, clock, self._repeats)
        self._looking = Looking(self._client, self._hearing, self.kinds, wish.filters, counts)
        self._started = clock.now()
        self._position = Position(counts, notes, key, self._started)
        # a site whose clock is behind stamps what happens after the position with times before it
        self._begin = self._started if self._position.is_new else self._position.first - OVERLAP
        self._refused: dict[str, str] = {}
        self._left: dict[str, str] = {}
        self._rounds = self._told_before = 0

    # -- told

    def made(self, kind: Kind, told: Told) -> flowhost.Event | None:
        """The event of what a site told; None when it is not wanted.

        Raises:
            Unavailable: what must be asked or kept for it cannot be now.
        """
        if not is_wanted(kind, names_of(kind, told), told, self.wish.filters):
            return None
        made = self._hearing.event(kind, told)
        self._hearing.was_told(made)
        with self._lock:
            self.counts.told += 1
        return made

    def is_safe(self, made: flowhost.Event) -> None:
        """This event need not be looked for."""
        self._hearing.is_safe(made)

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
            Unavailable: an event that was found is safe nowhere, or how far this has come cannot be kept.
        """
        self._position.keep()
        self._register()
        if not self._position.is_new:
            log.info("asking what happened since %s", write_time(self._position.seen))
            self._ask(emit, is_patient=False)
        while not self._clock.wait(stop, interval):
            check()
            self._repeats.forget()
            self._rounds += 1
            is_time = self._rounds % CHECK_EVERY == 0
            if is_time or not self.counts.registered:
                self._register()
            if self.counts.polling or is_time:
                self._ask(emit, is_patient=not self.counts.polling)

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
        if outcome.left != self._left:
            for id_, why in outcome.left.items():
                log.warning("the notification %s, which is not needed any more, stays: %s", id_, why)
        self._refused, self._left = outcome.refused, outcome.left
        was, self.counts.registered = self.counts.registered, True
        if was and outcome.mended:
            log.warning(
                "somebody changed notifications of this daemon: does another one of the name %r run?",
                self.wish.daemon,
            )
        if not was or outcome.made or outcome.mended or outcome.removed:
            log.info("notifications at %s: %s", self._client.settings.base, outcome)
        if not was:
            self._be_registered()

    def _be_registered(self) -> None:
        if self.counts.polling:  # what was made after the last question was told to nobody
            self._position.stay_behind(self._looking.more.keys)
        self._be_told("notifications are registered")

    def _be_deaf(self, why: str) -> None:
        if not self.counts.polling:
            log.warning(
                "no notifications can be registered (%s); asking for changes instead, %s",
                why,
                self._looking.more.in_words(),
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
        begun = self._clock.now()
        until = begun - LATE if is_patient else None
        try:
            untold = self._looking.look(emit, self._position, self._begin, until)
        except RuntimeError:  # the daemon stops: what is not safe is found again at the next start
            return
        except (Refused, Conflicting, NoAnswer) as error:
            log.warning("cannot ask what changed: %s", error)
            return
        self._judge(sum(when >= self._started for when in untold) if is_patient else 0)
        self._position.go_on(until or begun, self._looking.more.skipped)

    def _judge(self, missed: int) -> None:
        """Ask more often when the site did not tell of something; less often once it tells."""
        told, self._told_before = self.counts.told - self._told_before, self.counts.told
        if missed:
            log.warning(
                "%d change%s not told of: %s does not reach %s; asking for changes instead, %s",
                missed,
                " was" if missed == 1 else "s were",
                self._client.settings.base,
                self.wish.shown_base,
                self._looking.more.in_words(),
            )
            self.counts.polling = True
        elif self.counts.registered and told:
            self._be_told("notifications arrive")
