"""Orders transcodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import Item, Job, is_id
from flowhost_plugins.vidispine.jobs import finding
from flowhost_plugins.vidispine.media.kinds import item_and_kind, require_kind
from flowhost_plugins.vidispine.media.shapes import tagged

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

ORIGINAL = "original"
"""The tag of the media an item came with."""


def order(client: Client, item_id: str, tag: str, query: dict[str, list[str]], *, replace: bool) -> Job:
    """Start the job.

    Everything that could refuse it is asked first, since what is replaced has to go before: Vidispine makes one more shape
    of a tag otherwise. A process that dies between finds no shape and no job, and so starts one.
    """
    if tag == ORIGINAL:
        raise flowhost.Permanent(f"a shape {tag!r} is not made by a transcode: others are made of it")
    own_id = item_id if is_id(item_id) else client.get("item", item_id, into=Item).id
    # without the lock two who ask at once would each find no job of the other
    with flowhost.Locked(f"{client.settings.base} transcode {own_id} {tag}"):
        item, kind, shapes = item_and_kind(client, own_id)
        require_kind(client, item, kind, tag)
        there = tagged(shapes, tag)
        if there and not replace:
            raise flowhost.ShapeExists(f"the item {item} has a shape {tag!r} already")
        for job in finding.live(client, item, "TRANSCODE"):
            if tag in job.values.get("tags", "").split(","):
                what = f"the job {job.job_id} makes a shape {tag!r} of the item {item} already"
                raise flowhost.ShapeExists(what)
        if there:
            _require_source(item, shapes, tag)
        for shape in there:
            _make_room(client, shape, tag)
        return client.post("item", item, "transcode", query={"tag": tag, **query}, into=Job)


def _require_source(item: str, shapes: Iterable[flowhost.Shape], tag: str) -> None:
    """Make sure that what is replaced is not the last that the item has.

    Raises:
        Permanent: no other shape has a whole file.
    """
    others = [shape for shape in shapes if set(shape.tags) - {tag}]
    if not any(file.state == "CLOSED" for shape in others for file in shape.files):
        what = f"no other shape of the item {item} has a whole file to make it of"
        raise flowhost.Permanent(f"the shape {tag!r} is not replaced: {what}")


def _make_room(client: Client, shape: flowhost.Shape, tag: str) -> None:
    """Delete a shape; one that is something else besides, as the original, only loses the tag."""
    place = ("item", shape.item, "shape", shape.id)
    if set(shape.tags) - {tag}:
        client.delete(*place, "tag", tag)
    else:
        client.delete(*place)
