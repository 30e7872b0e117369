"""What the methods of a journal stand on: its database, and the parts that work on it while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost

if TYPE_CHECKING:
    from flowhost_plugins.rules.journal.opening import Parts


class Opened:
    """A journal, as its methods see it."""

    _sql: flowhost.SqlDatabase
    _opened: Parts | None = None

    @property
    def location(self) -> str:
        """Where the journal is, for people: a file, or a URL without its password."""
        return self._sql.location

    @property
    def _parts(self) -> Parts:
        if self._opened is None:
            raise flowhost.StateUnavailable(f"the journal {self.location} is not open (any more)")
        return self._opened
