"""Where the next page of a feed is. Pure.

A feed says it with a ``next`` link (RFC 5005), or with OpenSearch's totalResults, startIndex and itemsPerPage: then the
``start`` in its URL counts entries, from 1.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flowhost_plugins.viz_one.documents import Feed
from flowhost_plugins.viz_one.documents.link import joined

START_PARAMETER = "start"


def next_page(feed: Feed[Any], url: str) -> str | None:
    """The URL of the page after this one; None when it is the last.

    Args:
        feed: the page.
        url: where it was read.
    """
    link = feed.link("next")
    if link is not None:
        return joined(url, link.href)
    found = len(feed.entries)
    total, first = feed.total_results, feed.start_index
    if not found or total is None:
        return None
    first = 1 if first is None else first
    # the entries that came count, not itemsPerPage: it is what was asked for, and the server may give fewer
    following = first + found
    return with_start(url, following) if following <= total else None


def with_start(url: str, start: int) -> str:
    """The URL with this ``start`` in its query."""
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != START_PARAMETER]
    return urlunsplit(parts._replace(query=urlencode([*pairs, (START_PARAMETER, str(start))])))
