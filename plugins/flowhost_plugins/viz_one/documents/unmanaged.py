"""Unmanaged files: what lies on an import storage and belongs to no asset yet; and those storages."""

from __future__ import annotations

from flowhost_plugins.viz_one.documents.entry import Entry
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.feed import Feed
from flowhost_plugins.viz_one.documents.media_content import MediaContent, read_media, write_media


class UnmanagedFile(Entry):
    """A file on an import storage; its title is the name of the file."""

    @property
    def media(self) -> MediaContent:
        """Where the file is, how large, and of which type.

        Raises:
            DocumentError: the entry does not tell where the file is.
        """
        if found := read_media(self._element):
            return found[0]
        if src := self.content.src:
            return MediaContent(src, type=self.content.type)
        raise DocumentError(f"{self!r} does not tell where its file is: it has no media:content")

    @media.setter
    def media(self, value: MediaContent) -> None:
        write_media(self._element, value)

    @property
    def size(self) -> int:
        """Size of the file in bytes; 0 when unknown."""
        found = read_media(self._element)
        return (found[0].filesize or 0) if found else 0


class UnmanagedFileCollection(Feed[UnmanagedFile]):
    """A feed of unmanaged files."""

    entry_class = UnmanagedFile


class LocationCollection(Feed[Entry]):
    """A feed of import storages; the id of each entry is the handle of the storage."""

    entry_class = Entry
