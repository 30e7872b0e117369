"""Shapes as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.files.documents import file_document
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.shapes.awaited import is_awaited
from flowhost_devserver.vidispine.shapes.components import KEYS, component_content, components_of
from flowhost_devserver.vidispine.simple_metadata import as_fields, pairs_of
from flowhost_plugins.catalogue import Shape

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

METADATA = "shape-metadata"
COMPONENT_METADATA = "component-metadata"
"""Kinds of what is kept with shapes and components."""

PLACEHOLDERS = "placeholder-shape"
"""Kind of the marks of shapes that only say that media will come."""

add_forms(
    {
        "Shape": {
            "id": "text",
            "essenceVersion": "int",
            "tag": "text*",
            "mimeType": "text*",
            "created": "moment",
            "containerComponent": "Container",
            "audioComponent": "Audio*",
            "videoComponent": "Video*",
            "binaryComponent": "Binary*",
            "metadata": "Pairs",
        }
    },
    {"ShapeDocument": "Shape"},
)


def shape_document(site: Site, shape: Shape, *, scheme: str = "") -> dict[str, Any]:
    """A ShapeDocument in its JSON form.

    Args:
        site: the server.
        shape: the shape.
        scheme: only URIs of this scheme in its files; empty: all.
    """
    document: dict[str, Any] = {"id": shape.id, "essenceVersion": 0, "tag": list(shape.tags)}
    metadata = as_fields(pairs_of(site, METADATA, shape.id))
    if not shape.files and not shape.components:
        return document | ({"metadata": metadata} if metadata else {})
    document["mimeType"] = [shape.mime_type] if shape.mime_type else []
    if shape.created:
        document["created"] = stamp(shape.created)
    for key, content in component_documents(site, shape, scheme=scheme):
        if key == "containerComponent":
            document[key] = content
        else:
            document.setdefault(key, []).append(content)
    return document | {"metadata": metadata}


def component_documents(site: Site, shape: Shape, *, scheme: str = "") -> list[tuple[str, dict[str, Any]]]:
    """The components of a shape with the keys they have in it; see `shape_document`."""
    files = [file_document(site, file, scheme=scheme) for file in shape.files]
    found = []
    for index, numbered in enumerate(components_of(shape)):
        content: dict[str, Any] = {"file": files, **component_content(numbered, index - 1)}
        pairs = pairs_of(site, COMPONENT_METADATA, numbered.id)
        content["metadata"] = [{"key": key, "value": value} for key, value in pairs.items()]
        found.append((KEYS[numbered.component.kind], content))
    return found


def is_placeholder(site: Site, shape: Shape) -> bool:
    """Whether a shape only says that media will come."""
    return is_awaited(shape) or (not shape.files and site.keeping.get(PLACEHOLDERS, shape.id) is not None)
