"""Jobs as documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.jobs.data import STEP, job_data
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_plugins.catalogue import Job

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

add_forms(
    {
        "Progress": {"value": "float", "total": "int", "unit": "text"},
        "Task": {
            "id": "@int",
            "step": "int",
            "attempts": "int",
            "status": "text",
            "timestamp": "moment",
            "description": "text",
            "progress": "Progress",
            "errorMessage": "text",
            "subStep": "SubStep*",
            "subTask": "Task*",
            "totalSubTasks": "int",
        },
        "SubStep": {"timestamp": "moment", "description": "text"},
        "JobLog": {"task": "Task*"},
        "Waiting": {"resourceType": "text", "resourceId": "text", "requirement": "text"},
        "CurrentStep": {"number": "int", "description": "text", "status": "text"},
        "Job": {
            "jobId": "text",
            "user": "text",
            "started": "moment",
            "finished": "moment",
            "status": "text",
            "type": "text",
            "priority": "text",
            "totalSteps": "int",
            "currentStep": "CurrentStep",
            "data": "KeyValue*",
            "log": "JobLog",
            "waiting": "Waiting",
            "subJob": "Job*",
        },
        "JobList": {"hits": "int", "job": "Job*"},
        "JobProblem": {"id": "int", "type": "text", "data": "KeyValue*", "job": "text*"},
        "JobProblemList": {"problem": "JobProblem*"},
    },
    {
        "JobDocument": "Job",
        "JobListDocument": "JobList",
        "JobProblemListDocument": "JobProblemList",
    },
)


def job_started(record: JobRecord) -> dict[str, Any]:
    """What the order of a job is answered with."""
    return {
        "jobId": record.id,
        "user": record.user,
        "started": record.started,
        "status": record.status,
        "type": record.type,
        "priority": record.priority,
    }


def job_document(
    site: Site, job: JobRecord | Job, *, fields: Iterable[str] | None = ("item",)
) -> dict[str, Any]:
    """A JobDocument in its JSON form.

    Args:
        site: the server.
        job: the job, or a job of the catalogue, which stands for the one it belongs to.
        fields: which of its data; None: all. The key ``item`` is there in any case when the job is for an item.
    """
    record = job if isinstance(job, JobRecord) else site.jobs.of_catalogue(job)
    data = {"item": record.item} if record.item else {}
    if fields is None or (wanted := set(fields)) - {"item"}:
        data |= {
            key: value for key, value in job_data(site, record).items() if fields is None or key in wanted
        }
    document = job_started(record)
    if record.finished:
        document["finished"] = record.finished
    if record.steps:
        at = record.steps[record.current - 1]
        document["totalSteps"] = len(record.steps)
        document["currentStep"] = {
            "number": record.current,
            "description": at.description,
            "status": at.status,
        }
    document["data"] = [{"key": key, "value": value} for key, value in data.items()]
    tasks = [_task(number, step) for number, step in enumerate(record.steps, 1) if step.timestamp]
    document["log"] = {"task": tasks}
    return document


def _task(number: int, step: Step) -> dict[str, Any]:
    task = {
        "id": number,
        "step": number * STEP,
        "attempts": 1,
        "status": step.status,
        "timestamp": step.timestamp,
        "description": step.description,
        "progress": {"value": round(step.progress, 1), "total": 100, "unit": "percent"},
    }
    return task | ({"errorMessage": step.error} if step.error else {})
