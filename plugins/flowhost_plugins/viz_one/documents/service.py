"""The service document (RFC 5023, section 8): where everything begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import flowhost
from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.entry import CATEGORY, TITLE
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.link import Link, Linked, links_of
from flowhost_plugins.viz_one.documents.namespaces import APP, TYPES, qualified
from flowhost_plugins.viz_one.documents.url_template import UrlTemplate

if TYPE_CHECKING:
    from lxml.etree import _Element

CATEGORIES = qualified(APP, "categories")
COLLECTION = qualified(APP, "collection")


class AppCollection(Linked):
    """A collection of the service document.

    Args:
        element: its element.
    """

    def __init__(self, element: _Element) -> None:
        self._element = element

    @property
    def title(self) -> str:
        """The title; empty when it has none."""
        return trees.child_text(self._element, TITLE)

    @property
    def keywords(self) -> list[str]:
        """What the collection is about: ``asset``, ``client-config``, ``search`` ..."""
        groups = [self._element, *self._element.iterchildren(CATEGORIES)]
        return [
            category.get("term") or ""
            for group in groups
            for category in group.iterchildren(CATEGORY)
            if (category.get("scheme") or group.get("scheme") or TYPES) == TYPES
        ]

    @property
    def endpoint(self) -> Link:
        """Where the collection is: its feed is read there, and new entries are sent there."""
        link = Link(rel="collection")
        base, href = self._element.base, self._element.get("href") or ""
        link.href = href
        if base:
            trees.put_attribute(link.element, "{http://www.w3.org/XML/1998/namespace}base", base)
        return link

    @property
    def links(self) -> list[Link]:
        """Every link, in its order."""
        return links_of(self._element)

    def resolve(self, id: str) -> UrlTemplate:  # noqa: A002 - the protocol's word
        """The template with this id.

        Its element is not public, so any that has an id and a template is taken.

        Raises:
            DocumentError: there is none.
        """
        templates = {
            element.get("id") or "": element.get("template") or ""
            for element in self._element.iterdescendants("*")
            if element.get("id") and element.get("template")
        }
        if id not in templates:
            there = ", ".join(sorted(templates)) or "none"
            hint = flowhost.nearest(id, templates)
            raise DocumentError(f"{self!r} has no template {id!r}{hint}; it has: {there}")
        return UrlTemplate(templates[id])

    def __repr__(self) -> str:
        return f"<AppCollection {', '.join(self.keywords) or self.title or 'without keywords'}>"


class ServiceDocument(Document):
    """The collections of a server."""

    content_type: ClassVar[str] = "application/atomsvc+xml"
    root: ClassVar[str] = qualified(APP, "service")

    @property
    def collections(self) -> list[AppCollection]:
        """The collections of every workspace, in their order."""
        return list(map(AppCollection, self._element.iterdescendants(COLLECTION)))

    def collection(self, *keywords: str) -> AppCollection:
        """The first collection that has every one of these keywords.

        Raises:
            DocumentError: there is none.
        """
        collections = self.collections
        for collection in collections:
            if set(keywords) <= set(collection.keywords):
                return collection
        known = {keyword for collection in collections for keyword in collection.keywords}
        unknown = next((keyword for keyword in keywords if keyword not in known), "")
        there = ", ".join(sorted(known)) or "none"
        raise DocumentError(
            f"the service document has no collection with the keyword {' and '.join(map(repr, keywords))}"
            f"{flowhost.nearest(unknown, known)}; its keywords are: {there}"
        )
