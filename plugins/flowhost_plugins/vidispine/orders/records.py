"""What is known of an order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias
from uuid import uuid4

import flowhost

PREFIX = "flowhost-"
"""Ids of orders begin so; those of Vidispine's jobs never do."""

OrderState: TypeAlias = Literal[
    "READY", "STARTED", "ABORTED_PENDING", "ABORTED", "FINISHED", "FINISHED_WARNING", "FAILED_TOTAL"
]
"""As of Vidispine's jobs."""


@dataclass(frozen=True, slots=True)
class Order:
    """One piece of work.

    Args:
        id: its id.
        kind: what is to be done.
        item: id of the item.
        policy: of the archive; empty where none is needed.
        purge: whether files online are deleted once they are safe.
        state: how it is.
        jobs: what jobs of the site were started for it: a name of ours → the job's id.
        progress: per cent, 0 to 100.
        error: why it failed, or what could not be done.
        mark: what changes made for it are marked with.
        given: when it was given, ISO 8601.
        ended_at: when it ended, ISO 8601; empty before.
    """

    id: str
    kind: Literal["archive", "restore"]
    item: str
    policy: str = ""
    purge: bool = False
    state: OrderState = "READY"
    jobs: Mapping[str, str] = field(default_factory=dict)
    progress: float = 0.0
    error: str = ""
    mark: str = ""
    given: str = ""
    ended_at: str = ""

    @property
    def job(self) -> flowhost.AssetJob:
        """What callers see."""
        return flowhost.AssetJob(self.id, self.state, self.progress, self.error)

    def note(self) -> dict[str, Any]:
        """As a JSON value."""
        return asdict(self)


def order_from(note: Mapping[str, Any]) -> Order:
    """The order of a note; what a newer version noted besides is left out."""
    known = {name: note[name] for name in Order.__dataclass_fields__ if name in note}
    return Order(**known)


def id_for(key: str) -> str:
    """The id of the order with this key, always the same; without a key one that is new."""
    return PREFIX + (hashlib.sha256(key.encode()).hexdigest()[:24] if key else uuid4().hex[:24])


def is_order(job_id: str) -> bool:
    """Whether this is the id of an order."""
    return re.fullmatch(f"{PREFIX}[0-9a-f]{{24}}", job_id) is not None
