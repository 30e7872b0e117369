"""Files, as a site has them."""

from __future__ import annotations

from typing import get_args

import flowhost
from flowhost_plugins.vidispine.documents import File, found_time

STATES: dict[str, flowhost.FileState] = {state: state for state in get_args(flowhost.FileState)} | {
    "NONE": "OPEN",
    "BEING_READ": "CLOSED",  # a job reads it
    "AWAITING_SYNC": "TO_APPEAR",
    "MISSING": "LOST",
    "UNKNOWN": "LOST",
}
"""A word of Vidispine's, some of them of older releases → that of the role."""


def file_of(file: File, item: str | None = None, shape: str | None = None) -> flowhost.File:
    """A file as the role has it.

    Args:
        file: what the site says.
        item: id of the item it belongs to.
        shape: id of the shape it belongs to.
    """
    return flowhost.File(
        file.id,
        file.storage or "",
        file.path,
        max(0, file.size or 0),  # -1 while it is unknown
        STATES.get(file.state, "OPEN"),
        file.hash or "",
        found_time(file.timestamp),
        item,
        shape,
        None,
    )


def owners(file: File) -> list[tuple[str, str]]:
    """The items and shapes a file belongs to, when it was asked for with them."""
    return [(item.id, shape.id) for item in file.item for shape in item.shape]
