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
from flowhost_plugins.vidispine.notifications.position import Position
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

    Attributes:
        more: asks for kinds that not every site tells of, or can be asked for.
    """

    def __init__(
        self, client: Client, hearing: Hearing, kinds: Iterable[Kind], filters: Filters, counts: Counts
    ) -> None:
        self._client, self._hearing, self._filters, self._counts = client, hearing, filters, counts
        wanted = [kind.key for kind in kinds]
        self._polled = [key for key in wanted if key in POLLED]
        self.more = AskingMore(client, wanted)

    def look(
        self, emit: flowhost.Emit, position: Position, begin: datetime, until: datetime | None
    ) -> list[datetime]:
        """Hand on what happened and is not safe; return when that happened of which the site surely tells, but did not.

        With `until` this is to see whether the site tells; then only that is looked for, and kinds that are behind.

        Args:
            emit: where events go.
            position: what happened before is known to be safe.
            begin: what happened before is never wanted.
            until: of that, what happened later is not looked at; None: everything.

        Raises:
            Unavailable: an event is safe nowhere.
            RuntimeError: the daemon stops.
            NoAnswer, Refused, Conflicting: the site does not say.
        """
        under_way: UnderWay = []
        untold = []
        for kind, made, when in self._unsafe(position, begin, until):
            if kind.key in self._polled and not self._hearing.has_told(made):
                untold.append(when)
            under_way.append((made, emit(made)))
            if len(under_way) >= BATCH:
                self._settle(under_way)
        self._settle(under_way)
        return untold

    def _unsafe(
        self, position: Position, begin: datetime, until: datetime | None
    ) -> Iterator[tuple[Kind, flowhost.Event, datetime]]:
        try:
            for kind, told, when in self._happened(position, begin, is_all=until is None):
                is_late = until is not None and when > until and kind.key in self._polled
                if (
                    when >= begin
                    and not is_late
                    and is_wanted(kind, names_of(kind, told), told, self._filters)
                ):
                    made = self._hearing.event(kind, told)
                    if not self._hearing.has_safe(made):
                        yield kind, made, when
        except flowhost.Unavailable as error:
            raise NoAnswer(str(error)) from error

    def _happened(
        self, position: Position, begin: datetime, *, is_all: bool
    ) -> Iterator[tuple[Kind, Told, datetime]]:
        since = max(position.seen - OVERLAP, begin)
        yield from happened(self._client, since, self._polled)
        behind = {key: max(moment - OVERLAP, begin) for key, moment in position.behind.items()}
        yield from self.more.happened((dict.fromkeys(self.more.keys, since) if is_all else {}) | behind)

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
