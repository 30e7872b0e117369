"""Shape tags: what can be transcoded to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client import DEFINITIONS, Missing
from flowhost_plugins.vidispine.documents import ShapeTag, URIList, last_segment

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

PICTURES = frozenset(
    {"png", "jpeg", "jpg", "tiff", "bmp", "gif", "image2", "mjpeg", "webp", "jpeg2000", "jp2", "dpx", "ppm"}
)
"""Formats of still pictures."""

SUFFIXES = {
    "jpeg": ".jpg",
    "mjpeg": ".jpg",
    "tiff": ".tif",
    "matroska": ".mkv",
    "mpegts": ".ts",
    "image2": ".jpg",
}
"""Format → suffix, where it is not the format's own name."""


def names(client: Client) -> list[str]:
    """The names of all shape tags, those included that no transcode can make."""
    uris = client.known(DEFINITIONS, "shape-tag", into=URIList).uri
    return sorted(last_segment(uri) for uri in uris)


def shape_tag(client: Client, name: str) -> flowhost.ShapeTag:
    """The shape tag of this name.

    Raises:
        Permanent: there is none, or nothing can be transcoded to it.
    """
    found = _read(client, name)
    if found is None:
        raise flowhost.Permanent(f"there is no shape tag {name!r}{flowhost.nearest(name, names(client))}")
    made = _tag(name, found)
    if made is None:
        raise flowhost.Permanent(
            f"the shape tag {name!r} says nothing of how media is made; nothing can be transcoded to it"
        )
    return made


def shape_tags(client: Client) -> list[flowhost.ShapeTag]:
    """The tags that can be transcoded to, by name."""
    read = ((name, _read(client, name)) for name in names(client))
    return [made for name, found in read if found is not None and (made := _tag(name, found)) is not None]


def media_type(tag: ShapeTag) -> flowhost.MediaType | None:
    """What a tag is for: pictures that move, sound, or a still picture; None when it says neither.

    [inferred] A tag with video is video; with audio only, audio; a format of pictures without audio, an image.
    """
    if tag.audio is None and (tag.format or "").lower() in PICTURES:
        return "image"
    if tag.video is not None:
        return "video"
    return "audio" if tag.audio is not None else None


def _read(client: Client, name: str) -> ShapeTag | None:
    try:
        return client.known(DEFINITIONS, "shape-tag", name, into=ShapeTag)
    except Missing:
        return None


def _tag(name: str, tag: ShapeTag) -> flowhost.ShapeTag | None:
    kind = media_type(tag)
    if kind is None:
        return None
    video, audio, container = tag.video, tag.audio, tag.format or ""
    scaling = video.scaling if video else None
    return flowhost.ShapeTag(
        name,
        kind,
        container,
        SUFFIXES.get(container, f".{container}" if container else ""),
        (video.codec or "") if video else "",
        (audio.codec or "") if audio else "",
        scaling.width if scaling else None,
        scaling.height if scaling else None,
        video.bitrate if video else None,
        audio.bitrate if audio else None,
        len(audio.channel) or None if audio else None,
        audio.framerate.denominator if audio and audio.framerate else None,
    )
