"""The page that takes the content of a new file."""

from __future__ import annotations

import shutil
from pathlib import Path

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.files.documents import file_document
from flowhost_devserver.vidispine.files.pages import check_free, wanted_path
from flowhost_devserver.vidispine.imports.sources import discard, sent_source
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages.kept import storage_of


def send(call: Call, storage_id: str) -> Response:
    """`POST /storage/{id}/file/data?path=`: the body becomes a file there; of a part of one nothing is made yet."""
    storage, path = storage_of(call.site, storage_id), wanted_path(call)
    check_free(call, storage, path)
    source = sent_source(call)
    if source is None:
        return empty()
    catalogue, sent = call.site.catalogue, Path(source.where)
    try:
        file = catalogue.add_file(storage, path, "OPEN")  # it says whether the path leads out of the storage
        target = catalogue.path_of(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(sent, target)
    finally:
        discard(sent)
    catalogue.scan(storage)  # it finds out how large it is, but not that nothing more will come
    shown = file_document(call.site, catalogue.change_file(file.id, state="CLOSED"))
    return document(call, "FileDocument", shown, text=file.id)


ROUTES = (Route("POST", "/storage/<storage_id>/file/data", send),)
