"""The events that a journal kept, read in pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import flowhost
from flowhost_plugins.rules.journal import Journal


def kept_events(journal: Journal, since: datetime, item: str | None = None) -> Iterator[flowhost.Event]:
    """Events kept since a moment, the oldest first: all, or those about one item."""
    after = 0
    while page := journal.events(since=since, item=item, after=after):
        yield from (event for _, event in page)
        after = page[-1][0]
