"""The catalogue's face: the archive."""

from __future__ import annotations

from collections.abc import Iterable

from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import ArchivedShape, Job, Storage


class ArchiveMethods(Opened):
    """The archive: storages of the kind ``ARCHIVE``. An item that does not exist raises NotFound.

    One job of the archive works on an item at a time: more raise Conflict.
    """

    def archive_item(
        self,
        item_id: str,
        policy: Storage | str,
        *,
        purge: bool = False,
        tags: Iterable[str] = (),
        key: str = "",
    ) -> Job:
        """Start to archive an item: a job copies a file of each shape, and compares checksums.

        Shapes in the archive already are not copied again. A file that is not what its checksum says is not
        archived; the next copy is tried. The copy is called ``ITEM/NAME_ITEM_SHA1.SUFFIX``.

        Args:
            item_id: the item.
            policy: where to: id or name of a storage of the kind ``ARCHIVE``.
            purge: whether the files online are removed, once their shape is verified in the archive: their state is
                ``ARCHIVED`` then. What cannot be removed is told by the job, which ends as ``FINISHED_WARNING``.
            tags: only shapes with one of these; none: all.
            key: see `flowhost.MediaLibrary`.

        Raises:
            Permanent: the storage is no archive, or the item has nothing to archive.
        """
        where = policy.id if isinstance(policy, Storage) else policy
        return self._open.archives.archive(item_id, where, tuple(tags), purge=purge, key=key)

    def restore_from_archive(self, item_id: str, *, key: str = "") -> Job:
        """Start to restore an item: a job copies its files back to where they were, and compares checksums.

        A shape of which no file is known any more goes to the storage for media with the most room. What is
        online stays as it is.

        Raises:
            Permanent: it is not in the archive.
        """
        return self._open.archives.restore(item_id, key)

    def delete_from_archive(self, item_id: str) -> int:
        """Delete an item from the archive; return how many files were there.

        Raises:
            LastCopy: a shape has no complete file online, on the disk, too; nothing is deleted then.
        """
        return self._open.archives.delete(item_id)

    def archived_shapes(self, item_id: str) -> tuple[ArchivedShape, ...]:
        """What of an item is in the archive; the item's own status is `CatalogueItem.archive_status`."""
        return self._open.archives.of(item_id)
