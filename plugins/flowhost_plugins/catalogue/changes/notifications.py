"""What a change is called, and what is told of it, in Vidispine's words. Pure.

The names are those of Vidispine's notification triggers (entity and event), which are also the names that rules react
to; the variables those of its notification bodies: ``itemId``, ``action``, ``jobId``, ``status`` ... Not Vidispine's
are ``item_trash`` and ``item_restore`` (there a recycle bin is a metadata field), ``search_...`` (saved searches), and
the variable ``mark`` (see `flowhost.MediaLibrary.marked`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowhost_plugins.catalogue.database.marks import MARK
from flowhost_plugins.catalogue.records import Change

FINISHED = ("FINISHED", "FINISHED_WARNING")
"""States of jobs that ended well."""

STOPPED = (*FINISHED, "FAILED_TOTAL", "ABORTED")
"""States of jobs that have ended."""

NAMES = (
    "item_create",
    "item_modify",
    "item_trash",
    "item_restore",
    "item_delete",
    "metadata_modify",
    "access_create",
    "access_modify",
    "access_delete",
    "shape_create",
    "shape_modify",
    "shape_delete",
    "job_create",
    "job_update",
    "job_finish",
    "job_fail",
    "job_stop",
    "collection_create",
    "collection_modify",
    "collection_metadata_modify",
    "collection_item_add",
    "collection_item_remove",
    "collection_delete",
    "file_create",
    "file_change",
    "file_close",
    "file_delete",
    "storage_create",
    "storage_modify",
    "storage_delete",
    "search_create",
    "search_modify",
    "search_delete",
)
"""Every name there is."""


@dataclass(frozen=True, slots=True)
class Notification:
    """A change in Vidispine's words.

    Args:
        names: what it is called, the narrowest first: the end of a job is ``job_finish`` and ``job_stop``.
        variables: what is told of it.
    """

    names: tuple[str, ...]
    variables: Mapping[str, str]

    @property
    def name(self) -> str:
        """The narrowest of its names."""
        return self.names[0]


def notification(change: Change) -> Notification:
    """A change in Vidispine's words."""
    return Notification(_names(change), _variables(change))


def _names(change: Change) -> tuple[str, ...]:
    details, plain = change.details, f"{change.kind}_{change.action.lower()}"
    if change.kind == "job":
        return _job_names(change)
    if change.action != "MODIFY":
        return (plain,)
    if change.kind == "item" and details.get("recycleBin") in ("trash", "restore"):
        return (f"item_{details['recycleBin']}", plain)
    if change.kind == "collection":
        if details.get("content") in ("add", "remove"):
            return (f"collection_item_{details['content']}", plain)
        return (plain,) if details.keys() - {MARK} else ("collection_metadata_modify", plain)
    if change.kind == "file":
        return ("file_close", "file_change") if details.get("state") == "CLOSED" else ("file_change",)
    return (plain,)


def _job_names(change: Change) -> tuple[str, ...]:
    if change.action == "CREATE":
        return ("job_create",)
    status = change.details.get("status", "")
    if status not in STOPPED:
        return ("job_update",)
    return ("job_finish" if status in FINISHED else "job_fail", "job_stop")


def _variables(change: Change) -> dict[str, str]:
    variables = {"sequenceNumber": str(change.sequence), "timestamp": change.time.isoformat()}
    if change.item is not None:
        variables |= {"itemId": change.item, "item": change.item}
    if change.kind not in ("item", "metadata", "access"):
        variables[f"{change.kind}Id"] = change.id
    if change.fields:
        variables["fields"] = ",".join(change.fields)
    action: str = change.action
    if change.kind == "job" and action != "CREATE":
        action = "STOP" if change.details.get("status") in STOPPED else "UPDATE"
    return variables | {"action": action} | dict(change.details)
