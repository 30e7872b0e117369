"""Files as documents."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.simple_metadata import as_fields, pairs_of
from flowhost_plugins.catalogue import File, NotFound, Storage

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

METADATA = "file-metadata"
"""Kind of what is kept with files."""

SAID_STATE = "file-state"
"""Kind of what is kept with files: the state somebody said, when it is one that the catalogue does not have."""

SAID_STATES = ("NONE", "BEING_READ", "AWAITING_SYNC")
"""Those states."""

UNKNOWN_SIZE = -1

add_forms(
    {
        "Pairs": {"field": "KeyValue*"},
        "ComponentId": {"id": "text"},
        "FileShape": {"id": "text", "component": "ComponentId*"},
        "FileItem": {"id": "text", "shape": "FileShape*"},
        "File": {
            "id": "text",
            "path": "text",
            "uri": "text*",
            "state": "text",
            "size": "int",
            "hash": "text",
            "timestamp": "moment",
            "refreshFlag": "int",
            "storage": "text",
            "metadata": "Pairs",
            "item": "FileItem*",
        },
        "FileList": {"hits": "int", "nextCursor": "text", "file": "File*"},
    },
    {"FileDocument": "File", "FileListDocument": "FileList"},
)


def file_document(site: Site, file: File, *, item: bool = False, scheme: str = "") -> dict[str, Any]:
    """A FileDocument in its JSON form.

    Args:
        site: the server.
        file: the file.
        item: whether it shall tell which item, shape and components it is of.
        scheme: only URIs of this scheme; empty: all.
    """
    storage = site.catalogue.storage(file.storage)
    uri = Path(storage.path, file.path).as_uri()
    known = file.state in ("CLOSED", "ARCHIVED") or file.modified is not None
    document: dict[str, Any] = {
        "id": file.id,
        "path": file.path,
        "uri": [uri] if scheme in ("", "file", "AUTO") else [],
        "state": shown_state(site, file, storage),
        "size": file.size if known else UNKNOWN_SIZE,
    }
    if digest := sha1(site, file):
        document["hash"] = digest
    when = file.modified or file.created or datetime.fromtimestamp(0, UTC)
    document |= {
        "timestamp": stamp(when),
        "refreshFlag": 1,
        "storage": file.storage,
        "metadata": as_fields(pairs_of(site, METADATA, file.id)),
    }
    if item and file.item:
        document["item"] = [_owner(site, file)]
    return document


def shown_state(site: Site, file: File, storage: Storage) -> str:
    """The state as Vidispine tells it: what is whole in an archive is archived, unless it was asked back."""
    if said := site.keeping.get(SAID_STATE, file.id):
        return str(said)
    if file.state == "CLOSED" and storage.kind == "ARCHIVE":
        until = site.keeping.get("restored-until", file.id)
        return "CLOSED" if until and until > site.clock.now().isoformat() else "ARCHIVED"
    return file.state


def sha1(site: Site, file: File) -> str:
    """SHA-1 of a file that is whole; empty while it is not, or not there. It is kept until the file changes."""
    if file.state != "CLOSED":
        return ""
    seen = [file.size, file.modified.isoformat() if file.modified else ""]
    kept = site.keeping.get("sha1", file.id)
    if kept and kept["seen"] == seen:
        return str(kept["hash"])
    try:
        with site.catalogue.path_of(file).open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha1").hexdigest()
    except (OSError, NotFound):  # it went; the next scan says so
        return ""
    site.keeping.put("sha1", file.id, {"seen": seen, "hash": digest})
    return digest


def _owner(site: Site, file: File) -> dict[str, Any]:
    from flowhost_devserver.vidispine.shapes.components import components_of  # it needs this module

    assert file.item, "it was asked for"
    shapes = [shape for shape in site.catalogue.shapes(file.item) if shape.id == file.shape]
    held = [
        {"id": shape.id, "component": [{"id": one.id} for one in components_of(shape)]} for shape in shapes
    ]
    return {"id": file.item, "shape": held}
