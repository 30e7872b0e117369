"""Atom feeds (RFC 4287, 4.1.1) with paging (OpenSearch) and tombstones (RFC 6721)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.entry import TITLE, Entry
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.link import LINK, Link, Linked, links_of
from flowhost_plugins.viz_one.documents.namespaces import ATOM, OPENSEARCH, TOMBSTONES, local, qualified
from flowhost_plugins.viz_one.documents.timestamps import read_time
from flowhost_plugins.viz_one.documents.writing import grafted

if TYPE_CHECKING:
    from lxml.etree import _Element

DELETED = qualified(TOMBSTONES, "deleted-entry")
TOTAL_RESULTS = qualified(OPENSEARCH, "totalResults")
ITEMS_PER_PAGE = qualified(OPENSEARCH, "itemsPerPage")
START_INDEX = qualified(OPENSEARCH, "startIndex")

EntryT = TypeVar("EntryT")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of an entry that was deleted.

    Args:
        ref: the atom id of that entry.
        when: when it was deleted, None when the tombstone does not tell, or nothing that is a time.
    """

    ref: str
    when: datetime | None = None


class Feed(Linked, Document, Generic[EntryT]):
    """An Atom feed: some of many entries."""

    content_type: ClassVar[str] = "application/atom+xml;type=feed"
    root: ClassVar[str] = qualified(ATOM, "feed")
    entry_class: type[EntryT] = Entry  # type: ignore[assignment] # the default; a kind of feed has its own

    @property
    def entries(self) -> list[EntryT]:
        """The entries of this page. Changes of an entry go into the feed."""
        return [self._entry(element) for element in self._element.iterchildren(Entry.root)]

    def _entry(self, element: _Element) -> EntryT:
        kind = self.entry_class
        assert issubclass(kind, Entry)
        return kind.of(element)

    @property
    def title(self) -> str:
        """The title; empty when it has none."""
        return trees.child_text(self._element, TITLE)

    @property
    def deleted(self) -> list[Tombstone]:
        """What was deleted, as far as the feed tells."""
        return [tombstone_of(element) for element in self._element.iterchildren(DELETED)]

    @property
    def total_results(self) -> int | None:
        """How many entries there are on all pages, None when it does not tell."""
        return self._number(TOTAL_RESULTS)

    @property
    def items_per_page(self) -> int | None:
        """How many entries a page has, None when it does not tell."""
        return self._number(ITEMS_PER_PAGE)

    @property
    def start_index(self) -> int | None:
        """Number of the first entry of this page, from 1 on; None when it does not tell."""
        return self._number(START_INDEX)

    @property
    def links(self) -> list[Link]:
        """Every link, in its order. Changes of a link go into the feed."""
        return links_of(self._element)

    def append(self, entry: Entry) -> None:
        """Add a copy of this entry behind the others."""
        grafted(self._element, entry.element)

    def add_link(self, rel: str, href: str, type: str | None = None) -> Link:  # noqa: A002 - Atom's word
        """Add a link behind the other children."""
        link = Link.of(trees.add(self._element, LINK))
        link.rel, link.href, link.type = rel, href, type
        return link

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.entries)}>"

    def _number(self, tag: str) -> int | None:
        text = trees.child_text(self._element, tag)
        if not text:
            return None
        try:
            return int(text)
        except ValueError:
            raise DocumentError(f"{local(tag)} of the feed is {text!r}, expected a whole number") from None


def tombstone_of(element: _Element) -> Tombstone:
    """The tombstone that this element is."""
    try:
        when = read_time(element.get("when") or "")
    except DocumentError:  # what was deleted counts, also where nobody can tell when
        return Tombstone(element.get("ref") or "")
    return Tombstone(element.get("ref") or "", when)
