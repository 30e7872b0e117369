"""The library's face: shapes, files, storages, and what is made of media."""

from __future__ import annotations

import flowhost
from flowhost_plugins.vidispine.documents import Job
from flowhost_plugins.vidispine.jobs.reading import asset_job
from flowhost_plugins.vidispine.jobs.starting import job_metadata, start
from flowhost_plugins.vidispine.media import (
    deleting,
    exporting,
    importing,
    shape_tags,
    shapes,
    storages,
    transcoding,
    transferring,
)
from flowhost_plugins.vidispine.opened import Opened


class ShapeMethods(Opened):
    """Shapes, and shape tags."""

    def shapes(self, item_id: str) -> tuple[flowhost.Shape, ...]:
        """See `flowhost.MediaLibrary`. One request."""
        return shapes.shapes_of(shapes.item_with_shapes(self._client, item_id))

    def shape_tag(self, name: str) -> flowhost.ShapeTag:
        """See `flowhost.MediaLibrary`. Known for a minute."""
        return shape_tags.shape_tag(self._client, name)

    def shape_tags(self) -> list[flowhost.ShapeTag]:
        """See `flowhost.MediaLibrary`. Known for a minute; tags that say nothing of a format are left out."""
        return shape_tags.shape_tags(self._client)


class StorageMethods(Opened):
    """Storages."""

    def storages(self) -> list[flowhost.Storage]:
        """See `flowhost.MediaLibrary`. Known for five seconds."""
        return storages.storages(self._client)

    def storage(self, id_or_name: str) -> flowhost.Storage:
        """See `flowhost.MediaLibrary`. Known for five seconds."""
        return storages.storage(self._client, id_or_name)


class ProcessingMethods(Opened):
    """Jobs that make something of media, and those that bring it somewhere.

    A key is looked for among the jobs of the site before anything is checked: one request more.
    """

    def transcode(self, item_id: str, tag: str, *, replace: bool = False, key: str = "") -> flowhost.AssetJob:
        """See `flowhost.MediaLibrary`. What is replaced stays until `drop_replaced` is called."""

        def post(query: dict[str, list[str]]) -> Job:
            return transcoding.order(self._client, item_id, tag, query, replace=replace)

        return start(self._client, key, post)

    def drop_replaced(self, job_id: str) -> int:
        """See `flowhost.MediaLibrary`."""
        return transcoding.drop_replaced(self._client, job_id)

    def export(
        self, item_id: str, tag: str, location: str, file_name: str, *, key: str = ""
    ) -> flowhost.AssetJob:
        """See `flowhost.MediaLibrary`. The location is the name of an export location, or a URI.

        Without a file name the site names the file, and the script of the location runs.
        """

        def post(query: dict[str, list[str]]) -> Job:
            return exporting.order(self._client, item_id, tag, location, file_name, query)

        return start(self._client, key, post)

    def check_export_location(self, location: str) -> None:
        """See `flowhost.MediaLibrary`."""
        exporting.check(self._client, location)

    def copy_file(
        self, file: flowhost.File | str, storage: str, path: str | None = None, *, key: str = ""
    ) -> flowhost.AssetJob:
        """See `flowhost.MediaLibrary`. The file must be ``CLOSED``."""
        return self._transfer(file, storage, path, key, move=False)

    def move_file(
        self, file: flowhost.File | str, storage: str, path: str | None = None, *, key: str = ""
    ) -> flowhost.AssetJob:
        """See `flowhost.MediaLibrary`. The file must be ``CLOSED``."""
        return self._transfer(file, storage, path, key, move=True)

    def _transfer(
        self, file: flowhost.File | str, storage: str, path: str | None, key: str, *, move: bool
    ) -> flowhost.AssetJob:
        def post(query: dict[str, list[str]]) -> Job:
            return transferring.order(self._client, file, storage, path, query, move=move)

        return start(self._client, key, post)

    def delete_file(self, file_id: str) -> bool:
        """See `flowhost.MediaLibrary`. Only copies that are ``CLOSED`` count as others."""
        return deleting.delete_file(self._client, self._clock, file_id)

    def import_media(self, item_id: str, uri: str) -> flowhost.AssetJob:
        """See `flowhost.AssetSystem`.

        A path must be seen by the server under the same name. URLs (``file:``, ``http:``, ``ftp:`` ...) are the server's
        business; the id of a file in a storage is taken as it is.
        """
        return asset_job(importing.order(self._client, item_id, uri, job_metadata()))
