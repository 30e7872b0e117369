"""Making items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.external_ids.documents import check_free
from flowhost_devserver.vidispine.imports.settings import give, import_access
from flowhost_devserver.vidispine.metadata.checking import checked_metadata
from flowhost_devserver.vidispine.metadata.kept import Fields, new_metadata
from flowhost_devserver.vidispine.metadata.subjects import Subject, item_subject
from flowhost_plugins.catalogue import Group

PLACEHOLDER = "placeholder"
"""Kind of what is kept: by item, how many components of which kind are expected."""


def create_item(call: Call, metadata: Mapping[str, Any]) -> str:
    """Make a placeholder and return its id.

    Args:
        call: the request; ``externalId`` may be in it.
        metadata: a MetadataDocument.

    Raises:
        Refusal: the metadata cannot be taken (400, 404), or another item has the external id (409).
        Conflict: there is an item with this external id since a moment.
    """
    given, access = checked_metadata(call.site, metadata, new=True), import_access(call)
    catalogue, external_id = call.site.catalogue, call.text("externalId") or None
    if external_id:
        check_free(call, external_id)

    def create(fields: Fields, groups: tuple[Group, ...]) -> Subject:
        made = catalogue.create_item(fields, external_id=external_id, groups=groups, user=call.run_as)
        return item_subject(catalogue.record(made.id))

    item_id = new_metadata(call.site, given, call.run_as, create).id
    give(call, "item", item_id, access)
    return item_id
