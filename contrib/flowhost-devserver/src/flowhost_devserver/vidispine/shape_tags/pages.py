"""The pages about shape tags."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shape_tags import known


def several(call: Call) -> Response:
    """`GET /shape-tag`."""
    base = f"{call.site.api}/shape-tag/" if call.flag("url") else ""
    return uri_list(call, (base + name for name in known.names(call.site)))


def one(call: Call, name: str) -> Response:
    """`GET /shape-tag/{tag}`."""
    return document(call, "TranscodePresetDocument", known.preset(call.site, name), text=name)


def put(call: Call, name: str) -> Response:
    """`PUT /shape-tag/{tag}`."""
    known.set_preset(call.site, name, call.document("TranscodePresetDocument"))
    return empty()


def delete(call: Call, name: str) -> Response:
    """`DELETE /shape-tag/{tag}`."""
    known.remove(call.site, name)
    return empty()


ROUTES = (
    Route("GET", "/shape-tag", several),
    Route("GET", "/shape-tag/<name>", one),
    Route("PUT", "/shape-tag/<name>", put),
    Route("DELETE", "/shape-tag/<name>", delete),
)
