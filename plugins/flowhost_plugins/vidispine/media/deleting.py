"""Deletes copies of shapes, but never the last one."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import File, Job, JobList, Shape
from flowhost_plugins.vidispine.jobs.reading import LIVE, asset_job
from flowhost_plugins.vidispine.jobs.starting import job_metadata
from flowhost_plugins.vidispine.media.files import owners
from flowhost_plugins.vidispine.media.shapes import shape_of
from flowhost_plugins.vidispine.media.storages import whole_files

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

LONGEST = 10.0
"""Seconds after which nobody waits for it any more: the site's jobs stand in a queue, and a daemon may have to stop."""

AGAIN = 30.0
"""Seconds after which it shall be looked at again then."""

DELETES = "flowhost_deletes"
"""Job metadata of ours: the file that the job deletes."""

NAMING = (DELETES, "fileId", "sourceFileId", "fileIds")
"""Data of a job that name files, one or a list."""

AT_ONCE = 1000
"""Jobs to ask for at once."""


def delete_file(client: Client, clock: flowhost.Clock, file_id: str) -> bool:
    """Delete a file; return whether there was one.

    Newer releases do it in a job. It is waited for; whoever asks again before it has ended waits for the same one.

    Raises:
        LastCopy: a shape it belongs to has no other that is whole and stays.
        Unavailable: the site could not do it.
        Retry: the site has not done it yet.
    """
    file = client.found("file", file_id, query={"includeItem": "true"}, into=File)
    if file is None:
        return False
    belongs = owners(file)
    with alone(client, (shape for _, shape in belongs)):
        # before the shapes: a file whose job ends in between is in no list of theirs any more
        leaving = _leaving(client)
        job = leaving.get(file.id)
        if job is None:
            for item, shape in belongs:
                _require_another(client, file, item, shape, leaving)
            try:
                job = _order(client, file)
            except flowhost.Permanent:
                if client.found("file", file.id, into=File) is None:  # somebody was faster
                    return False
                raise
        if job:
            _wait(client, clock, file, job)
    return True


def _order(client: Client, file: File) -> str:
    """Let the site delete a file; return the id of the job that does it, empty when it is done."""
    ours = job_metadata().get("jobmetadata", [])
    query = {"jobmetadata": [*ours, f"{DELETES}={file.id}"]}
    return str(client.delete("file", file.id, query=query).get("jobId") or "")


def _leaving(client: Client) -> dict[str, str]:
    """The files that the site is about to delete, whoever ordered it → the job."""
    query = {
        "user": "false",
        "state": ",".join(LIVE),
        "type": "DELETE_FILE",
        "metadata": "true",
        "sort": "jobId desc",  # the oldest end first, which must not move others to a page that was read
    }
    jobs = client.pages("job", query=query, into=JobList, each=lambda page: page.job, number=AT_ONCE)
    return {file: job.job_id for job in jobs for name in NAMING for file in _ids(job.values.get(name, ""))}


def _ids(text: str) -> list[str]:
    return text.split(",") if text else []


def _wait(client: Client, clock: flowhost.Clock, file: File, job_id: str) -> None:
    """Wait a while until a file is gone; each look at it is one request."""
    began, pauses = clock.monotonic(), iter(PAUSES)
    while client.found("file", file.id, into=File) is not None:
        job = asset_job(client.get("job", job_id, into=Job))
        if job.ended and job.status not in ("FINISHED", "FINISHED_WARNING"):
            why = job.error or "no reason is given"
            raise flowhost.Unavailable(f"the job {job_id}, which deletes the file {file.id}, failed: {why}")
        if clock.monotonic() - began > LONGEST:
            still = f"the site still deletes the file {file.id} in the job {job_id}"
            raise flowhost.Retry(still, after=AGAIN)
        clock.wait(threading.Event(), next(pauses, PAUSES[-1]))


def _require_another(client: Client, file: File, item: str, shape: str, leaving: Container[str]) -> None:
    found = client.found("item", item, "shape", shape, into=Shape)
    if found is None:
        return
    files = shape_of(found, item).files
    if file.id not in {one.id for one in files}:  # it was removed from the shape since we looked
        return
    others = [one for one in files if one.id != file.id and one.id not in leaving]
    if not whole_files(client, others):
        raise flowhost.LastCopy(
            f"the file {file.id} ({file.path}) is the last copy of the shape {shape} of the item {item}"
        )
