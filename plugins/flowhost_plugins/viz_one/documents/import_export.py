"""Import/Export documents: which asset to make or update, with which metadata, and the name of its media.

The full form of these documents is not public, so any root is read, and each part by its local name in any namespace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from flowhost_plugins.viz_one.documents import fields, trees
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.entry import Entry, short_id
from flowhost_plugins.viz_one.documents.payload import Payload

if TYPE_CHECKING:
    from lxml.etree import _Element


class ImportExport(Document):
    """An order to import: everything in it is optional."""

    content_type: ClassVar[str] = Entry.content_type
    foreign_ids: ClassVar[tuple[str, ...]] = ("urn:uuid:", "tag:", "http:", "https:")
    """Beginnings of ids that Atom demands and that name no asset."""

    @property
    def id(self) -> str | None:
        """The asset's id or site identity, None when a new asset is meant."""
        for identity in self._element.iterchildren("{*}ardomeIdentity"):
            if identity.get("name") in (None, "id") and (text := trees.text_of(identity).strip()):
                return text
        text = trees.child_text(self._element, "{*}id")
        if text and not text.startswith(self.foreign_ids):
            return short_id(text) if text.startswith("urn:vme:") else text
        return trees.child_text(self._element, "{*}identifier") or None

    @property
    def title(self) -> str:
        """The title; empty when it has none."""
        return trees.child_text(self._element, "{*}title")

    @property
    def media(self) -> str | None:
        """The name of the media file, None when it names none."""
        for content in self._element.iterchildren("{*}content"):
            if src := (content.get("src") or "").strip():
                return src
        return None

    @property
    def metadata(self) -> Payload | None:
        """The metadata, None when there is none."""
        for link in self._element.iterchildren("{*}link"):
            if link.get("rel") == "describedby" and (found := trees.child(link, *fields.PAYLOAD)) is not None:
                return Payload.of(found)
        found = next(self._element.iterdescendants(*fields.PAYLOAD), None)
        return None if found is None else Payload.of(found)

    @classmethod
    def _empty(cls) -> _Element:
        return trees.new(Entry.root)
