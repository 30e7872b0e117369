"""The pages about two parts of a preset: the metadata of a shape tag, and its script, which is kept but never run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shape_tags import known
from flowhost_devserver.vidispine.simple_metadata import as_fields, from_fields


def _pairs(call: Call, name: str) -> dict[str, str]:
    return from_fields(known.preset(call.site, name).get("metadata"))


def _change(call: Call, name: str, part: str, value: Any) -> None:
    """Let a part of the preset be another one; one that is empty goes."""
    with call.site.lock:
        preset = {key: held for key, held in known.preset(call.site, name).items() if key != part}
        known.set_preset(call.site, name, preset | ({part: value} if value else {}))


def _put(call: Call, name: str, pairs: Mapping[str, str]) -> None:
    with call.site.lock:
        after = {key: value for key, value in {**_pairs(call, name), **pairs}.items() if value}
        _change(call, name, "metadata", as_fields(after))


def read(call: Call, name: str) -> Response:
    """`GET /shape-tag/{tag}/metadata`."""
    return document(call, "SimpleMetadataDocument", as_fields(_pairs(call, name)))


def write(call: Call, name: str) -> Response:
    """`PUT /shape-tag/{tag}/metadata`."""
    _put(call, name, from_fields(call.document("SimpleMetadataDocument")))
    return empty(204)


def remove(call: Call, name: str) -> Response:
    """`DELETE /shape-tag/{tag}/metadata`."""
    _change(call, name, "metadata", None)
    return empty()


def read_key(call: Call, name: str, key: str) -> Response:
    """`GET /shape-tag/{tag}/metadata/{key}`."""
    pairs = _pairs(call, name)
    if key not in pairs:
        raise not_found("metadata", key)
    return plain(pairs[key])


def write_key(call: Call, name: str, key: str) -> Response:
    """`PUT /shape-tag/{tag}/metadata/{key}`: the body is the value."""
    _put(call, name, {key: call.text_body()})
    return empty()


def remove_key(call: Call, name: str, key: str) -> Response:
    """`DELETE /shape-tag/{tag}/metadata/{key}`."""
    read_key(call, name, key)
    _put(call, name, {key: ""})
    return empty()


def script(call: Call, name: str) -> Response:
    """`GET /shape-tag/{tag}/script`."""
    found = known.preset(call.site, name).get("script")
    if not found:
        raise not_found("script", name)
    return Response(found, content_type="application/javascript")


def put_script(call: Call, name: str) -> Response:
    """`PUT /shape-tag/{tag}/script`: the body is the script."""
    _change(call, name, "script", call.text_body())
    return empty()


def remove_script(call: Call, name: str) -> Response:
    """`DELETE /shape-tag/{tag}/script`."""
    _change(call, name, "script", None)
    return empty()


_METADATA, _SCRIPT = "/shape-tag/<name>/metadata", "/shape-tag/<name>/script"

ROUTES = (
    Route("GET", _METADATA, read),
    Route("PUT", _METADATA, write),
    Route("DELETE", _METADATA, remove),
    Route("GET", f"{_METADATA}/<key>", read_key),
    Route("PUT", f"{_METADATA}/<key>", write_key),
    Route("DELETE", f"{_METADATA}/<key>", remove_key),
    Route("GET", _SCRIPT, script),
    Route("PUT", _SCRIPT, put_script),
    Route("DELETE", _SCRIPT, remove_script),
)
