"""Files of shapes are moved, copied, renamed and deleted; and the tasks that do it."""

from __future__ import annotations

import uuid
from typing import Any

from werkzeug.wrappers import Response

import flowhost
from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs import Step, start_job
from flowhost_devserver.vidispine.portal.subjects import item_for, shape_for
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_plugins.catalogue import CatalogueItem, File, NotFound

TASK = "portal-task"  # in the keeping

CELERY_STATES = {
    "READY": "PENDING",
    "WAITING": "PENDING",
    "HOLD": "PENDING",
    "FINISHED": "SUCCESS",
    "FINISHED_WARNING": "SUCCESS",
    "FAILED_TOTAL": "FAILURE",
    "ABORTED": "REVOKED",
}
"""State of a job → that of the task; in every other state it is ``STARTED``."""

_JOBS = {"copy": "COPY_FILE", "move": "MOVE_FILE", "rename": "MOVE_FILE"}


def manage(call: Call, item_id: str, shape_id: str, storage_id: str, what: str) -> Response:
    """Move, copy or rename the file that a shape has on a storage, or delete it; a task does it.

    The form has ``destination_storage`` and ``filename``, the path there.
    """
    if what not in (*_JOBS, "delete"):
        raise not_found("page", what)
    item = item_for(call, item_id, "WRITE")
    file = _file_on(item, shape_id, storage_id)
    form = _form(call)
    if what == "delete":
        return _started(call, _deleted(call, file), f"Deleting {file.name}")
    path = form.get("filename", "").strip("/") or None
    if what == "rename" and path is None:
        raise invalid_input("filename", explanation="filename is missing")
    storage = storage_id if what == "rename" else _destination(call, form)
    orders = {"file": file.id, "storage": storage, "path": path}
    step = Step("copy" if what == "copy" else "move", orders, "Transferring file")
    record = start_job(call, _JOBS[what], item.id, [step])
    return _started(call, {"job": record.id}, f"{what.capitalize()} of {file.name} started")


def _form(call: Call) -> dict[str, str]:
    """The form, or the JSON object, of the request."""
    call.body()  # refuses one that is too large
    if call.request.mimetype == "application/json":
        return {key: str(value) for key, value in call.document("ManageShape").items()}
    return call.request.form.to_dict()


def _file_on(item: CatalogueItem, shape_id: str, storage_id: str) -> File:
    for file in shape_for(item, shape_id).files:
        if file.storage == storage_id:
            return file
    raise not_found("file", storage_id)


def _destination(call: Call, form: dict[str, str]) -> str:
    wanted = form.get("destination_storage", "")
    try:
        return call.site.catalogue.storage(wanted).id
    except NotFound:
        told = f"destination_storage is {wanted!r}, expected the id of a storage"
        raise invalid_input("destination_storage", explanation=told) from None


def _deleted(call: Call, file: File) -> dict[str, Any]:
    try:
        call.site.catalogue.delete_file(file.id)
    except flowhost.FlowhostError as error:
        return {"state": "FAILURE", "reason": str(error)}
    return {"state": "SUCCESS"}


def _started(call: Call, task: dict[str, Any], message: str) -> Response:
    id_ = str(uuid.uuid4())
    call.site.keeping.put(TASK, id_, task)
    return json_document({"message": message, "task_id": id_})


def task(call: Call, task_id: str) -> Response:
    """How far a task is, in Celery's words; one that nobody knows is ``PENDING``, as Celery has it."""
    known = call.site.keeping.get(TASK, task_id) or {"state": "PENDING"}
    state = known.get("state")
    if state is None:
        record = call.site.jobs.find(known["job"])
        state = CELERY_STATES.get(record.status, "STARTED") if record else "FAILURE"
    return json_document({"task_id": task_id, "state": state})


ROUTES = (
    Route("PUT", "/items/<item_id>/shape/<shape_id>/<storage_id>/<what>", manage),
    Route("GET", "/tasks/<task_id>", task),
)
