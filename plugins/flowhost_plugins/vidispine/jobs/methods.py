"""The library's face: jobs."""

from __future__ import annotations

import flowhost
from flowhost_plugins.vidispine.client import Missing, Refused
from flowhost_plugins.vidispine.documents import Item, Job
from flowhost_plugins.vidispine.jobs import finding
from flowhost_plugins.vidispine.jobs.reading import asset_job
from flowhost_plugins.vidispine.orders.methods import OrderMethods
from flowhost_plugins.vidispine.orders.records import is_order


class JobMethods(OrderMethods):
    """The jobs of the site, and orders of our own."""

    def job(self, job_id: str) -> flowhost.AssetJob | None:
        """See `flowhost.AssetSystem`."""
        if is_order(job_id):
            return self._job_of_order(job_id)
        found = self._client.found("job", job_id, into=Job)
        return asset_job(found) if found else None

    def live_jobs(self, item_id: str) -> list[flowhost.AssetJob]:
        """See `flowhost.MediaLibrary`. Jobs of all users; orders of ours come last."""
        own_id = self._client.get("item", item_id, into=Item).id
        found = [asset_job(job) for job in finding.live(self._client, own_id)]
        return found + [order.job for order in self._live_orders(own_id)]

    def stop_job(self, job_id: str) -> None:
        """See `flowhost.MediaLibrary`."""
        if is_order(job_id):
            self._stop_order(job_id)
            return
        try:
            self._client.delete("job", job_id)
        except Missing:
            raise
        except (Refused, flowhost.Conflict):  # a job that has ended cannot be stopped, which is no error
            job = self.job(job_id)
            if job is None or not job.ended:
                raise
