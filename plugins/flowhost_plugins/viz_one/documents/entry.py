"""Atom entries (RFC 4287, 4.1.2) with what every entry of Viz One has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.link import LINK, Link, Linked, links_of
from flowhost_plugins.viz_one.documents.namespaces import ATOM, CORE, qualified
from flowhost_plugins.viz_one.documents.timestamps import read_time, write_time

CATEGORY = qualified(ATOM, "category")
CONTENT = qualified(ATOM, "content")
ID = qualified(ATOM, "id")
IDENTITY = qualified(CORE, "ardomeIdentity")
PUBLISHED = qualified(ATOM, "published")
TITLE = qualified(ATOM, "title")
UPDATED = qualified(ATOM, "updated")


@dataclass(frozen=True, slots=True)
class AtomCategory:
    """A category of an entry (RFC 4287, 4.2.2).

    Args:
        scheme: names the set of terms; empty when it has none.
        term: the category.
        label: what people see; empty when it has none.
    """

    scheme: str = ""
    term: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Where the content of an entry is, or the content itself.

    Args:
        src: address of the content; None when it is within the entry.
        type: its media type; None when the entry does not tell.
        text: the content when it is text within the entry.
    """

    src: str | None = None
    type: str | None = None
    text: str = ""


class Entry(Linked, Document):
    """An Atom entry."""

    content_type: ClassVar[str] = "application/atom+xml;type=entry"
    root: ClassVar[str] = qualified(ATOM, "entry")

    @property
    def atom_id(self) -> str:
        """The id of the entry in full, ``urn:vme:default:asset:123``; empty when it has none."""
        return trees.child_text(self._element, ID)

    @atom_id.setter
    def atom_id(self, value: str) -> None:
        trees.put_child_text(self._element, ID, value)

    @property
    def id(self) -> str:
        """The short id: the Ardome identity, else the last part of the urn, else the atom id."""
        for identity in self._element.iterchildren(IDENTITY):
            if identity.get("name") == "id" and (text := trees.text_of(identity).strip()):
                return text
        return short_id(self.atom_id)

    @id.setter  # noqa: A003 - the protocol's word
    def id(self, value: str) -> None:
        for identity in self._element.iterchildren(IDENTITY):
            if identity.get("name") == "id":
                trees.put_text(identity, value)
                return
        trees.put_attribute(trees.add(self._element, IDENTITY, value), "name", "id")

    @property
    def title(self) -> str:
        """The title; empty when it has none."""
        return trees.child_text(self._element, TITLE)

    @title.setter
    def title(self, value: str) -> None:
        trees.put_child_text(self._element, TITLE, value)

    @property
    def updated(self) -> datetime | None:
        """When it last changed, None when it does not tell."""
        return self._time(UPDATED)

    @updated.setter
    def updated(self, value: datetime | None) -> None:
        trees.put_child_text(self._element, UPDATED, None if value is None else write_time(value))

    @property
    def published(self) -> datetime | None:
        """When it was made, None when it does not tell."""
        return self._time(PUBLISHED)

    @published.setter
    def published(self, value: datetime | None) -> None:
        trees.put_child_text(self._element, PUBLISHED, None if value is None else write_time(value))

    @property
    def content(self) -> Content:
        """The content, or where it is; an entry without has one that is empty."""
        found = trees.child(self._element, CONTENT)
        if found is None:
            return Content()
        return Content(found.get("src"), found.get("type"), trees.text_of(found))

    @content.setter
    def content(self, value: Content) -> None:
        found = trees.child(self._element, CONTENT)
        element = trees.add(self._element, CONTENT) if found is None else found
        trees.put_attribute(element, "src", value.src)
        trees.put_attribute(element, "type", value.type)
        trees.put_text(element, value.text)

    @property
    def categories(self) -> list[AtomCategory]:
        """Every category, in its order; to change them, set the whole list."""
        found = self._element.iterchildren(CATEGORY)
        return [
            AtomCategory(*(each.get(name) or "" for name in ("scheme", "term", "label"))) for each in found
        ]

    @categories.setter
    def categories(self, values: Iterable[AtomCategory]) -> None:
        # what stays keeps its element, for there may be more in it
        old = list(zip(self.categories, self._element.iterchildren(CATEGORY), strict=True))
        for category in values:
            kept = next((pair for pair in old if pair[0] == category), None)
            if kept is None:
                self.add_category(category)
            else:
                old.remove(kept)
                self._element.append(kept[1])
        for _, element in old:
            self._element.remove(element)

    def add_category(self, category: AtomCategory) -> None:
        """Add a category behind those there are."""
        element = trees.add(self._element, CATEGORY)
        for name in ("scheme", "term", "label"):
            trees.put_attribute(element, name, getattr(category, name) or None)

    @property
    def links(self) -> list[Link]:
        """Every link, in its order. Changes of a link go into the entry."""
        return links_of(self._element)

    def add_link(self, rel: str, href: str, type: str | None = None) -> Link:  # noqa: A002 - Atom's word
        """Add a link behind the other children."""
        link = Link.of(trees.add(self._element, LINK))
        link.rel, link.href, link.type = rel, href, type
        return link

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.atom_id or self.title!r}>"

    def _time(self, tag: str) -> datetime | None:
        text = trees.child_text(self._element, tag)
        return read_time(text) if text else None


def short_id(atom_id: str) -> str:
    """The last part of a urn; any other id as it is."""
    return atom_id.rpartition(":")[2] if atom_id.startswith("urn:") else atom_id
