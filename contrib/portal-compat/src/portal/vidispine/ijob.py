"""Jobs: ``from portal.vidispine.ijob import JobHelper``."""

# ruff: noqa: N802  # the names are Portal's
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.vidispine.connecting import Helper


class Job:
    """A job.

    Args:
        data: Vidispine's JobDocument.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def getId(self) -> str:
        """Its id."""
        return str(self.data.get("jobId", ""))

    def getStatus(self) -> str:
        """``READY``, ``STARTED``, ``FINISHED``, ``FAILED_TOTAL`` ..."""
        return str(self.data.get("status", ""))

    def getType(self) -> str:
        """``TRANSCODE``, ``IMPORT`` ..."""
        return str(self.data.get("type", ""))

    def getProgress(self) -> float:
        """Per cent of what the steps tell of their progress; 100 at the end, 0 when nothing is told."""
        if self.getStatus() in ("FINISHED", "FINISHED_WARNING"):
            return 100.0
        told = [_percent(one) for one in _progresses(self.data.get("log", {}))]
        return sum(told) / len(told) if told else 0.0


class JobHelper(Helper):
    """Reads and stops jobs."""

    def getJob(self, job_id: str) -> Job:
        """A job.

        Raises:
            NotFoundError: there is none.
        """
        return Job(self._client.get("job", job_id, query={"metadata": "true"}))

    def abortJob(self, job_id: str) -> None:
        """Ask a job to stop."""
        self._client.delete("job", job_id)


def _progresses(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if isinstance(node.get("progress"), Mapping):
        yield node["progress"]
    for name in ("task", "subTask", "subStep"):
        for one in node.get(name, ()):
            yield from _progresses(one)


def _percent(progress: Mapping[str, Any]) -> float:
    total = float(progress.get("total") or 0)
    return 100 * float(progress.get("value") or 0) / total if total > 0 else 0.0
