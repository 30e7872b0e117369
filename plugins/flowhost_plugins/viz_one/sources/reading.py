"""What a message of Viz One holds: an entry, a feed, a tombstone; or nothing but headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import flowhost
from flowhost_plugins.viz_one.client import NotFound, VizOne
from flowhost_plugins.viz_one.documents import Document, DocumentError, Entry, Feed, Tombstone
from flowhost_plugins.viz_one.documents.feed import DELETED, tombstone_of
from flowhost_plugins.viz_one.documents.link import joined

E = TypeVar("E", bound=Entry)

EXPECTED = "expected an Atom entry, a feed or a tombstone"


@dataclass(frozen=True, slots=True)
class Found(Generic[E]):
    """One thing that a message tells of.

    Args:
        entry: what it is now; None when it is gone.
        body: the entry's bytes, where it came alone.
        gone: what is left of it.
    """

    entry: E | None = None
    body: bytes | None = None
    gone: Tombstone | None = None


def read_message(
    message: flowhost.Message, client: VizOne, feed_class: type[Feed[E]], base: str
) -> Iterator[Found[E]]:
    """What a message tells of, in its order.

    Args:
        message: as the broker delivered it.
        client: reads what the message only names: further pages, and the entry of a message without a body.
        feed_class: what the feeds are, and so the entries.
        base: URL that relative links are meant from.

    Raises:
        DocumentError: the message cannot be understood.
        HTTPClientError, Unavailable: what it names cannot be read.
    """
    if not message.body.strip():
        yield _named(message, client, feed_class)
        return
    document = Document(message)
    tag = document.element.tag
    if tag == Entry.root:
        yield Found(feed_class.entry_class(document.element), message.body)
    elif tag == Feed.root:
        yield from _feed(feed_class(document.element), client, feed_class, base)
    elif tag == DELETED:
        yield Found(gone=tombstone_of(document.element))
    else:
        raise DocumentError(f"the root element of the message is {tag!r}, {EXPECTED}")


def _feed(feed: Feed[E], client: VizOne, feed_class: type[Feed[E]], base: str) -> Iterator[Found[E]]:
    for entry in feed.entries:
        yield Found(entry)
    for tombstone in feed.deleted:
        yield Found(gone=tombstone)
    if following := feed.link("next"):
        for page, _ in client.pages(joined(base, following.href), feed_class):
            for entry in page.entries:
                yield Found(entry)


def _named(message: flowhost.Message, client: VizOne, feed_class: type[Feed[E]]) -> Found[E]:
    identity, location = (message.headers.get(name, "").strip() for name in ("identity", "location"))
    if not identity and not location:
        raise DocumentError(
            f"the message has neither a body nor a header 'identity' or 'location', {EXPECTED}"
        )
    try:
        url = location or client.asset_url(identity)
        return Found(client.read(feed_class.entry_class, url))
    except NotFound:
        return Found(gone=Tombstone(identity or location))
