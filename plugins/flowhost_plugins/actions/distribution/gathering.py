"""What a library says of an item's files and of the storages, as facts for a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import flowhost
from flowhost_plugins.actions.distribution.records import Copy, Media, Room

GENERAL = ("LOCAL", "SHARED", "REMOTE")
"""Kinds of storage that get media without being named."""

PROTECTED = ("ARCHIVE", "EXPORT")
"""Kinds of storage from which a rule that moves files removes nothing: the archive, and what was delivered."""

WRITTEN = ("OPEN", "TO_APPEAR")
"""States of a file that is not whole yet."""


class NotYet(flowhost.Retry):
    """A file is still being written; later it will be whole."""


def rooms_of(storages: Iterable[flowhost.Storage]) -> Mapping[str, Room]:
    """Id → the storage, with the room it has: up to its high watermark, and not more than its disk."""
    disks = flowhost.Disks()
    return {storage.id: _room(storage, disks) for storage in storages}


def ids_of(names: Iterable[str], rooms: Mapping[str, Room]) -> tuple[str, ...]:
    """The ids of storages.

    Args:
        names: ids or names of storages.
        rooms: all there are.

    Raises:
        Permanent: one does not exist, or its folder is not there.
    """
    return tuple(dict.fromkeys(_id_of(name, rooms) for name in names))


def media_of(shapes: Iterable[flowhost.Shape], rooms: Mapping[str, Room]) -> tuple[Media, ...]:
    """What shapes consist of; those that share files are one.

    What only the archive has is left out; it is not online.

    Raises:
        NotYet: a file is still being written.
        Permanent: of a shape there is no whole file, or its files are not the same.
    """
    groups = _together([shape for shape in shapes if shape.files])
    return tuple(media for files in groups if (media := _media(files, rooms)) is not None)


def _room(storage: flowhost.Storage, disks: flowhost.Disks) -> Room:
    room, gone = storage.headroom, ""
    if not storage.reachable:
        gone = "is gone: the library cannot use it now"
    elif storage.path:  # this machine can see it
        try:
            free = disks.free(storage.path)
        except OSError as error:
            gone = f"is gone: its folder {storage.path} cannot be used ({error.strerror or error})"
        else:
            room = free if room is None else min(room, free)
    general, protected = storage.kind in GENERAL, storage.kind in PROTECTED
    return Room(storage.id, storage.name, room, general, protected, gone)


def _id_of(name: str, rooms: Mapping[str, Room]) -> str:
    room = rooms.get(name) or next((one for one in rooms.values() if one.name == name), None)
    if room is None:
        hint = flowhost.nearest(name, [one.name for one in rooms.values()])
        raise flowhost.Permanent(f"there is no storage {name!r}{hint}")
    if room.gone:
        raise flowhost.Permanent(f"the storage {room.name!r} {room.gone}")
    return room.id


def _together(shapes: Sequence[flowhost.Shape]) -> list[dict[str, flowhost.File]]:
    """The files of each shape by id; those of shapes that share one are put together."""
    groups: list[dict[str, flowhost.File]] = []
    for shape in shapes:
        files = {file.id: file for file in shape.files}
        for other in [group for group in groups if group.keys() & files.keys()]:
            groups.remove(other)
            files = other | files
        groups.append(files)
    return groups


def _media(files: Mapping[str, flowhost.File], rooms: Mapping[str, Room]) -> Media | None:
    several = list(files.values())
    name = repr(several[0].name)
    if written := next((file for file in several if file.state in WRITTEN), None):
        raise NotYet(f"the file {written.id} ({written.path}) is still being written: it is {written.state}")
    whole = [file for file in several if file.state == "CLOSED" and _is_there(file, rooms)]
    online = [file for file in whole if not rooms[file.storage].protected]
    if online:  # these come first, so that nothing is fetched from the archive that is nearer
        copies = [*online, *(file for file in whole if file not in online)]
        _require_same(copies, name)
        return Media(name, copies[0].size, tuple(Copy(file.id, file.storage, file.path) for file in copies))
    if whole or any(file.state == "ARCHIVED" for file in several):
        return None
    states = ", ".join(f"{file.id} is {_state(file, rooms)}" for file in several)
    raise flowhost.Permanent(f"there is no whole copy of {name}: {states}")


def _require_same(copies: Sequence[flowhost.File], name: str) -> None:
    """Nobody can tell which copy may go when one was changed."""
    hashes = {file.hash for file in copies if file.hash}
    if len({file.size for file in copies}) > 1 or len(hashes) > 1:
        told = ", ".join(f"{file.id} has {file.size} bytes" for file in copies)
        raise flowhost.Permanent(
            f"the copies of {name} are not the same, delete those that are wrong: {told}"
        )


def _is_there(file: flowhost.File, rooms: Mapping[str, Room]) -> bool:
    room = rooms.get(file.storage)
    return room is not None and not room.gone


def _state(file: flowhost.File, rooms: Mapping[str, Room]) -> str:
    if file.state != "CLOSED":
        return file.state
    room = rooms.get(file.storage)
    return f"in the storage {room.name!r}, which {room.gone}" if room else "in no storage that is known"
