"""Asking a site what happened, when it does not tell: jobs that ended, items that were made, metadata that changed.

What was found so is told with the keys that its notification would have, and so gets the same id. What is gone leaves no
trace to be found: deletions, what is in collections, and changes of access, shapes and files are only told by
notifications. See `asking_more` for shapes and collections that were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from flowhost_plugins.vidispine.documents import (
    Item,
    Job,
    JobList,
    MetadataFieldValues,
    MetadataGroup,
    Timespan,
    found_time,
    write_time,
)
from flowhost_plugins.vidispine.notifications.in_order import NUMBER, items_since
from flowhost_plugins.vidispine.notifications.kinds import BY_KEY, Kind
from flowhost_plugins.vidispine.notifications.telling import Told

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client, Parameters

LAST_MODIFIED = "__metadata_last_modified"
CREATED = "created"
SYSTEM = "system"
"""The user whose values the site sets by itself."""

POLLED = ("item-create", "metadata-modify", "job-stop")
"""Keys of the kinds that can be found by asking."""


def happened(client: Client, since: datetime, keys: Iterable[str]) -> Iterator[tuple[Kind, Told, datetime]]:
    """What happened since then, as far as it can be found.

    Args:
        client: asks the site.
        since: what is older is left out.
        keys: of the kinds that are wanted.

    Yields:
        Kind, what would have been told, and when it happened.

    Raises:
        Refused, Unavailable: the site does not say.
    """
    wanted = set(keys)
    if "job-stop" in wanted:
        yield from _ended_jobs(client, since)
    if wanted.intersection(("item-create", "metadata-modify")):
        yield from (each for each in _changed_items(client, since) if each[0].key in wanted)


def _ended_jobs(client: Client, since: datetime) -> Iterator[tuple[Kind, Told, datetime]]:
    query: Parameters = {
        "user": False,
        "state": "FINISHED,FINISHED_WARNING,FAILED_TOTAL,ABORTED",
        "finishtime-from": write_time(since),
        "sort": "jobId desc",
        "metadata": True,
    }
    pages = client.pages("job", into=JobList, each=lambda page: page.job, query=query, number=NUMBER)
    for job in pages:
        when = found_time(job.finished) or found_time(job.started)
        if when is not None and when >= since:
            yield BY_KEY["job-stop"], _told_of_job(job), when


def _told_of_job(job: Job) -> Told:
    told = {key: (value,) for key, value in job.values.items()}
    started = found_time(job.started)
    known = {
        "jobId": job.job_id,
        "status": job.status,
        "type": job.type,
        "user": job.user,
        "started": started and write_time(started),
        "action": "STOP",
    }
    for key, value in known.items():
        if value:
            told.setdefault(key, (value,))
    if "itemId" not in told and "item" in told:
        told["itemId"] = told["item"]
    return told


def _changed_items(client: Client, since: datetime) -> Iterator[tuple[Kind, Told, datetime]]:
    for item in items_since(client, LAST_MODIFIED, since, "metadata"):
        yield from _told_of_item(item, since)


def _told_of_item(item: Item, since: datetime) -> Iterator[tuple[Kind, Told, datetime]]:
    metadata = item.metadata
    if metadata is None:
        return
    fields = [each for span in metadata.timespan for each in _fields(span)]
    created = found_time(next(iter(metadata.values(CREATED)), None))
    if created is not None and created >= since:
        yield BY_KEY["item-create"], {"itemId": (item.id,), "action": ("CREATE",)}, created
    sets: dict[str, list[MetadataFieldValues]] = {}
    for one in fields:
        when = found_time(one.timestamp)
        if one.change and one.user != SYSTEM and when is not None and when >= since:
            sets.setdefault(one.change, []).append(one)
    for change, changed in sets.items():
        times = [when for one in changed if (when := found_time(one.timestamp))]
        if created is None or max(times) > created:
            yield BY_KEY["metadata-modify"], _told_of_change(item.id, change, changed), max(times)


def _told_of_change(item: str, change: str, changed: Iterable[MetadataFieldValues]) -> Told:
    told: dict[str, tuple[str, ...]] = {"itemId": (item,), "changeSetId": (change,)}
    for one in changed:
        told[one.name] = told.get(one.name, ()) + tuple(value.value for value in one.value)
        if one.user:
            told["userName"] = (one.user,)
    return told


def _fields(level: Timespan | MetadataGroup) -> Iterator[MetadataFieldValues]:
    yield from level.field
    for group in level.group:
        yield from _fields(group)
