"""Events out of what is told or found, each with the id that a second try of it has, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.notifications.groups import Groups
from flowhost_plugins.vidispine.notifications.kinds import Kind
from flowhost_plugins.vidispine.notifications.remembering import Remembered
from flowhost_plugins.vidispine.notifications.repeats import Repeats
from flowhost_plugins.vidispine.notifications.telling import (
    Told,
    event,
    fields_in,
    fingerprint,
    identity,
    is_unique,
    mark_names,
    names_of,
)

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.resource import Vidispine

REMEMBERED = 100_000
"""Ids of events that are remembered, to know what was told already."""


class Hearing:
    """Makes the events; called in several threads at once.

    Args:
        library: the site.
        clock: the time.
        repeats: knows what came before, where a body does not say which it is.
    """

    def __init__(self, library: Vidispine, clock: flowhost.Clock, repeats: Repeats) -> None:
        self._library, self._clock, self._repeats = library, clock, repeats
        self._source = library.notification_client.settings.base
        self._groups = Groups(library, clock)
        self._told, self._safe = Remembered(REMEMBERED), Remembered(REMEMBERED)  # ids of events

    def event(self, kind: Kind, told: Told) -> flowhost.Event:
        """The event of something.

        Raises:
            Unavailable: what must be asked or kept for it cannot be now.
        """
        changed = fields_in(told) if kind.key == "metadata-modify" else ()
        return event(
            kind,
            names_of(kind, told),
            told,
            id_=self._id(kind, told),
            source=self._source,
            mark=self._mark(kind, told),
            time=self._clock.now(),
            paths=self._groups.paths(changed),
        )

    def was_told(self, made: flowhost.Event) -> None:
        """The site told of this event."""
        self._told.add(made.id or "")

    def is_safe(self, made: flowhost.Event) -> None:
        """This event need not be looked for."""
        self._safe.add(made.id or "")

    def has_told(self, made: flowhost.Event) -> bool:
        """Whether the site told of it."""
        return (made.id or "") in self._told

    def has_safe(self, made: flowhost.Event) -> bool:
        """Whether it is done or kept."""
        return (made.id or "") in self._safe

    def _id(self, kind: Kind, told: Told) -> str:
        """What a second try of the same notification is known by."""
        known = identity(kind, told)
        if known is not None:
            return known
        made = fingerprint(kind, told)
        return made if is_unique(told) else self._repeats.id_of(made)

    def _mark(self, kind: Kind, told: Told) -> str:
        if marked := next(iter(told.get("flowhost_mark", ())), ""):
            return marked
        names = mark_names(kind, told)
        return self._library.mark_of(*names) if names else ""
