"""The face of what happens: its names, and the marks of what is changed from here."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flowhost_plugins.vidispine.marks import marked
from flowhost_plugins.vidispine.notifications.kinds import NAMES
from flowhost_plugins.vidispine.opened import Opened


class NotificationMethods(Opened):
    """What the library can tell of, and what its own changes are made for."""

    def notification_names(self) -> frozenset[str]:
        """See `flowhost.MediaLibrary`."""
        return frozenset(NAMES)

    def marked(self, mark: str) -> AbstractContextManager[None]:
        """See `flowhost.MediaLibrary`. Vidispine keeps marks of jobs only; see `marks` for those of other changes."""
        return marked(mark)
