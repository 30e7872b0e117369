"""The catalogue's face: storages and files."""

from __future__ import annotations

from pathlib import Path

from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import Change, File, FilePage, FileState, Storage, StorageKind


class StorageMethods(Opened):
    """Where media lies. What does not exist raises NotFound."""

    def add_storage(
        self,
        name: str,
        path: str | Path,
        *,
        kind: StorageKind = "LOCAL",
        capacity: int | None = None,
        high_watermark: int | None = None,
        low_watermark: int | None = None,
    ) -> Storage:
        """Let a folder be a storage. It must exist. See `Storage` for the arguments; sizes are bytes.

        Raises:
            Conflict: there is a storage of this name, or one with this folder, or with one within or around it.
            Permanent: there is no such folder, or the watermarks are out of order.
        """
        return self._open.storages.add(name, Path(path), kind, capacity, high_watermark, low_watermark)

    def change_storage(
        self,
        storage: Storage | str,
        name: str,
        path: str | Path,
        *,
        kind: StorageKind,
        capacity: int | None,
        high_watermark: int | None,
        low_watermark: int | None,
    ) -> Storage:
        """Let a storage be so from now on. Its files are expected at the same paths in its folder. See `add_storage`."""
        return self._open.storages.change(
            _id(storage), name, Path(path), kind, capacity, high_watermark, low_watermark
        )

    def storages(self) -> list[Storage]:
        """All storages, the oldest first."""
        return self._open.storages.all()

    def storage(self, id_or_name: str) -> Storage:
        """The storage with this id or name."""
        return self._open.storages.get(id_or_name)

    def remove_storage(self, storage: Storage | str) -> None:
        """Forget a storage. Its folder stays as it is.

        Raises:
            Permanent: files of items lie there, or a job writes there.
        """
        self._open.storages.remove(_id(storage))

    def scan(self, storage: Storage | str) -> list[Change]:
        """Compare a storage's folder with what is known of it; return what changed.

        A new file is ``OPEN``; one that changed is ``OPEN`` again; one that did not change since the last scan is
        ``CLOSED``. One that is gone is forgotten, or ``LOST`` when it belongs to an item. Names that begin with a dot
        are skipped, and so is what is no regular file.

        Raises:
            Unavailable: the folder cannot be read. Nothing is taken for gone then.
        """
        return self._open.scanning.scan(_id(storage))

    def files(
        self,
        *,
        storage: Storage | str | None = None,
        item: str | None = None,
        unmanaged: bool | None = None,
        cursor: str | None = None,
        number: int = 100,
    ) -> FilePage:
        """Files, the oldest first; those a job has not finished are among them.

        Args:
            storage: only those in this storage.
            item: only those of this item.
            unmanaged: True: only those of no item; False: only those of items.
            cursor: where to go on.
            number: how many at most.
        """
        where = None if storage is None else _id(storage)
        return self._open.files.page(where, item, unmanaged, cursor, number)

    def file(self, file_id: str) -> File:
        """The file with this id."""
        return self._open.files.get(file_id)

    def file_at(self, storage: Storage | str, path: str) -> File | None:
        """The file at this path in a storage; None when none is known there."""
        return self._open.files.at(_id(storage), path)

    def add_file(self, storage: Storage | str, path: str, state: FileState) -> File:
        """Note a file that is in a storage, or will be, before a scan sees it.

        Raises:
            Conflict: one is known there.
            Permanent: the path leads out of the storage.
        """
        return self._open.files.add(_id(storage), path, state)

    def change_file(self, file_id: str, *, state: FileState | None = None, path: str | None = None) -> File:
        """Correct what is known of a file; what is None stays. Nothing happens on the disk."""
        return self._open.files.change(file_id, state, path)

    def release_file(self, file_id: str) -> File:
        """Let a file belong to no item any more; it stays in its storage."""
        return self._open.files.release(file_id)

    def path_of(self, file: File | str) -> Path:
        """Where a file lies on this machine."""
        return self._open.files.path_of(file.id if isinstance(file, File) else file)

    def delete_file(self, file_id: str, *, last_copy: bool = False) -> bool:
        """Delete a file from the disk and the catalogue; return whether there was one.

        Args:
            file_id: the file.
            last_copy: whether it may be the last copy of a shape.

        Raises:
            LastCopy: it is, and may not.
            Unavailable: the disk does not let it go; its state is ``TO_BE_DELETED``, and each scan tries again.
        """
        return self._open.deletion.delete_file(file_id, last_copy=last_copy)


def _id(storage: Storage | str) -> str:
    return storage.id if isinstance(storage, Storage) else storage
