"""Items and their formats, as Portal shows them."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.moments import zulu
from flowhost_devserver.vidispine.portal.subjects import item_for, may
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route
from flowhost_plugins.catalogue import CatalogueItem, File, Shape

RELATION = "portal-relation"  # in the keeping
DIRECTIONS = ("D", "U")


def item(call: Call, item_id: str) -> Response:
    """An item at a glance."""
    found = item_for(call, item_id)
    files = [file for shape in found.shapes for file in shape.files]
    original = next((shape for shape in found.shapes if "original" in shape.tags), None)
    rights = {
        f"{kind}_{right.lower()}": may(call, found, right)
        for kind in ("generic", "uri", "metadata")
        for right in ("READ", "WRITE")
    }
    return json_document(
        {
            "id": found.id,
            "item_type": "item",
            "archived": found.archive_status.startswith("Archived"),
            "online": any(file.state == "CLOSED" for file in files),
            "locked": any(
                lock.is_effective(call.site.clock.now())
                for lock in call.site.catalogue.deletion_locks(found.id)
            ),
            "auto_purge_seconds": None,
            "latest_version": 1,
            "system_metadata": _system_metadata(call, found),
            "metadata_summary": [
                {"name": name, "value": list(values)} for name, values in found.fields.items()
            ],
            "original_shape": original and _shape(original),
            "permissions": rights,
            "previews": {"shapes": [_shape(shape) for shape in found.shapes if "original" not in shape.tags]},
        }
    )


def _system_metadata(call: Call, found: CatalogueItem) -> dict[str, Any]:
    known = call.site.catalogue.variables(found.id)
    durations = [
        component.duration
        for shape in found.shapes
        for component in shape.components
        if component.kind == "container" and component.duration is not None
    ]
    return {
        "title": found.title or None,
        "mediaType": found.media_type or "none",
        "originalFilename": known.get("originalFilename"),
        "user": found.user or "system",
        "created": zulu(found.created),
        "durationSeconds": durations[0] if durations else None,
        "itemId": found.id,
    }


def _is_closed(shape: Shape) -> bool:
    return bool(shape.files) and all(file.state == "CLOSED" for file in shape.files)


def _shape(shape: Shape) -> dict[str, Any]:
    return {"id": shape.id, "display_name": shape.tags[0] if shape.tags else "", "closed": _is_closed(shape)}


def formats(call: Call, item_id: str) -> Response:
    """The shapes of an item with their files."""
    found = item_for(call, item_id)
    rows = [
        _shape(shape)
        | {
            "name": shape.tags[0] if shape.tags else "",
            "mimeType": [shape.mime_type] if shape.mime_type else [],
            "download_uri": f"{call.site.api}/item/{found.id}/shape/{shape.id}/file",
            "data_corruption": any(file.state == "LOST" for file in shape.files),
            "files": [_file(call, found, shape, file) for file in shape.files],
        }
        for shape in found.shapes
    ]
    return json_document({"formats": rows, "total": len(rows)})


def _file(call: Call, found: CatalogueItem, shape: Shape, file: File) -> dict[str, Any]:
    storage = call.site.catalogue.storage(file.storage)
    base = f"{call.site.api}/v2/items/{found.id}/shape/{shape.id}/{storage.id}"
    words = ("move", "copy", "rename", "delete")
    return {
        "id": file.id,
        "filename": file.path,
        "filesize": file.size,
        "file_state": file.state,
        "manageable": file.state == "CLOSED",
        "storage": {"id": storage.id, "name": storage.name},
        "urls": {f"manage_shape_{word}_url": f"{base}/{word}/" for word in words},
    }


def relate(call: Call, item_id: str, child_id: str) -> Response:
    """An item is related to another; once is enough."""
    parent, child = item_for(call, item_id, "WRITE"), item_for(call, child_id)
    kind, direction = call.text("type", "portal_metadata_cascade"), call.text("direction", "D")
    if direction not in DIRECTIONS:
        raise invalid_input("direction", explanation=f"direction is {direction!r}, expected D or U")
    relation = {"source": parent.id, "target": child.id, "type": kind, "direction": direction}
    with call.site.lock:
        for id_, known in call.site.keeping.all(RELATION).items():
            if known == relation:
                return json_document({"id": id_, **known})
        id_ = f"VX-{call.site.keeping.next_number('relation')}"
        call.site.keeping.put(RELATION, id_, relation)
    return json_document({"id": id_, **relation})


def relations(call: Call, item_id: str) -> Response:
    """What an item is related to."""
    found = item_for(call, item_id)
    kept = call.site.keeping.all(RELATION).items()
    rows = [{"id": id_, **known} for id_, known in kept if found.id in (known["source"], known["target"])]
    return json_document({"relations": rows, "total": len(rows)})


ROUTES = (
    Route("GET", "/items/<item_id>", item),
    Route("GET", "/items/<item_id>/formats", formats),
    Route("GET", "/items/<item_id>/relation", relations),
    Route("POST", "/items/<item_id>/relation/<child_id>", relate),
)
