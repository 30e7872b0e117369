"""Orders copies and moves of files."""

from __future__ import annotations

import itertools
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import File, FileList, Job
from flowhost_plugins.vidispine.media.files import file_of
from flowhost_plugins.vidispine.media.storages import storage

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

MOST = "1000"
"""Files a list can have at once: a name with ``*`` or ``?`` in it is like those of others."""


def order(
    client: Client,
    file: flowhost.File | str,
    target: str,
    path: str | None,
    query: dict[str, list[str]],
    *,
    move: bool,
) -> Job:
    """Start the job."""
    found = file if isinstance(file, flowhost.File) else file_of(client.get("file", file, into=File))
    if found.state != "CLOSED":
        what = f"the file {found.id} ({found.path}) is {found.state}"
        raise flowhost.Permanent(f"{what}; only one that is CLOSED can be copied or moved")
    where = storage(client, target)
    with flowhost.Locked(f"{client.settings.base} storage {where.id}"):  # else two find the same place free
        name = _checked(path) if path else _free(client, where.id, found.path)
        if (where.id, name) == (found.storage, found.path):
            what = f"the file {found.id} is at {name!r} in the storage {where.name!r} already"
            raise flowhost.Permanent(what)
        if path and _is_taken(client, where.id, name):  # the job would fail later, or worse, replace the file
            raise flowhost.Permanent(f"there is a file {name!r} in the storage {where.name!r} already")
        options = {"move": "true" if move else "false", "filename": name, **query}
        return client.post("file", found.id, "storage", where.id, query=options, into=Job)


def _free(client: Client, storage: str, path: str) -> str:
    """The same path in another storage, or beside a file of that name."""
    wanted = PurePosixPath(path)
    for name in itertools.chain(
        [wanted], (wanted.with_stem(f"{wanted.stem}-{n}") for n in itertools.count(1))
    ):
        if not _is_taken(client, storage, str(name)):
            break
    return str(name)


def _is_taken(client: Client, storage: str, path: str) -> bool:
    """Whether the storage has a file there."""
    query = {"path": path, "wildcard": "true", "number": MOST}
    there = client.get("storage", storage, "file", query=query, into=FileList).file
    return any(one.path == path for one in there)


def _checked(path: str) -> str:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or not parts.name:
        raise flowhost.Permanent(f"the path {path!r} leads out of the storage, expected one within it")
    return str(parts)
