"""Jobs."""

from __future__ import annotations

from typing import Any, ClassVar

from flowhost_plugins.vidispine.documents.document import Document, ListDocument, Many, Text
from flowhost_plugins.vidispine.documents.lists import KeyValue


class JobStep(Document):
    """Where a job is."""

    number: int | None = None
    description: Text | None = None
    status: Text | None = None


class TaskProgress(Document):
    """How far a task is."""

    value: float | None = None
    total: float | None = None
    unit: Text | None = None


class JobTask(Document):
    """A piece of a job."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"id"})

    id: Text | None = None
    step: int | None = None
    attempts: int | None = None
    status: Text | None = None
    timestamp: Text | None = None
    description: Text | None = None
    progress: TaskProgress | None = None
    error_message: Text | None = None
    sub_task: Many[JobTask] = []
    sub_step: Many[Any] = []


class JobLog(Document):
    """What a job did."""

    task: Many[JobTask] = []


class Job(Document):
    """Work that a site does on its own."""

    xml_root: ClassVar[str] = "JobDocument"

    job_id: Text
    user: Text | None = None
    started: Text | None = None
    finished: Text | None = None
    status: Text = ""
    type: Text = ""
    priority: Text | None = None
    total_steps: int | None = None
    current_step: JobStep | None = None
    data: Many[KeyValue] = []
    log: JobLog | None = None

    @property
    def values(self) -> dict[str, str]:
        """Its data: key → value; of several with one key the last."""
        return {one.key: one.value for one in self.data}


class JobList(ListDocument):
    """Jobs."""

    xml_root: ClassVar[str] = "JobListDocument"

    job: Many[Job] = []
