"""The pages about files."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata as simple
from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.files.documents import METADATA, SAID_STATE, SAID_STATES, file_document
from flowhost_devserver.vidispine.files.listing import listed
from flowhost_devserver.vidispine.files.paging import page_of
from flowhost_devserver.vidispine.refusals import Refusal, invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages.kept import storage_of
from flowhost_plugins.catalogue import File, FileState, NotFound, Storage

STATES: tuple[FileState, ...] = get_args(FileState)


def file_of(call: Call, file_id: str, storage_id: str = "") -> File:
    """The file with this id.

    Raises:
        Refusal: there is none, or not in that storage.
    """
    if storage_id:
        storage_of(call.site, storage_id)
    try:
        found = call.site.catalogue.file(file_id)
    except NotFound:
        raise not_found("File", file_id) from None
    if storage_id and found.storage != storage_id:
        raise not_found("File", file_id)
    return found


def one(call: Call, file_id: str, storage_id: str = "") -> Response:
    """`GET /file/{id}`, `/storage/file/{id}`, `/storage/{id}/file/{id}`."""
    return _shown(call, file_of(call, file_id, storage_id))


def _shown(call: Call, file: File) -> Response:
    scheme = call.text("scheme")
    shown = file_document(call.site, file, item=call.flag("includeItem"), scheme=scheme)
    return document(call, "FileDocument", shown, text=file.id)


def several(call: Call, storage_id: str = "") -> Response:
    """`GET /storage/{id}/file`; `first` counts from 0."""
    found = listed(call, storage_of(call.site, storage_id) if storage_id else None)
    page, cursor = page_of(call, found)
    item = call.flag("includeItem")
    hits = {"hits": len(found)} if call.flag("count", default=True) else {}
    more = {"nextCursor": cursor} if cursor else {}
    shown = {**hits, **more, "file": [file_document(call.site, file, item=item) for file in page]}
    return document(call, "FileListDocument", shown, text="".join(file.id + LINE for file in page))


def register(call: Call, storage_id: str = "") -> Response:
    """`POST /storage/{id}/file`: a file that is there, or will be.

    What it is stands in the parameters `path` and `state`, or in the document.
    """
    given = call.document("FileDocument")
    storage = storage_of(call.site, storage_id or given.get("storage", ""))
    path = wanted_path(call, given.get("path", ""))
    known = call.site.catalogue.file_at(storage, path)
    if known and call.flag("createOnly"):
        raise _exists(known)
    state = _state(call.text("state") or given.get("state") or "OPEN")
    file = known or call.site.catalogue.add_file(storage, path, state)
    simple.put_pairs(call.site, METADATA, file.id, simple.from_fields(given.get("metadata")))
    return _shown(call, file)


def wanted_path(call: Call, default: str = "") -> str:
    """The path in a storage that the request names.

    Raises:
        Refusal: it names none.
    """
    path = (call.text("path") or default).strip("/")
    if not path:
        raise invalid_input("path", explanation="expected a path in the storage")
    return path


def check_free(call: Call, storage: Storage, path: str) -> None:
    """Make sure that no file is known there.

    Raises:
        Refusal: one is.
    """
    if known := call.site.catalogue.file_at(storage, path):
        raise _exists(known)


def _exists(file: File) -> Refusal:
    return Refusal(
        409, "fileAlreadyExists", fileId=file.id, storageId=file.storage, path=file.path, explanation=None
    )


def _state(word: str) -> FileState:
    for state in STATES:
        if state == word.upper():
            return state
    expected = f"expected one of {', '.join((*STATES, *SAID_STATES))}"
    raise invalid_input("state", explanation=expected, value=word)


def set_state(call: Call, file_id: str, state: str, storage_id: str = "") -> Response:
    """`PUT /file/{id}/state/{STATE}`."""
    file = file_of(call, file_id, storage_id)
    if state.upper() in SAID_STATES:
        call.site.keeping.put(SAID_STATE, file.id, state.upper())
        return _shown(call, file)
    changed = call.site.catalogue.change_file(file.id, state=_state(state))
    call.site.keeping.delete(SAID_STATE, file.id)
    return _shown(call, changed)


def abandon(call: Call, file_id: str, storage_id: str = "") -> Response:
    """`PUT /file/{id}/abandon`: it belongs to no item any more, or not to the one that is named."""
    file, item = file_of(call, file_id, storage_id), call.text("item")
    if item and file.item != item:
        raise not_found("Item", item)
    call.site.catalogue.release_file(file.id)
    return empty()


def set_path(call: Call, file_id: str) -> Response:
    """`POST /file/{id}/path?path=`: where it is now, or with `duplicate` that another file is there."""
    file, path = file_of(call, file_id), wanted_path(call)
    state = _state(call.text("state")) if call.text("state") else None
    storage = storage_of(call.site, call.text("storage") or file.storage)
    if call.flag("duplicate") or storage.id != file.storage:
        check_free(call, storage, path)
        return _shown(call, call.site.catalogue.add_file(storage, path, state or file.state))
    return _shown(call, call.site.catalogue.change_file(file.id, state=state, path=path))


def data(call: Call, file_id: str, storage_id: str = "") -> Response:
    """`GET /storage/file/{id}/data`: the bytes, or the part of them that a `Range` asks for."""
    file = file_of(call, file_id, storage_id)
    path = call.site.catalogue.path_of(file)
    if not path.is_file():
        raise not_found("File", file.id)
    if file.item:
        require(call, "READ", "item", file.item)
    return send_file(path, call.request.environ, download_name=path.name)


def restore(call: Call, file_id: str) -> Response:
    """`PUT /file/{id}/restore?expirationInDays=`: what is archived can be read again for so long."""
    file = file_of(call, file_id)
    storage: Storage = call.site.catalogue.storage(file.storage)
    if storage.kind != "ARCHIVE":
        raise invalid_input("file", id_=file.id, explanation="the file is not archived")
    until = call.site.clock.now() + timedelta(
        days=call.number("expirationInDays", 1, lowest=1, highest=36_500)
    )
    call.site.keeping.put("restored-until", file.id, until.isoformat())
    return empty()


def read_metadata(call: Call, file_id: str) -> Response:
    """`GET /file/{id}/metadata`."""
    return simple.read_all(call, METADATA, file_of(call, file_id).id)


def write_metadata(call: Call, file_id: str) -> Response:
    """`PUT /file/{id}/metadata`."""
    return simple.write_all(call, METADATA, file_of(call, file_id).id)


def read_key(call: Call, file_id: str, key: str) -> Response:
    """`GET /file/{id}/metadata/{key}`."""
    return simple.read_one(call, METADATA, file_of(call, file_id).id, key)


def write_key(call: Call, file_id: str, key: str) -> Response:
    """`PUT /file/{id}/metadata/{key}`."""
    return simple.write_one(call, METADATA, file_of(call, file_id).id, key)


def remove_metadata(call: Call, file_id: str) -> Response:
    """`DELETE /file/{id}/metadata`."""
    return simple.remove_all(call, METADATA, file_of(call, file_id).id)


def remove_key(call: Call, file_id: str, key: str) -> Response:
    """`DELETE /file/{id}/metadata/{key}`."""
    return simple.remove_one(call, METADATA, file_of(call, file_id).id, key)


_LONG = "/storage/<storage_id>/file/<file_id>"

ROUTES = (
    Route("GET", "/file/<file_id>", one),
    Route("GET", "/storage/file", several),
    Route("GET", "/storage/file/<file_id>", one),
    Route("GET", _LONG, one),
    Route("GET", "/storage/<storage_id>/file", several),
    Route("POST", "/storage/file", register),
    Route("POST", "/storage/<storage_id>/file", register),
    Route("PUT", "/file/<file_id>/state/<state>", set_state),
    Route("PUT", "/storage/file/<file_id>/state/<state>", set_state),
    Route("PUT", f"{_LONG}/state/<state>", set_state),
    Route("PUT", "/file/<file_id>/abandon", abandon),
    Route("PUT", "/storage/file/<file_id>/abandon", abandon),
    Route("PUT", f"{_LONG}/abandon", abandon),
    Route("POST", "/file/<file_id>/path", set_path),
    Route("PUT", "/file/<file_id>/restore", restore),
    Route("GET", "/file/<file_id>/data", data),
    Route("GET", "/storage/file/<file_id>/data", data),
    Route("GET", f"{_LONG}/data", data),
    Route("GET", "/file/<file_id>/metadata", read_metadata),
    Route("PUT", "/file/<file_id>/metadata", write_metadata),
    Route("DELETE", "/file/<file_id>/metadata", remove_metadata),
    Route("GET", "/file/<file_id>/metadata/<key>", read_key),
    Route("PUT", "/file/<file_id>/metadata/<key>", write_key),
    Route("DELETE", "/file/<file_id>/metadata/<key>", remove_key),
)
