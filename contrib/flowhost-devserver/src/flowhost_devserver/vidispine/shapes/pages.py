"""The pages about the shapes of an item."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.files.documents import file_document
from flowhost_devserver.vidispine.imports.ordering import tidy_step
from flowhost_devserver.vidispine.imports.sources import Source, named_source, sent_source
from flowhost_devserver.vidispine.jobs import job_answer, start_job
from flowhost_devserver.vidispine.jobs.starting import job_metadata, ordered_settings, priority_of
from flowhost_devserver.vidispine.jobs.steps import import_step, tag_step
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shapes.awaited import AWAITED, is_awaited, shapes_of
from flowhost_devserver.vidispine.shapes.documents import (
    METADATA,
    PLACEHOLDERS,
    is_placeholder,
    shape_document,
)
from flowhost_devserver.vidispine.shapes.finding import item_of, shape_of
from flowhost_devserver.vidispine.simple_metadata import from_fields, put_pairs
from flowhost_plugins.catalogue import CatalogueItem, Shape

VERSIONS = ("latest", "all", "latest-per-shapetag")
PLACEHOLDER_WORDS = ("false", "true", "all")


def several(call: Call, item_id: str) -> Response:
    """`GET /item/{id}/shape`."""
    found = _wanted(call, item_of(call, item_id))
    base = f"{call.site.api}/item/{item_id}/shape/" if call.flag("url") else ""
    return uri_list(call, (base + shape.id for shape in found))


def _wanted(call: Call, item: CatalogueItem) -> list[Shape]:
    version, tags = call.text("version", "latest"), call.words("tag")
    if version not in VERSIONS and not version.isdecimal():
        expected = f"expected {', '.join(VERSIONS)}, or a number"
        raise invalid_input("version", explanation=expected, value=version)
    which = call.text("placeholder", "false").lower()
    if which not in PLACEHOLDER_WORDS:
        raise invalid_input(
            "placeholder", explanation=f"expected {', '.join(PLACEHOLDER_WORDS)}", value=which
        )
    if version.isdecimal() and int(version) > 0:  # there is only one version of the essence
        return []
    return [
        shape
        for shape in shapes_of(call.site, item)
        if (not tags or not set(tags).isdisjoint(shape.tags))
        and (which == "all" or is_placeholder(call.site, shape) == (which == "true"))
    ]


def one(call: Call, item_id: str, shape_id: str) -> Response:
    """`GET /item/{id}/shape/{id}`."""
    _, shape = shape_of(call, item_id, shape_id)
    return _shown(call, shape)


def _shown(call: Call, shape: Shape) -> Response:
    scheme = call.text("scheme")
    return document(call, "ShapeDocument", shape_document(call.site, shape, scheme=scheme), text=shape.id)


def create(call: Call, item_id: str) -> Response:
    """`POST /item/{id}/shape/create`: a shape without media; what its document says of media is not taken."""
    item = item_of(call, item_id)
    given = call.document("ShapeDocument")
    tags = [*given.get("tag", ()), *call.words("tag")]
    mime_type = next(iter(given.get("mimeType", ())), "")
    return _shown(call, call.site.catalogue.create_shape(item.id, tags=tags, mime_type=mime_type))


def create_placeholder(call: Call, item_id: str) -> Response:
    """`POST /item/{id}/shape/placeholder`: a shape that says that media will come; the document is its metadata."""
    item = item_of(call, item_id)
    pairs = from_fields(call.document("SimpleMetadataDocument"))
    shape = call.site.catalogue.create_shape(item.id, tags=call.words("tag"))
    call.site.keeping.put(PLACEHOLDERS, shape.id, {"item": item.id})
    put_pairs(call.site, METADATA, shape.id, pairs)
    return _shown(call, shape)


def import_shape(call: Call, item_id: str) -> Response:
    """`POST /item/{id}/shape?uri=` or ``fileId=``: media becomes one more shape."""
    item = item_of(call, item_id)
    return _import(call, item, named_source(call))


def import_sent_shape(call: Call, item_id: str) -> Response:
    """`POST /item/{id}/shape/raw`: the media in the body becomes one more shape; of a part nothing is made yet."""
    item = item_of(call, item_id)
    priority_of(call)
    job_metadata(call)
    ordered_settings(call)
    source = sent_source(call)
    return empty() if source is None else _import(call, item, source)


def _import(call: Call, item: CatalogueItem, source: Source) -> Response:
    tags = call.words("tag") or ["original"]
    storage = call.text("storageId") or None
    steps = [import_step(source.where, tag=tags[0], mode=source.mode, storage=storage)]
    if tags[1:]:
        steps.append(tag_step(tags))
    if source.mode == "move":
        steps.append(tidy_step(source))
    data = ordered_settings(call) | source.data | {"tags": ",".join(tags)}
    return job_answer(call, start_job(call, "SHAPE_IMPORT", item.id, steps, data=data))


def delete(call: Call, item_id: str, shape_id: str) -> Response:
    """`DELETE /item/{id}/shape/{id}`: answers with those that remain."""
    item, shape = shape_of(call, item_id, shape_id)
    _delete(call, shape)
    base = f"{call.site.api}/item/{item_id}/shape/" if call.flag("url") else ""
    rest = [one.id for one in call.site.catalogue.shapes(item.id) if not is_placeholder(call.site, one)]
    return uri_list(call, (base + id_ for id_ in rest))


def delete_all(call: Call, item_id: str) -> Response:
    """`DELETE /item/{id}/shape`."""
    for shape in shapes_of(call.site, item_of(call, item_id)):
        _delete(call, shape)
    return empty(204)


def _delete(call: Call, shape: Shape) -> None:
    if is_awaited(shape):
        call.site.keeping.delete(AWAITED, shape.item)
        return
    if call.flag("keepFiles"):
        for file in shape.files:
            call.site.catalogue.release_file(file.id)
    call.site.catalogue.delete_shape(shape.id)


def files(call: Call, item_id: str, shape_id: str) -> Response:
    """`GET /item/{id}/shape/{id}/file`."""
    _, shape = shape_of(call, item_id, shape_id)
    shown = [
        file_document(call.site, file, item=call.flag("includeItem"))
        for file in shape.files
        if file.state == "CLOSED" or not call.flag("closedFiles")
    ]
    data = {"hits": len(shown), "file": shown}
    text = "".join(f"{file['id']}\r\n" for file in shown)
    return document(call, "FileListDocument", data, text=text)


def add_tag(call: Call, item_id: str, shape_id: str, tag: str) -> Response:
    """`PUT /item/{id}/shape/{id}/tag/{tag}`."""
    _, shape = shape_of(call, item_id, shape_id)
    call.site.catalogue.set_tags_of_shape(shape.id, {*shape.tags, tag})
    return empty()


def remove_tag(call: Call, item_id: str, shape_id: str, tag: str) -> Response:
    """`DELETE /item/{id}/shape/{id}/tag/{tag}`."""
    _, shape = shape_of(call, item_id, shape_id)
    if tag not in shape.tags:
        raise not_found("shape-tag", tag)
    call.site.catalogue.set_tags_of_shape(shape.id, set(shape.tags) - {tag})
    return empty()


def tags(call: Call, item_id: str, shape_id: str) -> Response:
    """`GET /item/{id}/shape/{id}/tag`."""
    _, shape = shape_of(call, item_id, shape_id)
    base = f"{call.site.api}/shape-tag/" if call.flag("url") else ""
    return uri_list(call, (base + tag for tag in shape.tags))


_SHAPE = "/item/<item_id>/shape/<shape_id>"

ROUTES = (
    Route("GET", "/item/<item_id>/shape", several),
    Route("POST", "/item/<item_id>/shape", import_shape),
    Route("POST", "/item/<item_id>/shape/raw", import_sent_shape),
    Route("DELETE", "/item/<item_id>/shape", delete_all),
    Route("POST", "/item/<item_id>/shape/create", create),
    Route("POST", "/item/<item_id>/shape/placeholder", create_placeholder),
    Route("GET", _SHAPE, one),
    Route("DELETE", _SHAPE, delete),
    Route("GET", f"{_SHAPE}/file", files),
    Route("GET", f"{_SHAPE}/tag", tags),
    Route("PUT", f"{_SHAPE}/tag/<tag>", add_tag),
    Route("DELETE", f"{_SHAPE}/tag/<tag>", remove_tag),
)
