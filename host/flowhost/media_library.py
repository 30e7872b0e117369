"""The role `MediaLibrary`: an asset system that also searches, and manages media; and what it deals in.

The words are Vidispine's: a *shape* is a rendition of an item, a *shape tag* what kind of rendition it is, a *storage* a
place for files, a *watermark* how full it may get.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from flowhost.asset_system import AccessEntry, AssetJob, AssetSystem
from flowhost.errors import Permanent

FileState: TypeAlias = Literal["OPEN", "CLOSED", "LOST", "TO_APPEAR", "TO_BE_DELETED", "ARCHIVED"]
"""``OPEN``: may still grow. ``CLOSED``: whole. ``LOST``: belongs to an item and is gone. ``TO_APPEAR``: a job writes it.
``TO_BE_DELETED``: is gone as soon as it can be. ``ARCHIVED``: only the archive has it; a restore brings it back."""

StorageKind: TypeAlias = Literal["LOCAL", "SHARED", "REMOTE", "EXTERNAL", "EXPORT", "ARCHIVE"]
"""``LOCAL``: media is kept there; ``SHARED`` and ``REMOTE``: the same, elsewhere. ``EXTERNAL``: others put files there.
``EXPORT``: files are delivered there. ``ARCHIVE``: archived copies. The last three get media only when named."""

ComponentKind: TypeAlias = Literal["container", "video", "audio", "binary"]
"""``binary``: a still picture, as Vidispine has it."""

MediaType: TypeAlias = Literal["video", "audio", "image"]
"""What an item or a shape is to look at or to listen to."""


@dataclass(frozen=True, slots=True)
class Component:
    """The container of a shape, or one of the streams in it. What is unknown is None or empty.

    Args:
        kind: what it is.
        codec: how it is coded, in ffmpeg's words; of a container its format.
        duration: seconds.
        bit_rate: bits a second.
        width: of the picture, pixels.
        height: of the picture, pixels.
        frame_rate: pictures a second, as a fraction: ``25/1``, ``30000/1001``.
        pixel_format: in ffmpeg's words.
        channels: of the sound.
        sample_rate: of the sound, a second.
    """

    kind: ComponentKind
    codec: str
    duration: float | None = None
    bit_rate: int | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: str = ""
    pixel_format: str = ""
    channels: int | None = None
    sample_rate: int | None = None


@dataclass(frozen=True, slots=True)
class ShapeTag:
    """How shapes of one tag are made. What is empty or None is left to whoever transcodes.

    Args:
        name: the tag: letters, digits, ``.``, ``_``, ``-``.
        media_type: of the items it can be made of, and of itself.
        container: ffmpeg's name of the format, e.g. ``mp4``.
        suffix: of the file names, with its dot.
        video_codec: ffmpeg's name of the encoder of pictures, e.g. ``libx264``.
        audio_codec: ffmpeg's name of the encoder of sound, e.g. ``aac``.
        width: pixels at most; the proportions stay, and nothing is made larger.
        height: pixels at most.
        video_bit_rate: bits a second.
        audio_bit_rate: bits a second.
        channels: of the sound.
        sample_rate: of the sound, a second.
        arguments: more of ffmpeg's output options. Whoever sets them can do what this process can.
    """

    name: str
    media_type: MediaType
    container: str
    suffix: str
    video_codec: str = ""
    audio_codec: str = ""
    width: int | None = None
    height: int | None = None
    video_bit_rate: int | None = None
    audio_bit_rate: int | None = None
    channels: int | None = None
    sample_rate: int | None = None
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Storage:
    """A place for files.

    Args:
        id: its id.
        name: its name, unique.
        path: its folder, absolute; empty when this machine cannot see it.
        kind: what it is for.
        capacity: bytes it may hold; None: as much as the disk.
        high_watermark: bytes; nothing fills it beyond; None: its capacity.
        low_watermark: bytes; what removes files to make room stops here; None: the high watermark.
        used: bytes in the files known there, those a job is writing included.
    """

    id: str
    name: str
    path: str
    kind: StorageKind = "LOCAL"
    capacity: int | None = None
    high_watermark: int | None = None
    low_watermark: int | None = None
    used: int = 0

    @property
    def free(self) -> int | None:
        """Bytes up to its capacity; None when that is the disk's."""
        return None if self.capacity is None else max(0, self.capacity - self.used)

    @property
    def headroom(self) -> int | None:
        """Bytes that may still be put there: up to the high watermark; None when only the disk limits it."""
        limits = [limit for limit in (self.capacity, self.high_watermark) if limit is not None]
        return max(0, min(limits) - self.used) if limits else None


@dataclass(frozen=True, slots=True)
class File:
    """A file in a storage.

    Args:
        id: its id.
        storage: id of its storage.
        path: where in the storage, with ``/``.
        size: bytes.
        state: how it is.
        hash: SHA-256 of its bytes, in hexadecimal; empty while unknown.
        modified: when it was last written; None before it appears.
        item: id of the item it belongs to; None: unmanaged.
        shape: id of the shape it belongs to; None: unmanaged.
        created: since when the library knows it.
    """

    id: str
    storage: str
    path: str
    size: int
    state: FileState
    hash: str = ""
    modified: datetime | None = None
    item: str | None = None
    shape: str | None = None
    created: datetime | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Shape:
    """A rendition of an item.

    Args:
        id: its id.
        item: id of the item.
        tags: what it is, e.g. ``original``, ``lowres``.
        mime_type: of its files.
        files: the copies of it; all hold the same.
        created: when it was made.
        components: what is in it, the container first; none while that is unknown.
    """

    id: str
    item: str
    tags: tuple[str, ...] = ()
    mime_type: str = ""
    files: tuple[File, ...] = ()
    created: datetime | None = None
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class Ids:
    """Some of many ids, in the order of their making.

    Args:
        ids: these.
        cursor: what to ask with for those after them; None when there are no more.
    """

    ids: tuple[str, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a query, or of a part of it, for one item.

    Args:
        condition: the query or part, as text.
        held: whether it held.
        actual: of a condition: the values of the item that it was about.
        parts: of AND, OR and NOT: what became of their parts, all of them.
    """

    condition: str
    held: bool
    actual: tuple[str, ...] = ()
    parts: tuple[Finding, ...] = ()


class MediaTypeMismatch(Permanent):
    """The item's media is not of the kind that the tag is for. Whoever goes through many items skips this one."""


class ShapeExists(Permanent):
    """The item has a shape with this tag, or a job makes one, and nobody said that it shall be replaced."""


class LastCopy(Permanent):
    """The file, or the copy in the archive, is the last one of a shape."""


class MediaLibrary(AssetSystem, Protocol):
    """Role: an asset system that also searches, transcodes, moves, archives, and keeps a recycle bin.

    Methods raise as those of `AssetSystem` do. Those that start a job take a `key`: a second call with the same key
    starts nothing, but returns the first job, whatever became of it; an empty key is no key.
    """

    def search_ids(self, query: str, *, cursor: str | None = None, number: int = 1000) -> Ids:
        """The ids of the items a query in the library's own language holds for; see `Ids`.

        Raises:
            Permanent: the query cannot be read; the sentence tells where.
        """

    def matches(self, query: str, item_id: str) -> bool:
        """Whether `search_ids` finds this item with this query. False for an item that does not exist."""

    def finding(self, query: str, item_id: str) -> Finding:
        """What becomes of each condition of a query for one item."""

    def saved_query(self, search: str) -> str:
        """The query of the saved search with this id or name.

        Raises:
            Permanent: there is no such search.
        """

    def collection_ids(self, collection: str, *, cursor: str | None = None, number: int = 1000) -> Ids:
        """The ids of the items in the collection with this id or unique name, and in those below it.

        Raises:
            Permanent: there is no such collection, or several have this name.
        """

    def in_collection(self, collection: str, item_id: str) -> bool:
        """Whether `collection_ids` has this item."""

    def collection_names(self, item_id: str) -> tuple[str, ...]:
        """The names of the collections the item is a member of."""

    def add_to_collection(self, item_id: str, name: str) -> bool:
        """Make the item a member of the collection of this name, which is made when there is none.

        Returns:
            Whether it was not a member before.
        """

    def field_names(self) -> list[str]:
        """The names of all metadata fields that any item has or may have, as in `Item.fields`."""

    def notification_names(self) -> frozenset[str]:
        """What its notifications can be called, e.g. ``job_finish``; empty: it does not tell. Needs no open library."""
        return frozenset()

    def shapes(self, item_id: str) -> tuple[Shape, ...]:
        """The shapes of an item, the oldest first."""

    def shape_tag(self, name: str) -> ShapeTag:
        """The shape tag of this name.

        Raises:
            Permanent: there is none.
        """

    def shape_tags(self) -> list[ShapeTag]:
        """The tags that can be transcoded to, by name."""

    def storages(self) -> list[Storage]:
        """All storages, the oldest first."""

    def storage(self, id_or_name: str) -> Storage:
        """The storage with this id or name.

        Raises:
            Permanent: there is none.
        """

    def transcode(self, item_id: str, tag: str, *, replace: bool = False, key: str = "") -> AssetJob:
        """Start to make a shape with this tag.

        Raises:
            MediaTypeMismatch: the item is of another kind than the tag.
            ShapeExists: there is one, and it is not to be replaced.
        """

    def export(self, item_id: str, tag: str, location: str, file_name: str, *, key: str = "") -> AssetJob:
        """Start to deliver the shape with this tag (transcoded when the item has none) to an export storage.

        Raises:
            MediaTypeMismatch: the item is of another kind than the tag.
        """

    def copy_file(
        self, file: File | str, storage: str, path: str | None = None, *, key: str = ""
    ) -> AssetJob:
        """Start to copy a file to a storage; without a path to the same one there."""

    def move_file(
        self, file: File | str, storage: str, path: str | None = None, *, key: str = ""
    ) -> AssetJob:
        """Start to move a file: the source goes once the copy is safe."""

    def delete_file(self, file_id: str) -> bool:
        """Delete one copy of a shape; return whether there was one.

        Raises:
            LastCopy: it is the last.
        """

    def archive_item(self, item_id: str, policy: str, *, purge: bool = False, key: str = "") -> AssetJob:
        """Start to archive an item by a policy; purge: its files online are deleted once the copies are safe."""

    def restore_from_archive(self, item_id: str, *, key: str = "") -> AssetJob:
        """Start to bring an item's files back from the archive to where they were."""

    def delete_from_archive(self, item_id: str) -> int:
        """Delete an item from the archive; return how many files were there.

        Raises:
            LastCopy: no whole copy is online.
        """

    def trash_item(self, item_id: str, grace: timedelta | None = None) -> bool:
        """Put an item into the recycle bin; once the grace is over (None: the library's own) it is deleted.

        Returns:
            Whether it was not there before.
        """

    def grant_access(self, item_id: str, entry: AccessEntry, *, origin: str) -> bool:
        """Add an access entry that can be withdrawn by its origin; return whether it was not there."""

    def withdraw_access(self, origin: str, item_id: str | None = None) -> int:
        """Remove the access entries of an origin, of one item or of all; return how many there were."""

    def items_with_access_from(self, origin: str) -> list[str]:
        """The ids of the items that have access entries of this origin."""

    def live_jobs(self, item_id: str) -> list[AssetJob]:
        """The jobs of an item and its shapes that have not ended."""

    def stop_job(self, job_id: str) -> None:
        """Ask a job to stop. It ends as ``ABORTED``, unless it was done first."""

    def marked(self, mark: str) -> AbstractContextManager[None]:
        """Within it, what this thread changes carries `mark`: notifications of it have the variable ``mark``.

        Jobs that are started within it carry the mark, too. A system that cannot do this marks nothing.
        """

    def link(self, item_id: str) -> str:
        """A URL or a path at which a person finds the item; empty when the library has none."""

    def variables(self, item_id: str) -> Mapping[str, str]:
        """What tags stand for besides metadata fields: ``originalFilename``, ``user`` ..., as far as known."""
