"""Deletes copies of shapes, but never the last one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import File, Job, Shape
from flowhost_plugins.vidispine.jobs.reading import asset_job
from flowhost_plugins.vidispine.media.files import owners
from flowhost_plugins.vidispine.media.shapes import shape_of
from flowhost_plugins.vidispine.media.storages import storages

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


@contextmanager
def alone(client: Client, shapes: Iterable[str]) -> Iterator[None]:
    """Within it no other thread deletes files of these shapes: two must not both count on the other's copy."""
    with ExitStack() as locks:
        for shape in sorted(set(shapes)):  # in one order, so that nobody waits for one who waits for him
            locks.enter_context(flowhost.Locked(f"{client.settings.base} shape {shape}"))
        yield


PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between two looks whether the site has deleted a file; the last one for as long as it takes."""

LONGEST = 60.0
"""Seconds after which nobody waits for it any more: the site's jobs stand in a queue."""


def delete_file(client: Client, clock: flowhost.Clock, file_id: str) -> bool:
    """Delete a file; return whether there was one.

    Newer releases do it in a job. It is waited for, as its file would count as a copy of the shape meanwhile.

    Raises:
        LastCopy: a shape it belongs to has no other that is whole.
        Unavailable: the site could not do it, or not yet.
    """
    file = client.found("file", file_id, query={"includeItem": "true"}, into=File)
    if file is None:
        return False
    belongs = owners(file)
    with alone(client, (shape for _, shape in belongs)):
        for item, shape in belongs:
            _require_another(client, file, item, shape)
        try:
            job = client.delete("file", file.id).get("jobId")
        except flowhost.Permanent:
            if client.found("file", file.id, into=File) is None:  # somebody was faster
                return False
            raise
        if job:
            _wait(client, clock, file, str(job))
    return True


def _wait(client: Client, clock: flowhost.Clock, file: File, job_id: str) -> None:
    """Wait until a file is gone; each look at it is one request."""
    began, pauses = clock.monotonic(), iter(PAUSES)
    while client.found("file", file.id, into=File) is not None:
        job = asset_job(client.get("job", job_id, into=Job))
        if job.ended and job.status not in ("FINISHED", "FINISHED_WARNING"):
            why = job.error or "no reason is given"
            raise flowhost.Unavailable(f"the job {job_id}, which deletes the file {file.id}, failed: {why}")
        if clock.monotonic() - began > LONGEST:
            raise flowhost.Unavailable(f"the site still deletes the file {file.id} in the job {job_id}")
        clock.wait(threading.Event(), next(pauses, PAUSES[-1]))


def _require_another(client: Client, file: File, item: str, shape: str) -> None:
    found = client.found("item", item, "shape", shape, into=Shape)
    if found is None:
        return
    files = shape_of(found, item).files
    if file.id not in {one.id for one in files}:  # it was removed from the shape since we looked
        return
    client.forget("storage")  # this needs what is so now
    reachable = {one.id for one in storages(client) if one.reachable}
    others = [one for one in files if one.id != file.id and one.storage in reachable]
    if not any(one.state == "CLOSED" for one in others):
        raise flowhost.LastCopy(
            f"the file {file.id} ({file.path}) is the last copy of the shape {shape} of the item {item}"
        )
