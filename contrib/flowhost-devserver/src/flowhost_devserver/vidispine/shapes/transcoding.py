"""The pages that start transcodes and analyses."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs import Step, job_answer, start_job
from flowhost_devserver.vidispine.jobs.starting import ordered_settings
from flowhost_devserver.vidispine.jobs.steps import transcode_steps
from flowhost_devserver.vidispine.refusals import invalid_input, not_yet_implemented
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shape_tags import known
from flowhost_devserver.vidispine.shapes.finding import item_of, shape_of
from flowhost_devserver.vidispine.storages.kept import storage_of
from flowhost_devserver.vidispine.thumbnails.asking import picture_steps


def transcode(call: Call, item_id: str) -> Response:
    """`POST /item/{id}/transcode?tag=`."""
    return _transcode(call, item_of(call, item_id).id, "original")


def transcode_shape(call: Call, item_id: str, shape_id: str) -> Response:
    """`POST /item/{id}/shape/{id}/transcode?tag=`."""
    item, shape = shape_of(call, item_id, shape_id)
    if not shape.tags:
        raise invalid_input("shape", id_=shape.id, explanation="a shape without a tag is no source")
    return _transcode(call, item.id, shape.tags[0])


def _transcode(call: Call, item: str, source: str) -> Response:
    tags = list(dict.fromkeys(call.words("tag")))
    for tag in tags:
        known.check(call.site, tag)
    if not tags:
        raise invalid_input("tag", explanation="expected one or more shape tags")
    if call.text("destinationItem") not in ("", item):
        raise not_yet_implemented("destinationItem")
    storage = call.text("storageId")
    if storage:
        storage_of(call.site, storage)
    steps = transcode_steps(tags, storage=storage or None, source_tag=source)
    steps += picture_steps(call, default=False)
    data = ordered_settings(call) | {"tags": ",".join(tags), "overridePresetSourceTag": source}
    return job_answer(call, start_job(call, "TRANSCODE", item, steps, data=data))


def analyze(call: Call, item_id: str) -> Response:
    """`POST /item/{id}/analyze`: look into the original once more."""
    item = item_of(call, item_id)
    steps = [Step("analyze", {}, "Analyzing shape")]
    return job_answer(call, start_job(call, "ANALYZE", item.id, steps))


def analyze_shape(call: Call, item_id: str, shape_id: str) -> Response:
    """`POST /item/{id}/shape/{id}/analyze`, and `/update`."""
    item, shape = shape_of(call, item_id, shape_id)
    steps = [Step("analyze", {"tag": next(iter(shape.tags), "")}, "Analyzing shape")]
    kind = "SHAPE_UPDATE" if call.path.endswith("update") else "ANALYZE"
    return job_answer(call, start_job(call, kind, item.id, steps))


ROUTES = (
    Route("POST", "/item/<item_id>/transcode", transcode),
    Route("POST", "/item/<item_id>/shape/<shape_id>/transcode", transcode_shape),
    Route("POST", "/item/<item_id>/analyze", analyze),
    Route("POST", "/item/<item_id>/shape/<shape_id>/analyze", analyze_shape),
    Route("POST", "/item/<item_id>/shape/<shape_id>/update", analyze_shape),
)
