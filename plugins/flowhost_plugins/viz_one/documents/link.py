"""Atom links (RFC 4287, 4.2.7), with metadata that was put into them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import urljoin

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.choices import LINK_RELS
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.namespaces import ATOM, qualified
from flowhost_plugins.viz_one.documents.payload import Payload

if TYPE_CHECKING:
    from lxml.etree import _Element

LINK = qualified(ATOM, "link")
REGISTERED = (
    "http://www.iana.org/assignments/relation/"  # RFC 4287: with it and without it a rel means the same
)
SUFFIX = "_link"


def joined(base: str, href: str) -> str:
    """The address that `href` means in a document at `base`.

    Raises:
        DocumentError: it is no address.
    """
    try:
        return urljoin(base, href)
    except ValueError:  # its text may hold a password that stands in the address
        address = href.rpartition("@")[2]
        raise DocumentError(f"the address {address!r} cannot be read as a URL") from None


class Link:
    """A link: what is where.

    Args:
        href: its address.
        rel: what it is for its document; none means `alternate`.
        type: media type of what is there.
    """

    def __init__(self, href: str = "", rel: str = "", type: str = "") -> None:  # noqa: A002 - Atom's word
        self._element = trees.new(LINK)
        for name, value in (("rel", rel), ("type", type), ("href", href)):
            if value:
                trees.put_attribute(self._element, name, value)

    @classmethod
    def of(cls, element: _Element) -> Self:
        """A view of this element; changes go into its tree."""
        link = cls.__new__(cls)
        link._element = element
        return link

    @property
    def element(self) -> _Element:
        """The element of the link."""
        return self._element

    @property
    def rel(self) -> str:
        """What the link is for; ``alternate`` unless it says otherwise."""
        return (self._element.get("rel") or "alternate").removeprefix(REGISTERED)

    @rel.setter
    def rel(self, value: str) -> None:
        trees.put_attribute(self._element, "rel", value)

    @property
    def href(self) -> str:
        """The address, resolved with ``xml:base`` where there is one; it may be relative otherwise.

        Raises:
            DocumentError: it is no address.
        """
        href = self._element.get("href") or ""
        base = self._element.base
        return joined(base, href) if base else href

    @href.setter
    def href(self, value: str) -> None:
        trees.put_attribute(self._element, "href", value)

    @property
    def type(self) -> str | None:
        """Media type of what is there, None when it does not tell."""
        return self._element.get("type")

    @type.setter  # noqa: A003 - Atom's word
    def type(self, value: str | None) -> None:
        trees.put_attribute(self._element, "type", value)

    @property
    def title(self) -> str | None:
        """A title for people, None when it has none."""
        return self._element.get("title")

    @property
    def metadata(self) -> Payload | None:
        """The payload within the link, None when there is none. Changes of it go into the link's document.

        When it is set, a payload that belongs to no other document becomes part of this one; otherwise a copy does.
        """
        found = trees.child(self._element, Payload.root, *Payload.other_roots)
        return None if found is None else Payload.of(found)

    @metadata.setter
    def metadata(self, payload: Payload | None) -> None:
        for old in list(self._element.iterchildren(Payload.root, *Payload.other_roots)):
            if payload is not None and payload.element is old:
                return
            self._element.remove(old)
        if payload is not None:
            payload.move_to(self._element)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Link):
            return NotImplemented
        return (self.rel, self.href, self.type) == (other.rel, other.href, other.type)

    __hash__ = None  # type: ignore[assignment] # a link can be changed

    def __repr__(self) -> str:
        return f"Link({self.href!r}, rel={self.rel!r}, type={self.type!r})"


def links_of(element: _Element) -> list[Link]:
    """The links that are direct children of this element."""
    return [Link.of(child) for child in element.iterchildren(LINK)]


def find_link(links: list[Link], rel: str, media_type: str | None = None) -> Link | None:
    """The first link of this rel, and of this media type if one is given."""
    wanted = rel.removeprefix(REGISTERED)
    for link in links:
        if link.rel == wanted and (media_type is None or same_media_type(link.type or "", media_type)):
            return link
    return None


def same_media_type(one: str, other: str) -> bool:
    """Whether the media types agree; parameters count only when both have some."""
    (essence, parameters), (other_essence, other_parameters) = _media_type(one), _media_type(other)
    agree = not parameters or not other_parameters or parameters == other_parameters
    return essence == other_essence and agree


def _media_type(text: str) -> tuple[str, frozenset[str]]:
    essence, *parameters = (re.sub(r"\s|\"", "", part).lower() for part in text.split(";"))
    return essence, frozenset(filter(None, parameters))


def link_attribute(links: list[Link], name: str) -> Link | None:
    """The link that an attribute such as ``self_link`` means."""
    for rel in LINK_RELS.get(name, ()):
        if found := find_link(links, rel):
            return found
    wanted = name.removesuffix(SUFFIX)
    return next((link for link in links if _attribute(link.rel) == wanted), None)


def _attribute(rel: str) -> str:
    return re.sub(r"\W", "_", rel.lower())


def missing_link(owner: str, name: str, links: list[Link]) -> str:
    """The sentence for a link that is not there."""
    there = ", ".join(sorted({f"{_attribute(link.rel)}{SUFFIX}" for link in links})) or "no links at all"
    return f"{owner} has no {name}; it has {there}"


class Linked:
    """What has links: `link()`, and an attribute for each, such as ``self_link`` or ``import_unmanaged_link``."""

    content_type: ClassVar[str]

    @property
    def links(self) -> list[Link]:
        """Every link, in its order. Changes of a link go into the document."""
        raise NotImplementedError

    def link(self, rel: str, type: str | None = None) -> Link | None:  # noqa: A002 - Atom's word
        """The first link of this rel, and of this media type if one is given; None when there is none."""
        return find_link(self.links, rel, type)

    def __getattr__(self, name: str) -> Link:
        if name.startswith("_") or not name.endswith(SUFFIX):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        links = self.links
        found = link_attribute(links, name)
        if found is None:
            raise AttributeError(missing_link(repr(self), name, links))
        return found
