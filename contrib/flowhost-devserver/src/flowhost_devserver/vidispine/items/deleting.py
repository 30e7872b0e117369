"""Deleting items for good."""

from __future__ import annotations

from collections.abc import Iterable

from flowhost_devserver.vidispine.access.entries import forget_entries
from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.deletion_locks.documents import PAIRS
from flowhost_devserver.vidispine.imports.creating import PLACEHOLDER
from flowhost_devserver.vidispine.metadata.kept import forget_metadata
from flowhost_devserver.vidispine.metadata.subjects import item_subject
from flowhost_devserver.vidispine.refusals import conflict, invalid_input
from flowhost_devserver.vidispine.shapes.awaited import AWAITED
from flowhost_plugins.catalogue import DeletionLocked, NotFound


def delete_items(call: Call, ids: Iterable[str]) -> None:
    """Delete items; those that are not there are passed over.

    Args:
        call: the request; ``keepShapeTagMedia`` and ``keepShapeTagStorage`` say which files stay.
        ids: of the items, external ones, too.

    Raises:
        Refusal: the user may not (403), a deletion lock holds (409), or there is no storage of a name (400). Items
            before that are deleted.
    """
    catalogue = call.site.catalogue
    for one in ids:
        try:
            subject = item_subject(catalogue.record(one))
        except NotFound:
            continue
        require(call, "ALL", "item", subject.id)
        locks = catalogue.deletion_locks(subject.id)
        try:
            catalogue.delete_item(
                subject.id,
                keep_shape_tags=call.words("keepShapeTagMedia"),
                keep_storages=call.words("keepShapeTagStorage"),
            )
        except DeletionLocked as error:
            raise conflict("Item", subject.id, explanation=str(error)) from None
        except NotFound as error:
            raise invalid_input("keepShapeTagStorage", explanation=str(error), value=error.id) from None
        forget_metadata(call.site, subject.key)
        forget_entries(call.site, "item", subject.id)
        call.site.keeping.delete(PLACEHOLDER, subject.id)
        call.site.keeping.delete(AWAITED, subject.id)
        for lock in locks:
            call.site.keeping.delete(PAIRS, lock.id)
