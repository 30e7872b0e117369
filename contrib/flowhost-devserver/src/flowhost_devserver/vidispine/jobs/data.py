"""Job data: the flat list of what a job is about, which notifications carry and `metadata=true` shows."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import flowhost
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_devserver.vidispine.jobs.transcode_data import SETTINGS, transcode_data
from flowhost_devserver.vidispine.refusals import Refusal
from flowhost_devserver.vidispine.xml_form import write_xml
from flowhost_plugins.catalogue import CatalogueItem, File, Job, NotFound

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

log = logging.getLogger(__name__)

STEP = 100
"""Steps are numbered 100, 200, 300 ... in the names of keys, as Vidispine does."""

WITH_DOCUMENTS = ("TRANSCODE", "IMPORT", "PLACEHOLDER_IMPORT", "RAW_IMPORT", "SHAPE_IMPORT")
"""Types of jobs whose data has whole documents when they have ended."""

IMPORTS = ("IMPORT", "PLACEHOLDER_IMPORT", "SHAPE_IMPORT", "RAW_IMPORT", "AUTO_IMPORT")

KEPT = "job data"
"""Kind of what is kept: job → its data when it ended. They have whole documents, so they are not held in memory."""


def job_data(site: Site, job: JobRecord | Job) -> dict[str, str]:
    """Everything that is known of a job, by Vidispine's names; what is unknown is left out.

    Of a job that has ended it is what was known then, whatever became of the item and the files since.

    Args:
        site: the server.
        job: the job, or a job of the catalogue, which stands for the one it belongs to.
    """
    record = job if isinstance(job, JobRecord) else site.jobs.of_catalogue(job)
    kept: dict[str, str] | None = site.keeping.get(KEPT, record.id) if record.ended else None
    return _known(site, record) if kept is None else kept


def keep_data(site: Site, record: JobRecord) -> None:
    """Keep the data of a job that ends now.

    Raises:
        Unavailable: the catalogue cannot tell what belongs to it.
    """
    try:
        site.keeping.put(KEPT, record.id, _known(site, record))
    except flowhost.Unavailable:
        raise
    except Exception:  # a bug of ours: the job must end; its data are what is known when somebody asks
        log.exception("cannot keep the data of the job %s", record.id)


def _known(site: Site, record: JobRecord) -> dict[str, str]:
    """The data as the catalogue knows them now."""
    files = _files(site, record)
    data = {
        "jobId": record.id,
        "itemId": record.item,
        "item": record.item,
        "type": record.type,
        "status": record.status,
        "user": record.user,
        "username": record.user,
        "priority": record.priority,
        "started": record.started.replace("+0000", "Z"),
        "finished": record.finished.replace("+0000", "Z"),
        "currentStepNumber": str(record.current),
        "currentStepStatus": _step_status(record),
        "totalSteps": str(len(record.steps)),
        "sequenceNumber": "0",
        "baseUri": f"{site.api}/",
        "notificationData": record.notification_data,
        **_file_data(files),
        **_item_data(site, record, files),
        **_step_data(record),
    }
    if item := _item(site, record):
        data |= transcode_data(site, record, item, files)
    if record.type in WITH_DOCUMENTS:
        data |= dict.fromkeys(SETTINGS, "false")
        data |= _documents(site, record, files) if record.ended else {}
    return {key: value for key, value in data.items() if value} | dict(record.data) | dict(record.metadata)


def _documents(site: Site, record: JobRecord, files: list[File]) -> dict[str, str]:
    """The job and what it made, as XML."""
    from flowhost_devserver.vidispine.jobs.documents import job_document, job_started  # they need this module
    from flowhost_devserver.vidispine.metadata.reading import metadata_document  # so does this
    from flowhost_devserver.vidispine.metadata.selecting import Selection
    from flowhost_devserver.vidispine.metadata.subjects import subject_of
    from flowhost_devserver.vidispine.shapes.documents import shape_document  # and this

    data = {
        "jobDocument": write_xml("JobDocument", job_started(record)).decode(),
        "jobStatusDocument": write_xml("JobDocument", job_document(site, record)).decode(),
    }
    item = _item(site, record)
    with suppress(Refusal):  # the item was deleted since a moment
        if item:
            told = metadata_document(site, subject_of(site, "item", record.item), Selection({}))
            data["metadata"] = write_xml("MetadataDocument", told).decode()
    made = [shape for shape in item.shapes if shape.id in {file.shape for file in files}] if item else []
    if made:
        data["shapeDocument"] = write_xml("ShapeDocument", shape_document(site, made[0])).decode()
    return data


def _step_status(record: JobRecord) -> str:
    return record.steps[record.current - 1].status if record.steps else record.status


def _files(site: Site, record: JobRecord) -> list[File]:
    """The files the job made, those that still are there."""
    found = []
    for step in record.steps:
        try:
            if file := step.result.get("fileId"):
                found.append(site.catalogue.file(file))
        except NotFound:
            continue
    return found


def _file_data(files: list[File]) -> dict[str, str]:
    if not files:
        return {}
    return {
        "fileId": files[0].id,
        "fileIds": ",".join(file.id for file in files),
        "fileIdsPerTag0": ",".join(file.id for file in files),
        "filePathMap": ",".join(f"{file.id}={file.path}" for file in files),
        "fileShapeMap": ",".join(f"{file.id}={file.shape}" for file in files if file.shape),
        "shapeIds": ",".join(dict.fromkeys(file.shape for file in files if file.shape)),
        "bytesWritten": str(sum(file.size for file in files)),
    }


def _item(site: Site, record: JobRecord) -> CatalogueItem | None:
    try:
        return site.catalogue.record(record.item) if record.item else None
    except NotFound:
        return None


def _item_data(site: Site, record: JobRecord, files: list[File]) -> dict[str, str]:
    item = _item(site, record)
    if item is None:
        return {}
    originals = [shape for shape in item.shapes if "original" in shape.tags and shape.files]
    made = {file.shape for file in files}
    shapes = [shape for shape in item.shapes if shape.id in made] or originals
    return {
        "originalShapeId": originals[0].id if originals else "",
        "mimeType": shapes[0].mime_type if shapes else "",
        "originalFilename": next(iter(item.fields.get("originalFilename", ())), ""),
    }


def _step_data(record: JobRecord) -> dict[str, str]:
    data: dict[str, str] = {}
    for number, step in enumerate(record.steps, 1):
        data |= {key: value for key, value in step.result.items() if key != "fileId"}
        if step.status != "READY":
            data[f"progress-{number * STEP}-0-0"] = f"percent {step.progress:.1f}/100"
        if step.error:
            data[f"errorMessage-{number * STEP}-0-0"] = step.error
    return data | _source(record.type, record.steps)


def _source(kind: str, steps: tuple[Step, ...]) -> dict[str, str]:
    first = next((step for step in steps if step.do in ("import", "copy", "move")), None)
    if first is None:
        return {}
    if kind in IMPORTS:
        tag = first.orders.get("tag", "")
        return {"sourceUri": str(first.orders.get("uri") or ""), "tags": tag} if tag else {}
    return {"sourceFileId": str(first.orders.get("file", ""))}
