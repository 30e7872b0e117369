"""Orders transcodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import Job
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
    item, kind, shapes = item_and_kind(client, item_id)
    require_kind(client, item, kind, tag)
    there = tagged(shapes, tag)
    if there and not replace:
        raise flowhost.ShapeExists(f"the item {item} has a shape {tag!r} already")
    for job in finding.live(client, item, "TRANSCODE"):
        if tag in job.values.get("tags", "").split(","):
            what = f"the job {job.job_id} makes a shape {tag!r} of the item {item} already"
            raise flowhost.ShapeExists(what)
    for shape in there:
        client.delete("item", item, "shape", shape.id)
    return client.post("item", item, "transcode", query={"tag": tag, **query}, into=Job)
