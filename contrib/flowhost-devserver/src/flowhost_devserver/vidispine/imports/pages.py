"""Pages: new items of media that lies somewhere, or is sent."""

from __future__ import annotations

from pathlib import Path

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.imports import settings
from flowhost_devserver.vidispine.imports.creating import create_item
from flowhost_devserver.vidispine.imports.ordering import check_orders, start_import
from flowhost_devserver.vidispine.imports.sources import discard, file_source, named_source, sent_source
from flowhost_devserver.vidispine.routing import Route


def import_named(call: Call) -> Response:
    """Make an item of what ``uri`` or ``fileId`` names, with the metadata of the body."""
    source = named_source(call)
    check_orders(call)
    item_id = create_item(call, call.document("MetadataDocument"))
    return start_import(call, "IMPORT", item_id, source)


def import_file(call: Call, file_id: str) -> Response:
    """`POST /file/{id}/import`: make an item of a file that is known, with the metadata of the body."""
    source = file_source(call, file_id)
    check_orders(call)
    item_id = create_item(call, call.document("MetadataDocument"))
    return start_import(call, "IMPORT", item_id, source)


def import_sent(call: Call) -> Response:
    """Make an item of the media in the body; of a part that is not the last nothing is made yet."""
    check_orders(call)
    source = sent_source(call)
    if source is None:
        return empty()
    try:
        item_id = create_item(call, {})
        return start_import(call, "RAW_IMPORT", item_id, source)
    except BaseException:
        discard(Path(source.where))
        raise


ROUTES = (
    Route("POST", "/import", import_named),
    Route("POST", "/import/raw", import_sent),
    Route("POST", "/file/<file_id>/import", import_file),
    *settings.ROUTES,
)
