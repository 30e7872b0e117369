"""The pages about the metadata of shapes and components, and about the names of their files."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata as simple
from flowhost_devserver.vidispine.answers import uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shapes.components import components_of
from flowhost_devserver.vidispine.shapes.documents import COMPONENT_METADATA, METADATA
from flowhost_devserver.vidispine.shapes.finding import shape_of

FILE_NAMES = "shape-filename"
"""Kind of what is kept: by shape, storage → what its file shall be called there."""


def _shape(call: Call, item_id: str, shape_id: str) -> str:
    return shape_of(call, item_id, shape_id)[1].id


def _component(call: Call, item_id: str, shape_id: str, component_id: str) -> str:
    _, shape = shape_of(call, item_id, shape_id)
    if component_id not in [one.id for one in components_of(shape)]:
        raise not_found("component", component_id)
    return component_id


def read_shape(call: Call, item_id: str, shape_id: str) -> Response:
    """All pairs of a shape."""
    return simple.read_all(call, METADATA, _shape(call, item_id, shape_id))


def write_shape(call: Call, item_id: str, shape_id: str) -> Response:
    """Pairs for a shape."""
    return simple.write_all(call, METADATA, _shape(call, item_id, shape_id))


def read_shape_key(call: Call, item_id: str, shape_id: str, key: str) -> Response:
    """One pair of a shape."""
    return simple.read_one(call, METADATA, _shape(call, item_id, shape_id), key)


def write_shape_key(call: Call, item_id: str, shape_id: str, key: str) -> Response:
    """One pair for a shape."""
    return simple.write_one(call, METADATA, _shape(call, item_id, shape_id), key)


def remove_shape(call: Call, item_id: str, shape_id: str) -> Response:
    """All pairs of a shape go."""
    return simple.remove_all(call, METADATA, _shape(call, item_id, shape_id))


def remove_shape_key(call: Call, item_id: str, shape_id: str, key: str) -> Response:
    """One pair of a shape goes."""
    return simple.remove_one(call, METADATA, _shape(call, item_id, shape_id), key)


def read_component(call: Call, item_id: str, shape_id: str, component_id: str) -> Response:
    """All pairs of a component."""
    id_ = _component(call, item_id, shape_id, component_id)
    return simple.read_all(call, COMPONENT_METADATA, id_)


def write_component(call: Call, item_id: str, shape_id: str, component_id: str) -> Response:
    """Pairs for a component."""
    id_ = _component(call, item_id, shape_id, component_id)
    return simple.write_all(call, COMPONENT_METADATA, id_)


def read_component_key(call: Call, item_id: str, shape_id: str, component_id: str, key: str) -> Response:
    """One pair of a component."""
    id_ = _component(call, item_id, shape_id, component_id)
    return simple.read_one(call, COMPONENT_METADATA, id_, key)


def write_component_key(call: Call, item_id: str, shape_id: str, component_id: str, key: str) -> Response:
    """One pair for a component."""
    id_ = _component(call, item_id, shape_id, component_id)
    return simple.write_one(call, COMPONENT_METADATA, id_, key)


def remove_component(call: Call, item_id: str, shape_id: str, component_id: str) -> Response:
    """All pairs of a component go."""
    id_ = _component(call, item_id, shape_id, component_id)
    return simple.remove_all(call, COMPONENT_METADATA, id_)


def remove_component_key(call: Call, item_id: str, shape_id: str, component_id: str, key: str) -> Response:
    """One pair of a component goes."""
    id_ = _component(call, item_id, shape_id, component_id)
    return simple.remove_one(call, COMPONENT_METADATA, id_, key)


def file_names(call: Call, item_id: str, shape_id: str) -> Response:
    """The storages in which the shape's file shall have a name of its own."""
    return uri_list(call, simple.pairs_of(call.site, FILE_NAMES, _shape(call, item_id, shape_id)))


def read_file_name(call: Call, item_id: str, shape_id: str, storage_id: str) -> Response:
    """What the shape's file shall be called in a storage."""
    return simple.read_one(call, FILE_NAMES, _shape(call, item_id, shape_id), storage_id)


def write_file_name(call: Call, item_id: str, shape_id: str, storage_id: str) -> Response:
    """Say what the shape's file shall be called in a storage."""
    shape = _shape(call, item_id, shape_id)
    return simple.write_one(call, FILE_NAMES, shape, storage_id, parameter="filename")


def remove_file_name(call: Call, item_id: str, shape_id: str, storage_id: str) -> Response:
    """Leave that to the storage again."""
    return simple.remove_one(call, FILE_NAMES, _shape(call, item_id, shape_id), storage_id)


_SHAPE = "/item/<item_id>/shape/<shape_id>"
_COMPONENT = f"{_SHAPE}/component/<component_id>/metadata"

ROUTES = (
    Route("GET", f"{_SHAPE}/metadata", read_shape),
    Route("PUT", f"{_SHAPE}/metadata", write_shape),
    Route("DELETE", f"{_SHAPE}/metadata", remove_shape),
    Route("GET", f"{_SHAPE}/metadata/<key>", read_shape_key),
    Route("PUT", f"{_SHAPE}/metadata/<key>", write_shape_key),
    Route("DELETE", f"{_SHAPE}/metadata/<key>", remove_shape_key),
    Route("GET", _COMPONENT, read_component),
    Route("PUT", _COMPONENT, write_component),
    Route("DELETE", _COMPONENT, remove_component),
    Route("GET", f"{_COMPONENT}/<key>", read_component_key),
    Route("PUT", f"{_COMPONENT}/<key>", write_component_key),
    Route("DELETE", f"{_COMPONENT}/<key>", remove_component_key),
    Route("GET", f"{_SHAPE}/filename", file_names),
    Route("GET", f"{_SHAPE}/filename/<storage_id>", read_file_name),
    Route("PUT", f"{_SHAPE}/filename/<storage_id>", write_file_name),
    Route("DELETE", f"{_SHAPE}/filename/<storage_id>", remove_file_name),
)
