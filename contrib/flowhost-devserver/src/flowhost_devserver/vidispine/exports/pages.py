"""The pages that start exports."""

from __future__ import annotations

from collections.abc import Iterator

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.exports.delivering import export_steps
from flowhost_devserver.vidispine.exports.locations import location_of, uris_of
from flowhost_devserver.vidispine.external_ids.namings import own_id
from flowhost_devserver.vidispine.jobs import Step, job_answer, start_job
from flowhost_devserver.vidispine.libraries.records import library_of
from flowhost_devserver.vidispine.libraries.refreshing import members
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shape_tags import known
from flowhost_devserver.vidispine.shapes.finding import item_of, shape_of
from flowhost_plugins.catalogue import CatalogueItem, NotFound


def export(call: Call, item_id: str) -> Response:
    """`POST /item/{id}/export?uri=` or `locationName=`."""
    return _export(call, [item_of(call, item_id, "READ")])


def export_shape(call: Call, item_id: str, shape_id: str) -> Response:
    """`POST /item/{id}/shape/{id}/export`."""
    item, shape = shape_of(call, item_id, shape_id, "READ")
    return _export(call, [item], shape.id)


def export_collection(call: Call, collection_id: str) -> Response:
    """`POST /collection/{id}/export`: every item in it."""
    return _export(call, list(_items(call, collection_id)))


def export_library(call: Call, library_id: str) -> Response:
    """`POST /library/{id}/export`: every item in it."""
    library = library_of(call.site, library_id).id
    return _export(call, [item_of(call, item, "READ") for item in members(call.site, library)])


def _items(call: Call, collection_id: str) -> Iterator[CatalogueItem]:
    try:
        held = call.site.catalogue.members(own_id(call.site, collection_id))
    except NotFound:
        raise not_found("Collection", collection_id) from None
    for member in held:
        if member.kind == "item":
            yield item_of(call, member.id, "READ")


def _export(call: Call, items: list[CatalogueItem], shape: str = "") -> Response:
    uris, default_tags = _places(call)
    tags = [shape] if shape else call.words("tag") or default_tags or ["original"]
    for tag in tags if not shape else ():
        known.check(call.site, tag)
    steps = list[Step]()
    for item in items:
        for tag in tags:
            if _can_be_there(call, item, tag):
                steps += export_steps(
                    call.site,
                    item.id,
                    tag,
                    uris,
                    original_name=call.flag("useOriginalFilename"),
                    metadata=call.flag("metadata"),
                )
    data = {"tags": "" if shape else ",".join(tags), "uri": ",".join(uris)}
    data |= {"locationName": call.text("locationName")} if call.text("locationName") else {}
    only = items[0].id if len(items) == 1 else ""
    return job_answer(call, start_job(call, "EXPORT", only, steps, data=data))


def _places(call: Call) -> tuple[list[str], list[str]]:
    """Where to, and the tags that are delivered there when nobody says."""
    name, uris = call.text("locationName"), call.texts("uri")
    if bool(name) == bool(uris):
        raise invalid_input("uri", explanation="expected either uri or locationName")
    if not name:
        return uris, []
    location = location_of(call.site, name)
    return uris_of(location), location.get("tag") or []


def _can_be_there(call: Call, item: CatalogueItem, tag: str) -> bool:
    """Whether a shape is there or can be made; what cannot is left out, unless that is not allowed."""
    if any(tag in (*shape.tags, shape.id) and shape.files for shape in item.shapes):
        return True
    made = {one.name: one.media_type for one in call.site.catalogue.shape_tags()}
    return not call.flag("allowMissing", default=True) or made.get(tag, "") == item.media_type != ""


ROUTES = (
    Route("POST", "/item/<item_id>/export", export),
    Route("POST", "/item/<item_id>/shape/<shape_id>/export", export_shape),
    Route("POST", "/collection/<collection_id>/export", export_collection),
    Route("POST", "/library/<library_id>/export", export_library),
)
