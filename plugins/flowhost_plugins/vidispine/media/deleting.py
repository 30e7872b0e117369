"""Deletes copies of shapes, but never the last one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import File, Shape
from flowhost_plugins.vidispine.media.files import owners
from flowhost_plugins.vidispine.media.shapes import shape_of
from flowhost_plugins.vidispine.media.storages import storages

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


@contextmanager
def alone(client: Client, shapes: Iterable[str]) -> Iterator[None]:
    """Within it no other thread deletes files of these shapes: two must not both count on the other's copy."""
    with ExitStack() as locks:
        for shape in sorted(set(shapes)):  # in one order, so that nobody waits for one who waits for him
            locks.enter_context(flowhost.Locked(f"{client.settings.base} shape {shape}"))
        yield


def delete_file(client: Client, file_id: str) -> bool:
    """Delete a file; return whether there was one.

    Raises:
        LastCopy: a shape it belongs to has no other that is whole.
    """
    file = client.found("file", file_id, query={"includeItem": "true"}, into=File)
    if file is None:
        return False
    belongs = owners(file)
    with alone(client, (shape for _, shape in belongs)):
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
    client.forget("storage")  # this needs what is so now
    reachable = {one.id for one in storages(client) if one.reachable}
    others = [one for one in files if one.id != file.id and one.storage in reachable]
    if not any(one.state == "CLOSED" for one in others):
        raise flowhost.LastCopy(
            f"the file {file.id} ({file.path}) is the last copy of the shape {shape} of the item {item}"
        )
