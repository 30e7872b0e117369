"""Jobs as the server keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ENDED = ("FINISHED", "FINISHED_WARNING", "FAILED_TOTAL", "ABORTED")
"""States that are never left."""

STATES = ("READY", "STARTED", "VIDINET_JOB", "WAITING", "HOLD", "ABORTED_PENDING", *ENDED)

PRIORITIES = ("LOWEST", "LOW", "MEDIUM", "HIGH", "HIGHEST", "IMMEDIATE")

TYPES = (
    "NONE",
    "IMPORT",
    "TRANSCODE",
    "RAW_TRANSCODE",
    "CONFORM",
    "TRANSCODE_RANGE",
    "PLACEHOLDER_IMPORT",
    "RAW_IMPORT",
    "THUMBNAIL",
    "AUTO_IMPORT",
    "EXPORT",
    "COPY_FILE",
    "DELETE_FILE",
    "MOVE_FILE",
    "ESSENCE_VERSION",
    "FCS_RESTORE",
    "TIMELINE",
    "SHAPE_IMPORT",
    "LIST_ITEMS",
    "ANALYZE",
    "SHAPE_UPDATE",
    "ARCHIVE",
    "RESTORE",
    "SIDECAR_IMPORT",
    "DELETE_USER",
    "OTIF_ANALYZE",
    "VXA_INITIALIZE",
    "DELETE_LIBRARY",
    "UPDATE_LIBRARY_ITEM_METADATA",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a job.

    Args:
        do: the word for what is done, one of `steps.KINDS`.
        orders: what that needs to know; JSON.
        description: for people.
        status: READY, STARTED or one of `ENDED`.
        job: id of the catalogue's job that does it; empty: none was started, or the server does it itself.
        progress: per cent.
        error: why it failed, or what did not go well.
        timestamp: since when it has this status; as in JSON documents.
        result: what came of it, for job data.
    """

    do: str
    orders: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    status: str = "READY"
    job: str = ""
    progress: float = 0.0
    error: str = ""
    timestamp: str = ""
    result: Mapping[str, str] = field(default_factory=dict)

    def anew(self) -> Step:
        """The same step, not begun."""
        return Step(self.do, self.orders, self.description)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job.

    Args:
        id: its id.
        type: one of `TYPES`.
        user: who started it.
        started: when it was ordered; as in JSON documents.
        steps: what it does, one after another.
        item: id of the item it is for; empty when it is for none.
        priority: one of `PRIORITIES`.
        status: one of `STATES`.
        finished: when it ended; empty before.
        metadata: what the caller gave as ``jobmetadata``.
        data: what else its data tells.
        notification: id of the placeholder notification that goes with it.
        notification_data: what the caller wants to hear with it.
        reason: why somebody aborted it.
    """

    id: str
    type: str
    user: str
    started: str
    steps: tuple[Step, ...]
    item: str = ""
    priority: str = "MEDIUM"
    status: str = "READY"
    finished: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    notification: str = ""
    notification_data: str = ""
    reason: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing of it will change any more."""
        return self.status in ENDED

    @property
    def current(self) -> int:
        """Which step it is at, from 1 on; the last when all are done."""
        open_ones = [n for n, step in enumerate(self.steps, 1) if not step.status.startswith("FINISHED")]
        return open_ones[0] if open_ones else len(self.steps)

    @property
    def number(self) -> int:
        """The number in its id, to sort by."""
        return int(self.id.partition("-")[2])


def kept(record: JobRecord) -> dict[str, Any]:
    """The record as JSON."""
    return asdict(record)


def from_kept(data: dict[str, Any]) -> JobRecord:
    """The record that was `kept`."""
    return JobRecord(**{**data, "steps": tuple(Step(**step) for step in data["steps"])})
