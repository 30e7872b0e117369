"""Where the files of a site are on this machine."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import File
from flowhost_plugins.vidispine.media.storages import storages

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


class Places:
    """The storages of a site, looked at once.

    Args:
        client: for the site.
    """

    def __init__(self, client: Client) -> None:
        self._storages = {one.id: one for one in storages(client)}

    def online(self, file: File) -> bool:
        """Whether a file is whole, and in no archive."""
        return file.state in ("CLOSED", "BEING_READ") and not self.in_archive(file)

    def in_archive(self, file: File) -> bool:
        """Whether a file is in a storage of the type ``ARCHIVE``."""
        storage = self._storages.get(file.storage or "")
        return storage is not None and storage.kind == "ARCHIVE"

    def reachable(self, file: File) -> bool:
        """Whether the site can use the storage of a file now."""
        storage = self._storages.get(file.storage or "")
        return storage is not None and storage.reachable

    def path(self, storage: str, path: str) -> Path | None:
        """Where a file of a storage is on this machine; None: the storage is not mounted here.

        Raises:
            Permanent: the path leads out of the storage.
        """
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise flowhost.Permanent(f"the path {path!r} leads out of the storage {storage}")
        known = self._storages.get(storage)
        return Path(known.path, path) if known and known.path else None

    def required(self, storage: str, path: str) -> Path:
        """As `path`.

        Raises:
            Permanent: the path leads out of the storage.
            Unavailable: the storage is not mounted here, or the site cannot use it now.
        """
        found, known = self.path(storage, path), self._storages.get(storage)
        name = repr(known.name) if known else storage
        if known and not known.reachable:
            raise flowhost.Unavailable(f"the site cannot use the storage {name} now, where {path} shall be")
        if found is None:
            what = f"the storage {name} has no file: method whose folder is on this machine"
            raise flowhost.Unavailable(f"{what}, so {path} cannot be reached; is it mounted?")
        return found


def sha1_of(path: Path) -> str:
    """SHA-1 of a file, in hexadecimal.

    Raises:
        Unavailable: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
    except OSError as error:
        raise flowhost.Unavailable(f"cannot read {path}: {error.strerror or error}") from error
