"""Sets item fields that Portal keeps its own state in, such as ``portal_deleted``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client import Missing
from flowhost_plugins.vidispine.documents import Metadata, MetadataList
from flowhost_plugins.vidispine.marks import Marks
from flowhost_plugins.vidispine.metadata.reading import changes_in
from flowhost_plugins.vidispine.metadata.tree import Group
from flowhost_plugins.vidispine.metadata.writing import whole

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


class NoSuchField(flowhost.Permanent):
    """The site has no field of this name: it is one without Portal."""


def set_fields(client: Client, marks: Marks, item_id: str, fields: Mapping[str, Sequence[str]]) -> None:
    """Set fields of an item, each to these values, in one request. What is there already is not looked at.

    Args:
        client: for the site.
        marks: told what the change was called, so that its notification carries the mark.
        item_id: the item's own id, not an external one.
        fields: name → values.

    Raises:
        NoSuchField: the site does not know a field.
    """
    document = whole(Group(fields={name: tuple(values) for name, values in fields.items()}))
    with marks.writing(item_id) as written:
        try:
            answer = client.put("item", item_id, "metadata", document=document, into=MetadataList)
        except Missing as error:
            if error.kind != "metadata-field":
                raise
            what = f"the site has no metadata field {error.id!r}, which Portal makes"
            raise NoSuchField(f"{what}; define it, or do without what needs it") from error
        for one in answer.item:
            written.called(item_id, changes_in(one.metadata or Metadata(), names=fields))
