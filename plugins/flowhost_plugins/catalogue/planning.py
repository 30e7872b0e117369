"""Where an imported file goes: which storage has room, and which name is free there."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, insert, select

import flowhost
from flowhost_plugins.catalogue import storages
from flowhost_plugins.catalogue.ids import Site
from flowhost_plugins.catalogue.records import Storage
from flowhost_plugins.catalogue.schema import files
from flowhost_plugins.catalogue.schema import storages as storage_table
from flowhost_plugins.catalogue.text import index_key
from flowhost_plugins.catalogue.transactions import Transaction


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
    if transaction.connection.dialect.name == "postgresql":
        # nobody else may promise the same room; SQLite has one writer anyway
        transaction.connection.execute(select(storage_table.c.number).with_for_update(key_share=True))
    storage = _chosen(transaction, size, wanted, source)
    number = transaction.site.number(storage.id)
    path = _free_path(transaction.connection, storage, number, f"{transaction.site.id(item)}/{name}")
    row = {
        "storage": number,
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
    return result.inserted_primary_key[0], Path(storage.path, path)


def _chosen(transaction: Transaction, size: int, wanted: str | None, source: Storage | None) -> Storage:
    if wanted is not None:
        named = storages.find(transaction.connection, transaction.site, wanted)
        if (room := _room(named)) < size:
            raise flowhost.Permanent(
                f"the storage {named.name!r} has room for {max(0, room)} bytes, the file has {size}"
            )
        return named
    local = storages.read(transaction.connection, transaction.site, storage_table.c.kind == "LOCAL")
    fitting = [one for one in local if _room(one) >= size]
    if not fitting:
        rooms = ", ".join(f"{one.name!r}: {max(0, _room(one))}" for one in local) or "there is none"
        raise flowhost.Permanent(
            f"no LOCAL storage has room for {size} bytes ({rooms}); add one, or make room"
        )
    return max(fitting, key=lambda one: (source is None or one.id != source.id, _room(one)))


def _room(storage: Storage) -> int:
    """Bytes that may still be put there; below zero when its folder cannot be used."""
    try:
        found = os.statvfs(storage.path)
    except OSError:
        return -1
    disk = found.f_bavail * found.f_frsize
    return disk if storage.headroom is None else min(disk, storage.headroom)


def _free_path(connection: Connection, storage: Storage, number: int | None, wanted: str) -> str:
    """`wanted`, or when that is taken the same with ``-2``, ``-3`` ... before its suffix."""
    path, count = PurePosixPath(wanted), 1
    while True:
        shown = str(path if count == 1 else path.with_name(f"{path.stem}-{count}{path.suffix}"))
        known = select(files.c.number).where(files.c.storage == number, files.c.path_key == index_key(shown))
        if connection.execute(known).scalar() is None and not os.path.lexists(Path(storage.path, shown)):
            return shown
        count += 1
