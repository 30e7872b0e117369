"""The pages about files that no item has yet."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.files.documents import file_document
from flowhost_devserver.vidispine.files.listing import listed
from flowhost_devserver.vidispine.files.paging import page_of
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages.kept import kept_of, storage_of
from flowhost_plugins.catalogue import Storage

add_forms(
    {
        "ImportableFile": {"file": "File", "metadata": "Metadata"},
        "ImportableFileList": {"hits": "int", "nextCursor": "text", "element": "ImportableFile*"},
    },
    {"ImportableFileListDocument": "ImportableFileList"},
)


def of_all(call: Call) -> Response:
    """`GET /storage/importable`: files of all storages that show theirs."""
    return _shown(call, None)


def of_storage(call: Call, storage_id: str) -> Response:
    """`GET /storage/{id}/importable`."""
    return _shown(call, storage_of(call.site, storage_id))


def _shown(call: Call, storage: Storage | None) -> Response:
    hidden = {
        one.id
        for one in call.site.catalogue.storages()
        if not kept_of(call.site, one).more.get("showImportables", True)
    }
    found = [
        file
        for file in listed(call, storage)
        if file.item is None and file.state == "CLOSED" and file.storage not in hidden
    ]
    page, cursor = page_of(call, found)
    hits = {"hits": len(found)} if call.flag("count", default=True) else {}
    more = {"nextCursor": cursor} if cursor else {}
    shown = [{"file": file_document(call.site, file)} for file in page]
    return document(call, "ImportableFileListDocument", {**hits, **more, "element": shown})


ROUTES = (
    Route("GET", "/storage/importable", of_all),
    Route("GET", "/storage/<storage_id>/importable", of_storage),
)
