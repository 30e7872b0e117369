"""Starts jobs of the site, once for each key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine import marks
from flowhost_plugins.vidispine.documents import Job
from flowhost_plugins.vidispine.jobs.finding import KEY, MARK, started_with, written
from flowhost_plugins.vidispine.jobs.reading import asset_job

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

Post = Callable[[dict[str, list[str]]], Job]
"""Starts the job with these parameters, besides its own; checks what is asked first."""


def start(client: Client, key: str, post: Post) -> flowhost.AssetJob:
    """The job with this key, started when there is none yet; without a key a new one.

    The key is in the job's metadata, where it is found again after a crash, also one that left the answer unread.
    """
    if not key:
        return asset_job(post(job_metadata()))
    with flowhost.Locked(f"{client.settings.base} job {key}"):
        return asset_job(started_with(client, key) or post(job_metadata(key)))


def job_metadata(key: str = "") -> dict[str, list[str]]:
    """The parameter ``jobmetadata`` with the key and the mark of this moment."""
    pairs = {KEY: key, MARK: marks.current()}
    found = [f"{name}={written(value)}" for name, value in pairs.items() if value]
    return {"jobmetadata": found} if found else {}
