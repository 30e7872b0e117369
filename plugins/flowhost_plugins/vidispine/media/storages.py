"""Storages, as a site has them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit
from urllib.request import url2pathname

import flowhost
from flowhost_plugins.vidispine.client import STORAGES
from flowhost_plugins.vidispine.documents import Storage, StorageList, StorageMethod
from flowhost_plugins.vidispine.media.ages import age

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

GONE = ("OFFLINE", "FAILED", "DISABLED")
"""States of a storage whose files nobody can read now."""

LEAVING = ("EVACUATING", "EVACUATED")
"""States of a storage that shall be emptied."""

KINDS: dict[str, flowhost.StorageKind] = {kind: kind for kind in get_args(flowhost.StorageKind)}


def storages(client: Client) -> list[flowhost.Storage]:
    """All storages, the oldest first."""
    found = client.known(STORAGES, "storage", into=StorageList).storage
    return [storage_of(one) for one in sorted(found, key=lambda one: age(one.id or ""))]


def storage(client: Client, id_or_name: str) -> flowhost.Storage:
    """The storage with this id or name.

    Raises:
        Permanent: there is none, or several have this name.
    """
    known = storages(client)
    for one in known:
        if one.id == id_or_name:
            return one
    named = [one for one in known if one.name == id_or_name]
    if len(named) == 1:
        return named[0]
    if named:
        ids = ", ".join(one.id for one in named)
        raise flowhost.Permanent(
            f"{len(named)} storages are called {id_or_name!r}: {ids}; name one by its id"
        )
    raise flowhost.Permanent(missing(id_or_name, known))


def whole_files(client: Client, files: Iterable[flowhost.File]) -> list[flowhost.File]:
    """Those that are ``CLOSED`` in a storage which can be reached now: storages are asked for anew."""
    client.forget("storage")
    reachable = {one.id for one in storages(client) if one.reachable}
    return [file for file in files if file.state == "CLOSED" and file.storage in reachable]


def missing(wanted: str, known: Iterable[flowhost.Storage]) -> str:
    """The sentence for a storage that is not there."""
    return f"there is no storage {wanted!r}{flowhost.nearest(wanted, [one.name for one in known])}"


def storage_of(storage: Storage) -> flowhost.Storage:
    """A storage as the role has it."""
    capacity = storage.capacity if storage.capacity and storage.capacity > 0 else None
    return flowhost.Storage(
        storage.id or "",
        storage.name or _folder_name(storage) or storage.id or "",
        _path(storage),
        _kind(storage),
        capacity,
        _watermark(storage.high_watermark, storage.high_watermark_percentage, capacity),
        _watermark(storage.low_watermark, storage.low_watermark_percentage, capacity),
        max(0, capacity - (storage.free_capacity or 0)) if capacity else 0,
        storage.state not in GONE,
    )


def _kind(storage: Storage) -> flowhost.StorageKind:
    """What it is for; one that nothing may be written to gets no media unless it is named, as an external one.

    Of a type that is not known here nobody can tell, so it gets none either.
    """
    kind = KINDS.get(storage.type or "LOCAL", "EXTERNAL")
    closed = bool(storage.method) and all(method.write is False for method in storage.method)
    is_general = kind in ("LOCAL", "SHARED", "REMOTE")
    return "EXTERNAL" if is_general and (closed or storage.state in LEAVING) else kind


def folder_of(method: StorageMethod) -> str:
    """The folder of a ``file:`` method, percent-encoded in its URI; empty for others."""
    parts = urlsplit(method.uri or "")
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return ""
    return url2pathname(parts.path).rstrip("/") or "/"


def _path(storage: Storage) -> str:
    """The folder, when this machine has it."""
    folders = [folder_of(method) for method in storage.method if method.read is not False]
    return next((folder for folder in folders if folder and Path(folder).is_dir()), "")


def _folder_name(storage: Storage) -> str:
    """What the storage is called when nobody gave it a name: as its folder."""
    uris = [method.uri for method in storage.method if method.uri]
    return url2pathname(urlsplit(uris[0]).path).rstrip("/").rpartition("/")[2] if uris else ""


def _watermark(size: int | None, percentage: float | None, capacity: int | None) -> int | None:
    if size is not None:
        return size
    return int(capacity * percentage / 100) if percentage is not None and capacity else None
