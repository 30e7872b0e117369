"""The pages that copy and move files: into archives and back, too."""

from __future__ import annotations

from pathlib import PurePosixPath

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.files.pages import file_of
from flowhost_devserver.vidispine.jobs import Step, job_answer, start_job
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shapes.metadata_pages import FILE_NAMES
from flowhost_devserver.vidispine.simple_metadata import pairs_of
from flowhost_devserver.vidispine.storages.kept import storage_of
from flowhost_plugins.catalogue import File, Storage


def transfer(call: Call, file_id: str, target_id: str, storage_id: str = "") -> Response:
    """`POST /file/{id}/storage/{id}?move=`, and its longer form."""
    file, target = file_of(call, file_id, storage_id), storage_of(call.site, target_id)
    move = call.flag("move")
    orders = {"file": file.id, "storage": target.id, "path": _path(call, file, target)}
    step = Step("move" if move else "copy", orders, "Moving file" if move else "Copying file")
    data = {"fileId": file.id, "sourceFileId": file.id, "storageId": target.id}
    kind = _type(call.site.catalogue.storage(file.storage), target, move=move)
    return job_answer(call, start_job(call, kind, file.item or "", [step], data=data))


def _type(source: Storage, target: Storage, *, move: bool) -> str:
    if target.kind == "ARCHIVE" and source.kind != "ARCHIVE":
        return "ARCHIVE"
    if source.kind == "ARCHIVE" and target.kind != "ARCHIVE":
        return "RESTORE"
    return "MOVE_FILE" if move else "COPY_FILE"


def _path(call: Call, file: File, target: Storage) -> str | None:
    """Where in the target; None: as where it is now."""
    if name := call.text("filename").strip("/"):
        return name
    if file.shape and (ruled := pairs_of(call.site, FILE_NAMES, file.shape).get(target.id)):
        return ruled
    if call.flag("useOriginalFilename") and file.item:
        original = call.site.catalogue.variables(file.item).get("originalFilename")
        return str(PurePosixPath(file.path).with_name(original)) if original else None
    return None


ROUTES = (
    Route("POST", "/file/<file_id>/storage/<target_id>", transfer),
    Route("POST", "/storage/file/<file_id>/storage/<target_id>", transfer),
    Route("POST", "/storage/<storage_id>/file/<file_id>/storage/<target_id>", transfer),
)
