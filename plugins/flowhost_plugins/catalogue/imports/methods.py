"""The catalogue's face: imports."""

from __future__ import annotations

from pathlib import Path

import flowhost
from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import ImportMode, Job, Storage


class ImportMethods(Opened):
    """How media gets into the catalogue. What does not exist raises NotFound."""

    def import_file(
        self,
        item_id: str,
        source: str | Path,
        *,
        mode: ImportMode = "copy",
        storage: Storage | str | None = None,
        tag: str = "original",
    ) -> Job:
        """Start to import a file as a shape of an item.

        A job copies it under a temporary name, compares checksums, and only then gives it its name: ``ITEM/NAME`` in
        the storage. With the job the item gets a media type if it has none.

        Args:
            item_id: the item.
            source: id of a file the catalogue knows, or a path.
            mode: see `ImportMode`; to place a file it must lie in a storage.
            storage: where to; None: the storage for media with the most room, if possible not that of the source.
            tag: the shape's tag.

        Raises:
            Permanent: there is no such file, it belongs to an item already, or no storage has room for it.
        """
        where = None if storage is None else (storage.id if isinstance(storage, Storage) else storage)
        return self._open.imports.start(item_id, source, mode, where, tag)

    def import_media(self, item_id: str, uri: str) -> flowhost.AssetJob:
        """See `flowhost.AssetSystem`; copies. `uri` is a path, a ``file:`` URL or id of a file."""
        return self._open.imports.start(item_id, uri, "copy", None, "original")
