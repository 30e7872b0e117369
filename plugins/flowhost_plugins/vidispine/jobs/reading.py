"""What a job document says."""

from __future__ import annotations

import flowhost
from flowhost_plugins.vidispine.documents import Job, JobTask

LIVE = ("READY", "STARTED", "VIDINET_JOB", "WAITING", "HOLD", "ABORTED_PENDING")
"""States of jobs that have not ended. [doc: the states of a job]"""


def asset_job(job: Job) -> flowhost.AssetJob:
    """A job as the role has it.

    Older releases fail in more ways than one (``FAILED``, ``FAILED_RETRY``); whoever waits must see an end.
    """
    status = job.status
    if status.startswith("FAILED"):
        status = "FAILED_TOTAL"
    return flowhost.AssetJob(job.job_id, status, _progress(job, status), _error(job, status))


def _progress(job: Job, status: str) -> float:
    """How far the job is: its steps count the same, whatever they do."""
    if status in ("FINISHED", "FINISHED_WARNING"):
        return 100.0
    step, total = job.current_step, job.total_steps
    if step is None or not step.number or not total:
        return 0.0
    tasks = job.log.task if job.log else []
    within = max((_done(task) for task in tasks[-1:]), default=0.0)
    return round(min(99.0, 100 * min(1.0, (step.number - 1 + within) / total)), 1)


def _done(task: JobTask) -> float:
    progress = task.progress
    if progress is None or not progress.total or progress.value is None:
        return 0.0
    return max(0.0, min(1.0, progress.value / progress.total))


def _error(job: Job, status: str) -> str:
    if status not in ("FAILED_TOTAL", "FINISHED_WARNING", "ABORTED"):
        return ""
    told = [value for key, value in job.values.items() if key.startswith("errorMessage")]
    told += [task.error_message for task in _all(job.log.task if job.log else []) if task.error_message]
    return "; ".join(dict.fromkeys(told)) or ("the site gives no reason" if status == "FAILED_TOTAL" else "")


def _all(tasks: list[JobTask]) -> list[JobTask]:
    """Tasks, and those within them."""
    return [one for task in tasks for one in (task, *_all(task.sub_task))]
