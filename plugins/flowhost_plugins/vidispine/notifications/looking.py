"""Looking for what was not told, and handing it on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, wait
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.notifications.asking_more import AskingMore
from flowhost_plugins.vidispine.notifications.counts import Counts
from flowhost_plugins.vidispine.notifications.hearing import Hearing
from flowhost_plugins.vidispine.notifications.kinds import Kind
from flowhost_plugins.vidispine.notifications.polling import POLLED, happened
from flowhost_plugins.vidispine.notifications.telling import Filters, Told, is_wanted, names_of

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

OVERLAP = timedelta(minutes=2)
"""Asked again: what a site stamps and what it finds need not be one moment, and clocks differ."""

BATCH = 500
"""Found changes that are under way at once."""

UnderWay = list[tuple[flowhost.Event, Future[flowhost.Receipt]]]


class NoAnswer(Exception):
    """The site could not be asked."""


class Looking:
    """Finds what is not safe yet.

    Args:
        client: asks the site.
        hearing: makes the events, and knows those that are safe.
        kinds: what is wanted.
        filters: what is left of it.
        counts: of what was found.
    """

    def __init__(
        self, client: Client, hearing: Hearing, kinds: Iterable[Kind], filters: Filters, counts: Counts
    ) -> None:
        self._client, self._hearing, self._filters, self._counts = client, hearing, filters, counts
        wanted = [kind.key for kind in kinds]
        self._polled = [key for key in wanted if key in POLLED]
        self._more = AskingMore(client, wanted)

    def look(
        self, emit: flowhost.Emit, since: datetime, begin: datetime, until: datetime | None
    ) -> list[datetime]:
        """Hand on what happened and is not safe; return when that happened of which the site did not tell.

        With `until` this is to see whether the site tells; then only what it surely tells of is looked for.

        Args:
            emit: where events go.
            since: what happened before is known to be safe.
            begin: what happened before is never wanted.
            until: what happened later is not looked at; None: everything.

        Raises:
            Unavailable: an event is safe nowhere.
            RuntimeError: the daemon stops.
            NoAnswer, Refused, Conflicting: the site does not say.
        """
        under_way: UnderWay = []
        untold = []
        for made, when in self._unsafe(since, begin, until):
            if not self._hearing.has_told(made):
                untold.append(when)
            under_way.append((made, emit(made)))
            if len(under_way) >= BATCH:
                self._settle(under_way)
        self._settle(under_way)
        return untold

    def _unsafe(
        self, since: datetime, begin: datetime, until: datetime | None
    ) -> Iterator[tuple[flowhost.Event, datetime]]:
        try:
            for kind, told, when in self._happened(max(since - OVERLAP, begin), is_all=until is None):
                is_due = when >= begin and (until is None or when <= until)
                if is_due and is_wanted(kind, names_of(kind, told), told, self._filters):
                    made = self._hearing.event(kind, told)
                    if not self._hearing.has_safe(made):
                        yield made, when
        except flowhost.Unavailable as error:
            raise NoAnswer(str(error)) from error

    def _happened(self, since: datetime, *, is_all: bool) -> Iterator[tuple[Kind, Told, datetime]]:
        yield from happened(self._client, since, self._polled)
        if is_all:
            yield from self._more.happened(since)

    def _settle(self, under_way: UnderWay) -> None:
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
            self._hearing.is_safe(one)
        self._counts.found += len(under_way)
        under_way.clear()
