"""The catalogue's face: jobs that make something of media, and those that bring files elsewhere."""

from __future__ import annotations

from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import File, Job, Storage


class ProcessingMethods(Opened):
    """What can be done with media. What does not exist raises NotFound.

    A job writes under a temporary name; the file gets its own when it is whole, was read again and is on the disk.
    What a job will write counts against the storage from its order on.
    """

    def transcode(
        self,
        item_id: str,
        tag: str,
        *,
        replace: bool = False,
        storage: Storage | str | None = None,
        source_tag: str = "original",
        timeout: float | None = None,
        key: str = "",
    ) -> Job:
        """Start to make a shape of an item by ffmpeg.

        Args:
            item_id: the item.
            tag: what to make: the name of a shape tag.
            replace: whether it takes the place of a shape with this tag, once it is made.
            storage: where to; None: the storage for media with the most room.
            source_tag: of which shape it is made.
            timeout: seconds it may take; None: the option ``ffmpeg_timeout``.
            key: see `flowhost.MediaLibrary`.

        Raises:
            MediaTypeMismatch: the tag is for another kind of media than the item's.
            ShapeExists: there is such a shape and `replace` is not set, or a job makes one.
            FfmpegMissing: there is no ffmpeg on this machine.
            Permanent: the item has no media, or no storage has room.
        """
        return self._open.processing.transcode(
            item_id,
            tag,
            replace=replace,
            storage=_maybe(storage),
            source_tag=source_tag,
            timeout=timeout,
            key=key,
        )

    def thumbnail(
        self,
        item_id: str,
        *,
        at: float | None = None,
        tag: str = "thumbnail",
        replace: bool = True,
        storage: Storage | str | None = None,
    ) -> Job:
        """Start to make a small picture of an item's original, as a shape.

        Args:
            item_id: the item: video or image.
            at: seconds from the beginning; None: a tenth of the film.
            tag: of the shape; another than ``thumbnail`` is the name of a shape tag for pictures.
            replace: whether it takes the place of a shape with this tag.
            storage: where to; None: the storage for media with the most room.

        Raises:
            MediaTypeMismatch: the item has no pictures.
            ShapeExists: there is such a shape and `replace` is not set, or a job makes one.
            FfmpegMissing: there is no ffmpeg on this machine.
        """
        return self._open.processing.thumbnail(item_id, at, tag, replace=replace, storage=_maybe(storage))

    def export(
        self,
        item_id: str,
        tag: str,
        location: Storage | str,
        file_name: str,
        *,
        timeout: float | None = None,
        key: str = "",
    ) -> Job:
        """Start to deliver a shape: a copy of it, or, when the item has none with this tag, a transcode of the original.

        Args:
            item_id: the item.
            tag: of the shape, or the name of a shape tag; ``original``: the item's media itself.
            location: a storage of the kind ``EXPORT``.
            file_name: of the file, or its path within the location. A file there is never replaced.
            timeout: seconds a transcode may take; None: the option ``ffmpeg_timeout``.
            key: see `flowhost.MediaLibrary`.

        Raises:
            MediaTypeMismatch: it must be transcoded, and the tag is for another kind of media.
            FfmpegMissing: it must be transcoded, and there is no ffmpeg on this machine.
            Permanent: the path leads out of the location, the name is taken, or there is no room.
        """
        shape = tag or "original"
        return self._open.processing.export(item_id, shape, _id(location), file_name, timeout, key)

    def analyze(self, item_id: str, tag: str = "original") -> Job:
        """Start to look into the media of a shape once more: its components, MIME type, the item's technical fields.

        The job fails, and everything stays, when the media cannot be read.
        """
        return self._open.processing.analyze(item_id, tag)

    def copy_file(
        self, file: File | str, storage: Storage | str, path: str | None = None, *, key: str = ""
    ) -> Job:
        """Start to copy a file; the copy is one more of its shape.

        Args:
            file: the file; it must be ``CLOSED``.
            storage: where to.
            path: where in that storage; None: as where it is, or beside a file of that name.
            key: see `flowhost.MediaLibrary`.

        Raises:
            Permanent: the path leads out of the storage, is taken, or there is no room.
        """
        return self._open.transfers.start(_file(file), _id(storage), path, move=False, key=key)

    def move_file(
        self, file: File | str, storage: Storage | str, path: str | None = None, *, key: str = ""
    ) -> Job:
        """Start to move a file: as `copy_file`, and the source goes once the copy is safe. The file gets another id."""
        return self._open.transfers.start(_file(file), _id(storage), path, move=True, key=key)


def _file(file: File | str) -> str:
    return file.id if isinstance(file, File) else file


def _id(storage: Storage | str) -> str:
    return storage.id if isinstance(storage, Storage) else storage


def _maybe(storage: Storage | str | None) -> str | None:
    return None if storage is None else _id(storage)
