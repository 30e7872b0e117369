"""What lies in storages, folder by folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.moments import zulu
from flowhost_devserver.vidispine.portal.paging import paged
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_plugins.catalogue import File, NotFound, Storage

KINDS = ("file", "directory")
IMPORT_STATES = ("imported", "not_imported")
SORTS = {"name": "name", "size": "size", "date": "timestamp"}
AT_ONCE = 1000  # files read from the catalogue


def list_files(call: Call) -> Response:
    """What lies in a folder of a storage, or at the top of every storage."""
    wanted = call.text("storage")
    storages = [_storage(call, wanted)] if wanted else call.site.catalogue.storages()
    return json_document(paged(call, [row for storage in storages for row in _rows(call, storage)]))


def content(call: Call, storage_id: str) -> Response:
    """What lies in a folder of a storage."""
    return json_document(paged(call, _rows(call, _storage(call, storage_id))))


def _storage(call: Call, storage_id: str) -> Storage:
    try:
        return call.site.catalogue.storage(storage_id)
    except NotFound:
        raise not_found("Storage", storage_id) from None


def _rows(call: Call, storage: Storage) -> list[dict[str, Any]]:
    _check(call)
    folder = "".join(part + "/" for part in call.text("path").split("/") if part)
    words = call.text("query").lower().strip("*")
    rows = {row["path"]: row for row in _children(call, storage, folder)}
    found = [
        row
        for row in rows.values()
        if call.text("item_type", row["item_type"]) == row["item_type"]
        and words in row["name"].lower()
        and (call.flag("include_hidden") or not row["name"].startswith("."))
        and call.text("import_state") in ("", row.get("import_state", ""))
    ]
    key, _, order = call.text("sort", "name_asc").partition("_")
    return sorted(found, key=lambda row: (row[SORTS[key]] or "", row["path"]), reverse=order == "desc")


def _check(call: Call) -> None:
    """Refuse words that mean nothing."""
    allowed = {
        "item_type": KINDS,
        "import_state": IMPORT_STATES,
        "sort": [f"{key}_{order}" for key in SORTS for order in ("asc", "desc")],
    }
    for name, words in allowed.items():
        if (given := call.text(name)) and given not in words:
            told = f"{name} is {given!r}, expected one of {', '.join(words)}"
            raise invalid_input(name, explanation=told)


def _children(call: Call, storage: Storage, folder: str) -> Iterator[dict[str, Any]]:
    for file in _files(call, storage):
        if not file.path.startswith(folder):
            continue
        name, slash, _ = file.path[len(folder) :].partition("/")
        yield _directory(storage, folder, name) if slash else _file(storage, file)


def _files(call: Call, storage: Storage) -> Iterator[File]:
    cursor = None
    while True:
        page = call.site.catalogue.files(storage=storage, cursor=cursor, number=AT_ONCE)
        yield from page.files
        cursor = page.cursor
        if cursor is None:
            return


def _directory(storage: Storage, folder: str, name: str) -> dict[str, Any]:
    return {
        "id": None,
        "name": name,
        "path": folder + name,
        "item_type": "directory",
        "size": 0,
        "timestamp": "",
        "storage": {"id": storage.id, "name": storage.name},
    }


def _file(storage: Storage, file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "path": file.path,
        "item_type": "file",
        "size": file.size,
        "timestamp": zulu(file.modified) if file.modified else "",
        "storage": {"id": storage.id, "name": storage.name},
        "state": file.state,
        "import_state": "imported" if file.item else "not_imported",
        "item_id": file.item,
        "hash": file.hash or None,
    }


ROUTES = (
    Route("GET", "/files", list_files),
    Route("GET", "/storages/<storage_id>/content", content),
)
