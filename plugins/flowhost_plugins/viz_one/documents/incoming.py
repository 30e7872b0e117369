"""Incomings: imports that a server was asked for."""

from __future__ import annotations

from flowhost_plugins.viz_one.documents.feed import Feed
from flowhost_plugins.viz_one.documents.transfer import Transfer


class Incoming(Transfer):
    """An import that was asked for. ``request_link`` leads to its transfer, some seconds after it was made."""


class IncomingCollection(Feed[Incoming]):
    """A feed of incomings."""

    entry_class = Incoming
