"""Orders transcodes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote

import flowhost
from flowhost_plugins.vidispine.client.errors import Missing
from flowhost_plugins.vidispine.documents import Item, Job, found_time, is_id
from flowhost_plugins.vidispine.jobs import finding
from flowhost_plugins.vidispine.media.kinds import item_and_kind, require_kind
from flowhost_plugins.vidispine.media.shapes import item_with_shapes, shapes_of, tagged
from flowhost_plugins.vidispine.media.storages import whole_files

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

REPLACES = "flowhost_replaces"
"""Job metadata of ours: the item, the shapes that shall go when the job has made another one, and their tag."""

ORIGINAL = "original"
"""The tag of the media an item came with."""


def order(client: Client, item_id: str, tag: str, query: dict[str, list[str]], *, replace: bool) -> Job:
    """Start the job.

    Vidispine makes one more shape of a tag when there is one. Which shapes it replaces is kept in the job itself, so
    that `drop_replaced` finds them again, in whatever process.
    """
    if tag == ORIGINAL:
        raise flowhost.Permanent(f"a shape {tag!r} is not made by a transcode: others are made of it")
    own_id = item_id if is_id(item_id) else client.get("item", item_id, into=Item).id
    # without the lock two who ask at once would each find no job of the other
    with flowhost.Locked(f"{client.settings.base} transcode {own_id} {tag}"):
        # before the shapes: what a job that ends in between has made is among them
        live = finding.live(client, own_id, "TRANSCODE")
        item, kind, shapes = item_and_kind(client, own_id)
        require_kind(client, item, kind, tag)
        there = tagged(shapes, tag)
        if there and not replace:
            raise flowhost.ShapeExists(f"the item {item} has a shape {tag!r} already")
        for job in live:
            if tag in job.values.get("tags", "").split(","):
                what = f"the job {job.job_id} makes a shape {tag!r} of the item {item} already"
                raise flowhost.ShapeExists(what)
        if there:
            _require_source(item, shapes, tag)
            replaces = f"{REPLACES}={finding.written(_replacing(item, there, tag))}"
            query = {**query, "jobmetadata": [*query.get("jobmetadata", ()), replaces]}
        return client.post("item", item, "transcode", query={"tag": [tag], **query}, into=Job)


def drop_replaced(client: Client, job_id: str) -> int:
    """Delete the shapes that were there before a job made one of the same tag; return how many.

    Nothing goes unless the job ended well and the item has another whole shape of the tag, made since the job was
    ordered. A process that dies in between finds what is left the next time.

    Raises:
        Unavailable: the job ended well, but what it made is not whole (yet).
    """
    job = client.get("job", job_id, query={"metadata": "true"}, into=Job)
    noted = unquote(job.values.get(REPLACES, "")).split(" ", 2)
    if len(noted) != 3 or not job.status.startswith("FINISHED"):
        return 0
    item, doomed, tag = noted[0], noted[1].split(","), noted[2]
    with flowhost.Locked(f"{client.settings.base} transcode {item} {tag}"):
        there = tagged(shapes_of(item_with_shapes(client, item)), tag)
        old = [shape for shape in there if shape.id in doomed]
        if old:
            _require_new(client, job, tag, [shape for shape in there if shape.id not in doomed])
        for shape in old:
            _drop(client, shape, tag)
    return len(old)


def _require_new(client: Client, job: Job, tag: str, others: Iterable[flowhost.Shape]) -> None:
    """Make sure that there is what a job made, and that it is whole.

    Raises:
        Unavailable: it is not.
    """
    ordered = found_time(job.started)
    new = [shape for shape in others if not (ordered and shape.created and shape.created < ordered)]
    if not whole_files(client, (file for shape in new for file in shape.files)):
        ids = ", ".join(shape.id for shape in new) or "there is none"
        what = f"the new shape {tag!r} of the job {job.job_id} ({ids}) has no whole file that can be reached"
        raise flowhost.Unavailable(f"{what}; what it replaces stays")


def _replacing(item: str, shapes: Iterable[flowhost.Shape], tag: str) -> str:
    """What is noted of shapes that shall be replaced; the tag is last, as it may have blanks."""
    return f"{item} {','.join(shape.id for shape in shapes)} {tag}"


def _require_source(item: str, shapes: Iterable[flowhost.Shape], tag: str) -> None:
    """Make sure that what is replaced is not the last that the item has.

    Raises:
        Permanent: no other shape has a whole file.
    """
    others = [shape for shape in shapes if set(shape.tags) - {tag}]
    if not any(file.state == "CLOSED" for shape in others for file in shape.files):
        what = f"no other shape of the item {item} has a whole file to make it of"
        raise flowhost.Permanent(f"the shape {tag!r} is not replaced: {what}")


def _drop(client: Client, shape: flowhost.Shape, tag: str) -> None:
    """Delete a shape; one that is something else besides, as the original, only loses the tag."""
    place = ("item", shape.item, "shape", shape.id)
    with suppress(Missing):  # somebody else was faster
        if set(shape.tags) - {tag}:
            client.delete(*place, "tag", tag)
        else:
            client.delete(*place)
