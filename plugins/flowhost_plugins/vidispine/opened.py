"""What every part of the resource's face stands on: the client, and the notes it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client.known import Known
from flowhost_plugins.vidispine.items.last_read import LastRead
from flowhost_plugins.vidispine.marks import Marks

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


class Opened:
    """Something with a client for a site, which answers once it is open.

    Args:
        client: speaks with the site.
        notes: where this library keeps what the site has no place for; None: nowhere.
        clock: the time.
    """

    def __init__(self, client: Client, notes: flowhost.Store | None, clock: flowhost.Clock) -> None:
        self._client = client
        self._kept = notes
        self._clock = clock
        self._marks = Marks(clock, client.settings.base, notes)
        self._facts = Known(clock)
        self._last_read = LastRead()

    @property
    def _notes(self) -> flowhost.Store:
        """The store for notes.

        Raises:
            Permanent: there is none.
        """
        if self._kept is None:
            raise flowhost.Permanent(
                "[Vidispine] has no 'notes', so nothing can be kept that must be withdrawn or deleted later; "
                "name a store, e.g. the resource 'database'"
            )
        return self._kept
