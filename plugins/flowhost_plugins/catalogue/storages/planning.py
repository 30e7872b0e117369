"""Where an imported file goes: which storage has room, and which name is free there."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, insert, select

import flowhost
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.schema import files
from flowhost_plugins.catalogue.database.schema import storages as storage_table
from flowhost_plugins.catalogue.database.text import index_key
from flowhost_plugins.catalogue.database.transactions import Transaction
from flowhost_plugins.catalogue.records import Storage
from flowhost_plugins.catalogue.storages import storages

KEEPING = ("LOCAL", "SHARED", "REMOTE")
"""Kinds of storages that media goes to when nobody names one."""


def place_of(connection: Connection, site: Site, path: Path) -> tuple[Storage, str] | None:
    """The storage a path lies in, and the path within; None when it is in none."""
    real = path.parent.resolve() / path.name
    for one in storages.read(connection, site):
        if real.is_relative_to(one.path):
            return one, real.relative_to(one.path).as_posix()
    return None


def reserve(
    transaction: Transaction, item: int, name: str, size: int, wanted: str | None, source: Storage | None
) -> tuple[int, Path]:
    """Choose storage and path of a file that shall appear, and keep both for it.

    Args:
        transaction: where.
        item: whose file it will be.
        name: what the file is called.
        size: bytes.
        wanted: the storage, when one was named.
        source: the storage the source lies in; another is preferred.

    Returns:
        The number of the file, and its path on this machine.

    Raises:
        Permanent: no storage has room.
    """
    _lock(transaction)
    storage = _chosen(transaction, size, wanted, source)
    number = transaction.site.number(storage.id)
    path = _free_path(transaction.connection, storage, number, f"{transaction.site.id(item)}/{name}")
    return _plan(transaction, storage, path, size, item), Path(storage.path, path)


def reserve_path(
    transaction: Transaction, storage: Storage, path: str, size: int, item: int | None, *, other: bool = False
) -> tuple[int, Path]:
    """Keep a path in a storage, and room, for a file that shall appear.

    Args:
        transaction: where.
        storage: the storage.
        path: where in it, checked.
        size: bytes.
        item: whose file it will be.
        other: whether another name will do when this one is taken.

    Returns:
        The number of the file, and its path on this machine.

    Raises:
        Permanent: the storage has no room, or the name is taken.
    """
    _lock(transaction)
    storage = _chosen(transaction, size, storage.id, None)
    free = _free_path(transaction.connection, storage, transaction.site.number(storage.id), path)
    if free != path and not other:
        raise flowhost.Permanent(f"there is a file {path!r} in the storage {storage.name!r} already")
    return _plan(transaction, storage, free, size, item), Path(storage.path, free)


def check_growth(transaction: Transaction, file: int, size: int) -> None:
    """Make sure that a file which became larger than was planned does not fill its storage too much.

    Raises:
        Permanent: it does.
    """
    _lock(transaction)
    row = transaction.connection.execute(
        select(files.c.storage, files.c.size, files.c.state).where(files.c.number == file)
    ).one_or_none()
    if row is None:  # it was removed meanwhile, which is told elsewhere
        return
    storage = storages.find(transaction.connection, transaction.site, transaction.site.id(row.storage))
    planned = 0 if row.state == "ARCHIVED" else row.size  # one that is away holds no room
    if size > planned and storage.headroom is not None and size - planned > storage.headroom:
        what = f"the file has {size} bytes, {planned} were planned"
        raise flowhost.Permanent(f"the storage {storage.name!r} has no room for it: {what}")


def _lock(transaction: Transaction) -> None:
    """Nobody else may promise the same room; SQLite has one writer anyway."""
    if transaction.connection.dialect.name == "postgresql":
        transaction.connection.execute(select(storage_table.c.number).with_for_update(key_share=True))


def _plan(transaction: Transaction, storage: Storage, path: str, size: int, item: int | None) -> int:
    row = {
        "storage": transaction.site.number(storage.id),
        "path": path,
        "path_key": index_key(path),
        "state": "TO_APPEAR",
        "size": size,
        "hash": "",
        "item": item,
        "created": transaction.now,
    }
    result = transaction.connection.execute(insert(files).values(row))
    assert result.inserted_primary_key, "an INSERT of one row has its key"
    number: int = result.inserted_primary_key[0]
    return number


def _chosen(transaction: Transaction, size: int, wanted: str | None, source: Storage | None) -> Storage:
    if wanted is not None:
        named = storages.find(transaction.connection, transaction.site, wanted)
        require_room(named, size)
        return named
    disks = flowhost.Disks()
    local = storages.read(transaction.connection, transaction.site, storage_table.c.kind.in_(KEEPING))
    fitting = [one for one in local if _room(one, disks) >= size]
    if not fitting:
        rooms = ", ".join(f"{one.name!r}: {max(0, _room(one, disks))}" for one in local) or "there is none"
        raise flowhost.Permanent(
            f"no LOCAL, SHARED or REMOTE storage has room for {size} bytes ({rooms}); add one, or make room"
        )
    return max(fitting, key=lambda one: (source is None or one.id != source.id, _room(one, disks)))


def require_room(storage: Storage, size: int) -> None:
    """Raise Permanent when a storage has no room for so many bytes."""
    if (room := _room(storage, flowhost.Disks())) < size:
        raise flowhost.Permanent(
            f"the storage {storage.name!r} has room for {max(0, room)} bytes, the file has {size}"
        )


def _room(storage: Storage, disks: flowhost.Disks) -> int:
    """Bytes that may still be put there; below zero when its folder cannot be used."""
    try:
        free = disks.free(storage.path)
    except OSError:
        return -1
    return free if storage.headroom is None else min(free, storage.headroom)


def _free_path(connection: Connection, storage: Storage, number: int | None, wanted: str) -> str:
    """`wanted`, or when that is taken the same with ``-2``, ``-3`` ... before its suffix."""
    path, count = PurePosixPath(wanted), 1
    while True:
        shown = str(path if count == 1 else path.with_name(f"{path.stem}-{count}{path.suffix}"))
        known = select(files.c.number).where(files.c.storage == number, files.c.path_key == index_key(shown))
        if connection.execute(known).scalar() is None and not os.path.lexists(Path(storage.path, shown)):
            return shown
        count += 1
