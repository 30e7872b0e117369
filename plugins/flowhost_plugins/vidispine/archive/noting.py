"""Notes what is archived, in the metadata of the first component of a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.archive.records import Archived, archived_from
from flowhost_plugins.vidispine.documents import Item, Shape, SimpleMetadata

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

STATUS, ARCHIVED = "portal_archive_status", "ARCHIVED"
"""What Portal itself looks for. [client]"""

RECORD = "flowhost_archive"
"""The key of what we need to know besides."""


def archived(shape: Shape) -> Archived | None:
    """What is archived of a shape; None: nothing.

    Raises:
        Permanent: somebody else archived it, and what is needed to bring it back is not there.
    """
    pairs = _pairs(shape)
    if pairs.get(STATUS) != ARCHIVED:
        return None
    try:
        return archived_from(pairs.get(RECORD) or "{}")
    except ValueError as error:
        what = f"the shape {shape.id} is in an archive, but was not brought there by flowhost"
        raise flowhost.Permanent(f"{what}: {error}") from error


def all_archived(item: Item) -> list[tuple[Shape, Archived]]:
    """The shapes of an item that are archived."""
    return [(shape, found) for shape in item.shape if (found := archived(shape)) is not None]


def note(client: Client, item: str, shape: Shape, what: Archived | None) -> None:
    """Note what is archived of a shape; None: nothing any more."""
    values = {STATUS: [ARCHIVED if what else ""], RECORD: [what.text() if what else ""]}
    component = shape.components[0].id or ""
    client.put(
        *("item", item, "shape", shape.id, "component", component, "metadata"),
        document=SimpleMetadata.of(values),
    )


def _pairs(shape: Shape) -> dict[str, str]:
    """The metadata of the first component: keys with values, in a list of their own or below ``field``."""
    found: dict[str, str] = {}
    for one in shape.components[0].metadata if shape.components else []:
        for pair in one.get("field", [one]):
            value = pair.get("value", "")
            found[str(pair.get("key", ""))] = str(value[0] if isinstance(value, list) and value else value)
    return found
