"""Deletes copies of shapes, but never the last one."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import File, Shape
from flowhost_plugins.vidispine.media.files import owners
from flowhost_plugins.vidispine.media.shapes import shape_of

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


def delete_file(client: Client, file_id: str) -> bool:
    """Delete a file; return whether there was one.

    Raises:
        LastCopy: a shape it belongs to has no other that is whole.
    """
    file = client.found("file", file_id, query={"includeItem": "true"}, into=File)
    if file is None:
        return False
    belongs = sorted(owners(file))
    with ExitStack() as locks:  # two who delete two copies must not both find the other's
        for _, shape in belongs:
            locks.enter_context(flowhost.Locked(f"{client.settings.base} shape {shape}"))
        for item, shape in belongs:
            _require_another(client, file, item, shape)
        try:
            client.delete("file", file.id)
        except flowhost.Permanent:
            if client.found("file", file.id, into=File) is None:  # somebody was faster
                return False
            raise
    return True


def _require_another(client: Client, file: File, item: str, shape: str) -> None:
    found = client.found("item", item, "shape", shape, into=Shape)
    if found is None:
        return
    files = shape_of(found, item).files
    if file.id not in {one.id for one in files}:  # it was removed from the shape since we looked
        return
    if not [one for one in files if one.id != file.id and one.state == "CLOSED"]:
        raise flowhost.LastCopy(
            f"the file {file.id} ({file.path}) is the last copy of the shape {shape} of the item {item}"
        )
