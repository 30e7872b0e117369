"""What media libraries deal in: shapes and how they are made, files, storages, findings; and what they refuse.

The words are Vidispine's: a *shape* is a rendition of an item, a *shape tag* what kind of rendition it is, a *storage* a
place for files, a *watermark* how full it may get.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

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
        reachable: whether the library can use it now; while it cannot, no file there counts as a copy.
    """

    id: str
    name: str
    path: str
    kind: StorageKind = "LOCAL"
    capacity: int | None = None
    high_watermark: int | None = None
    low_watermark: int | None = None
    used: int = 0
    reachable: bool = True

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
        hash: checksum of its bytes, in hexadecimal: the same for the same bytes within one library (the catalogue has
            SHA-256, Vidispine SHA-1); empty while unknown.
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
