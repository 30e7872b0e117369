"""Deletes items from the archive, while they are online."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.archive import noting, status
from flowhost_plugins.vidispine.archive.places import Places
from flowhost_plugins.vidispine.archive.records import NATIVE, Archived
from flowhost_plugins.vidispine.archive.working import online_files
from flowhost_plugins.vidispine.client import Missing
from flowhost_plugins.vidispine.documents import Item, Shape
from flowhost_plugins.vidispine.marks import Marks
from flowhost_plugins.vidispine.media.deleting import alone
from flowhost_plugins.vidispine.media.shapes import item_with_shapes

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


def delete(client: Client, marks: Marks, archive: flowhost.Archive | None, item: Item) -> int:
    """Delete what is archived of an item; return how many files there were.

    Raises:
        LastCopy: a shape has no whole file online.
    """
    with alone(client, (shape.id for shape in item.shape)):
        now = item_with_shapes(client, item.id)  # the list from before the locks may be old
        return _delete(client, marks, archive, now)


def _delete(client: Client, marks: Marks, archive: flowhost.Archive | None, item: Item) -> int:
    client.forget("storage")  # this needs what is so now
    kept, places = noting.all_archived(item), Places(client)
    for shape, _ in kept:
        _require_online(item.id, shape, places)
    for shape, one in kept:
        if one.archive == NATIVE:
            for file in one.external_ids:
                _delete_file(client, file)
        else:
            _matching(archive, one).delete([_file_set(item.id, shape, one, places)], one.policy)
    if kept:  # before the notes: with the last of them a process that goes on would find nothing left to do
        status.deleted(client, marks, item.id)
    for shape, _ in kept:
        noting.note(client, item.id, shape, None)
    return sum(len(one.external_ids) for _, one in kept)


def matching(archive: flowhost.Archive | None, kept: Archived) -> flowhost.Archive:
    """The archive that keeps something.

    Raises:
        Permanent: it is not the wired one.
    """
    if archive is None or archive.plugin_guid != kept.archive:
        wired = f"the wired one is {archive.name!r} ({archive.plugin_guid})" if archive else "none is wired"
        raise flowhost.Permanent(f"it is kept by an archive with the id {kept.archive}; {wired}")
    return archive


def _matching(archive: flowhost.Archive | None, kept: Archived) -> flowhost.Archive:
    found = matching(archive, kept)
    if not found.role_delete:
        raise flowhost.Permanent(f"the archive {found.name!r} cannot delete what it keeps")
    return found


def _file_set(item: str, shape: Shape, kept: Archived, places: Places) -> flowhost.FileSet:
    paths = [places.path(file.storage or "", file.path) for file in online_files(shape, places)]
    return flowhost.FileSet(tuple(str(path) for path in paths if path), kept.external_ids, item, kept.sha1)


def _require_online(item: str, shape: Shape, places: Places) -> None:
    for file in online_files(shape, places):
        if not places.reachable(file):
            continue
        path = places.path(file.storage or "", file.path)
        if path is None or (path.is_file() and path.stat().st_size == file.size):
            return
    raise flowhost.LastCopy(f"the shape {shape.id} of the item {item} has no whole file online")


def _delete_file(client: Client, file: str) -> None:
    try:
        client.delete("file", file)
    except Missing:  # by a process that died then
        return
