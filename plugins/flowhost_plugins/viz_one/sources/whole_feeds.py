"""Reading all pages of a feed that changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.documents import Feed

F = TypeVar("F", bound=Feed[Any])


def every_page(client: VizOne, url: str, feed_class: type[F]) -> Iterator[F]:
    """The pages of a feed; no entry is missed that is there from the beginning to the end.

    Servers cut pages by counting. Where entries go, those behind them move up, some of them to a page that was read
    before: as many such pages are read again as that may concern.

    Args:
        client: the server.
        url: the first page.
        feed_class: class of the pages.
    """
    done: list[tuple[str, int]] = []
    total = 0
    for page, here in client.pages(url, feed_class):
        now = page.total_results or 0
        gone = total - now
        for before, count in reversed(done):
            if gone <= 0:
                break
            yield client.read(feed_class, before)
            gone -= count
        yield page
        done.append((here, len(page.entries)))
        total = now
