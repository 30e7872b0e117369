"""Entries whose metadata is behind, or within, their ``describedby`` link."""

from __future__ import annotations

from flowhost_plugins.viz_one.documents.entry import Entry
from flowhost_plugins.viz_one.documents.payload import Payload

DESCRIBEDBY = "describedby"


class DescribedEntry(Entry):
    """An entry with metadata."""

    @property
    def metadata(self) -> Payload | None:
        """The metadata within the ``describedby`` link, None when there is none. Changes go into this entry.

        A server puts it there when asked with the header ``X-Inline: describedby``.
        """
        link = self.link(DESCRIBEDBY)
        return None if link is None else link.metadata

    @metadata.setter
    def metadata(self, payload: Payload | None) -> None:
        link = self.link(DESCRIBEDBY)
        if link is None:
            if payload is None:
                return
            link = self.add_link(DESCRIBEDBY, "", Payload.content_type)
        link.metadata = payload
