"""Finds jobs: by the key they were started with, or those of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flowhost_plugins.vidispine.documents import Job, JobList
from flowhost_plugins.vidispine.jobs.reading import LIVE

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

KEY, MARK = "flowhost_key", "flowhost_mark"
"""Job metadata of ours: which order this is, and what it was started for."""

MOST = "1000"
"""Jobs a list can have at once; no item has as many that go on."""


def started_with(client: Client, key: str) -> Job | None:
    """The job that was started with this key, whatever became of it."""
    query = {
        "user": "false",  # else the jobs of others are left out, also ours as another user
        "jobmetadata": f"{KEY}={written(key)}",
        "sort": "jobId asc",
        "number": "1",
    }
    return next(iter(client.get("job", query=query, into=JobList).job), None)


def live(client: Client, item_id: str, kind: str = "") -> list[Job]:
    """The jobs of an item that have not ended, the oldest first.

    Args:
        client: for the site.
        item_id: the item's own id, not an external one.
        kind: only jobs of this type; empty: all.
    """
    query = {
        "user": "false",
        "state": ",".join(LIVE),
        "jobmetadata": f"itemId={item_id}",  # the generated key `item` cannot be filtered by
        "sort": "jobId asc",
        "number": MOST,
    } | ({"type": kind, "metadata": "true"} if kind else {})
    return client.get("job", query=query, into=JobList).job


def written(text: str) -> str:
    """A key or mark as job metadata: what divides pairs and lists there is written as in a URL."""
    return quote(text, safe=":/ ")
