"""The pages about what is in a shape: components, MIME types, and versions of the essence."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import TYPES, add_forms
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shapes.documents import component_documents, is_placeholder, shape_document
from flowhost_devserver.vidispine.shapes.finding import item_of, shape_of

add_forms(
    {
        "Component": {**TYPES["Container"], **TYPES["Binary"], **TYPES["Audio"], **TYPES["Video"]},
        "ComponentList": {"component": "Component*"},
        "EssenceVersion": {"shape": "Shape*"},
        "EssenceVersionEntry": {"id": "int", "uri": "text", "created": "moment"},
        "EssenceVersionList": {"version": "EssenceVersionEntry*"},
    },
    {
        "ComponentDocument": "Component",
        "ComponentListDocument": "ComponentList",
        "EssenceVersionDocument": "EssenceVersion",
        "EssenceVersionListDocument": "EssenceVersionList",
    },
)

SHARED = ("id", "file", "metadata")
"""What every kind of component has."""


def _bare(component: dict[str, Any]) -> dict[str, Any]:
    return {key: component[key] for key in SHARED}


def components(call: Call, item_id: str, shape_id: str) -> Response:
    """`GET /item/{id}/shape/{id}/component`."""
    _, shape = shape_of(call, item_id, shape_id)
    found = [_bare(one) for _, one in component_documents(call.site, shape)]
    return document(call, "ComponentListDocument", {"component": found})


def component(call: Call, item_id: str, shape_id: str, component_id: str) -> Response:
    """`GET /item/{id}/shape/{id}/component/{id}`; with `full` all that is known of it."""
    _, shape = shape_of(call, item_id, shape_id)
    for _, one in component_documents(call.site, shape):
        if one["id"] == component_id:
            shown = one if call.flag("full") else _bare(one)
            return document(call, "ComponentDocument", shown, text=component_id)
    raise not_found("component", component_id)


def mime_types(call: Call, item_id: str, shape_id: str) -> Response:
    """`GET /item/{id}/shape/{id}/mime`."""
    _, shape = shape_of(call, item_id, shape_id)
    return uri_list(call, [shape.mime_type] if shape.mime_type else [])


def versions(call: Call, item_id: str) -> Response:
    """`GET /item/{id}/shape/version`: there is only one version of the essence."""
    item = item_of(call, item_id)
    uri = f"{call.site.api}/item/{item.id}/shape/version/0"
    return document(call, "EssenceVersionListDocument", {"version": [{"id": 0, "uri": uri}]})


def version(call: Call, item_id: str, number: str) -> Response:
    """`GET /item/{id}/shape/version/{n}`: the shapes of a version of the essence."""
    item = item_of(call, item_id)
    if number != "0":
        raise not_found("version", number)
    shown = [
        shape_document(call.site, shape) for shape in item.shapes if not is_placeholder(call.site, shape)
    ]
    return document(call, "EssenceVersionDocument", {"shape": shown})


_SHAPE = "/item/<item_id>/shape/<shape_id>"

ROUTES = (
    Route("GET", "/item/<item_id>/shape/version", versions),
    Route("GET", "/item/<item_id>/shape/version/<number>", version),
    Route("GET", f"{_SHAPE}/mime", mime_types),
    Route("GET", f"{_SHAPE}/component", components),
    Route("GET", f"{_SHAPE}/component/<component_id>", component),
)
