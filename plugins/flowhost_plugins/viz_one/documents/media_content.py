"""Media of an entry, as Media RSS describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.namespaces import MEDIA, qualified
from flowhost_plugins.viz_one.documents.numbers import whole_number

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_CONTENT = qualified(MEDIA, "content")
MEDIA_GROUP = qualified(MEDIA, "group")


@dataclass(frozen=True, slots=True)
class MediaContent:
    """A file of an entry.

    Args:
        url: where it is.
        filesize: its size in bytes, None when unknown.
        type: its media type, None when unknown.
        width: of its picture, in pixels, None when unknown.
        height: of its picture, in pixels, None when unknown.
        original: whether it is what was imported, and not made from that.
        is_default: whether it is the one to show.
    """

    url: str = ""
    filesize: int | None = None
    type: str | None = None
    width: int | None = None
    height: int | None = None
    original: bool = False
    is_default: bool = False


def read_media(entry: _Element) -> list[MediaContent]:
    """The files of an entry, also those within a group."""
    return [_media_of(element) for element in _elements(entry)]


def write_media(entry: _Element, media: MediaContent) -> None:
    """Let the first file of an entry be this one."""
    found = _elements(entry)
    element = found[0] if found else trees.add(entry, MEDIA_CONTENT)
    trees.put_attribute(element, "url", media.url)
    trees.put_attribute(element, "fileSize", None if media.filesize is None else str(media.filesize))
    trees.put_attribute(element, "type", media.type)


def _elements(entry: _Element) -> list[_Element]:
    groups = [entry, *entry.iterchildren(MEDIA_GROUP)]
    return [element for group in groups for element in group.iterchildren(MEDIA_CONTENT)]


def _media_of(element: _Element) -> MediaContent:
    return MediaContent(
        url=element.get("url") or "",
        # while a file grows, servers leave its size out or write something else there
        filesize=whole_number(element.get("fileSize")),
        type=element.get("type"),
        width=whole_number(element.get("width")),
        height=whole_number(element.get("height")),
        original=_truth(element.get("original")),
        is_default=_truth(element.get("isDefault")),
    )


def _truth(text: str | None) -> bool:
    return (text or "").strip().lower() in {"1", "true"}
