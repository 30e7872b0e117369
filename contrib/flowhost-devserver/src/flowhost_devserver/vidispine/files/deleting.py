"""The page that deletes files, and what its job does."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

import flowhost
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.files.pages import file_of
from flowhost_devserver.vidispine.jobs import JobRecord, Step, job_answer, start_job
from flowhost_devserver.vidispine.jobs.starting import job_metadata, priority_of
from flowhost_devserver.vidispine.jobs.steps import Kind, add_kind
from flowhost_devserver.vidispine.routing import Route

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site


def _delete(
    site: Site,
    record: JobRecord,  # noqa: ARG001  # all are called alike
    orders: Mapping[str, Any],
    stop: threading.Event,  # noqa: ARG001  # it is done at once
) -> Mapping[str, str]:
    """Delete a file; it may be gone already."""
    site.catalogue.delete_file(orders["file"], last_copy=True)
    return {}


add_kind("delete", Kind(do=_delete))


def delete(call: Call, file_id: str, storage_id: str = "") -> Response:
    """`DELETE /file/{id}`, `/storage/file/{id}`, `/storage/{id}/file/{id}`: a job deletes the file.

    It is gone when the answer comes, unless the disk does not let it go: then the job tries again, and says why it
    cannot.
    """
    file = file_of(call, file_id, storage_id)
    priority_of(call)
    job_metadata(call)
    with suppress(flowhost.Unavailable):
        call.site.catalogue.delete_file(file.id, last_copy=True)
    step = Step("delete", {"file": file.id}, "Deleting file")
    data = {"fileId": file.id, "storageId": file.storage}
    return job_answer(call, start_job(call, "DELETE_FILE", file.item or "", [step], data=data))


ROUTES = (
    Route("DELETE", "/file/<file_id>", delete),
    Route("DELETE", "/storage/file/<file_id>", delete),
    Route("DELETE", "/storage/<storage_id>/file/<file_id>", delete),
)
