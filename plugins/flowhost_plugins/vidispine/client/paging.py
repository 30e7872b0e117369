"""Lists that come in pages: from the first one on, or along a cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import flowhost
from flowhost_plugins.vidispine.documents import ListDocument

L = TypeVar("L", bound=ListDocument)
E = TypeVar("E")


def pages(
    ask: Callable[[dict[str, Any]], L], each: Callable[[L], Sequence[E]], first: int, number: int
) -> Iterator[E]:
    """The entries of all pages.

    A site may give fewer entries than were asked for, so the end is where `hits` says or where a page is empty.

    Args:
        ask: asks for the page with these parameters.
        each: the entries of a page.
        first: number of the first entry: 1, of files in a storage 0.
        number: entries to ask for at once.
    """
    seen = 0
    before: Sequence[E] = ()
    while True:
        page = ask({"first": first + seen, "number": number})
        entries = each(page)
        # what knows no pages gives everything, again and again
        if not entries or entries == before:
            return
        yield from entries
        before = entries
        seen += len(entries)
        if page.hits is not None and seen >= page.hits:
            return


def cursor_pages(
    ask: Callable[[dict[str, Any]], L], each: Callable[[L], Sequence[E]], number: int
) -> Iterator[E]:
    """The entries of all pages, along a cursor, which makes the last page as cheap as the first.

    Args:
        ask: asks for the page with these parameters.
        each: the entries of a page.
        number: entries to ask for at once.

    Raises:
        Unavailable: the site gave no cursor, but not everything.
    """
    cursor, seen = "*", 0
    while True:
        page = ask({"cursor": cursor, "number": number})
        entries = each(page)
        yield from entries
        seen += len(entries)
        if not entries or page.next_cursor == cursor:
            return
        if not page.next_cursor:
            if page.hits is not None and seen < page.hits:
                raise flowhost.Unavailable(
                    f"the site gave {seen} of {page.hits} entries and no cursor for the others; "
                    "cursors need Vidispine 4.16 or later"
                )
            return
        cursor = page.next_cursor
