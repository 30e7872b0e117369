"""The catalogue's face: its jobs."""

from __future__ import annotations

import flowhost
from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import Job


class JobMethods(Opened):
    """Jobs, whatever they do. What does not exist raises NotFound."""

    def job(self, job_id: str) -> Job | None:
        """The job with this id; None when there is none."""
        return self._open.jobs.find(job_id)

    def jobs(
        self,
        *,
        item: str | None = None,
        ended: bool | None = None,
        before: str | None = None,
        number: int = 100,
    ) -> list[Job]:
        """Jobs, the newest first.

        Args:
            item: only those for this item.
            ended: True: only those that have ended; False: only the others.
            before: only those older than the job of this id, to go on where a list ended.
            number: how many at most.
        """
        return self._open.jobs.all(item, ended, before, number)

    def cancel_job(self, job_id: str) -> Job:
        """Ask a job to stop. It ends as ``ABORTED`` and leaves nothing behind, unless it was done first."""
        return self._open.runner.cancel(job_id)

    def stop_job(self, job_id: str) -> None:
        """See `flowhost.MediaLibrary`: as `cancel_job`."""
        self._open.runner.cancel(job_id)

    def live_jobs(self, item_id: str) -> list[flowhost.AssetJob]:
        """See `flowhost.MediaLibrary`; the oldest first."""
        return list(self._open.jobs.live_of(item_id))

    def wait_for_job(self, job_id: str, timeout: float | None = None) -> Job:
        """Wait until a job has ended.

        Args:
            job_id: the job.
            timeout: seconds; None: as long as it takes.

        Raises:
            TimedOut: it has not ended by then.
        """
        return self._open.runner.wait(job_id, timeout)
