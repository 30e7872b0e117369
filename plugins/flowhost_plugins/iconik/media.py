"""The file of a shape on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import flowhost


@dataclass(frozen=True, slots=True)
class Media:
    """A file that can be read here.

    Args:
        path: where it is.
        size: bytes.
        mime_type: what it is.
        name: what names this content of this item: another one has another name.
    """

    path: Path
    size: int
    mime_type: str
    name: str


def media_of(library: flowhost.MediaLibrary, item: str, tag: str) -> Media:
    """The newest shape of an item with this tag, as a whole file that this machine can read.

    Raises:
        Permanent: the item has no such shape, or no whole copy of it.
        Unavailable: none of its copies can be read from here now.
    """
    shapes = [shape for shape in library.shapes(item) if tag in shape.tags]
    if not shapes:
        raise flowhost.Permanent(f"the item {item} has no shape {tag!r}; transcode it before")
    whole = [(shape, file) for shape in reversed(shapes) for file in shape.files if file.state == "CLOSED"]
    if not whole:
        raise flowhost.Permanent(f"the shape {tag!r} of {item} has no whole copy online")
    folders = {one.id: one.path for one in library.storages() if one.path}
    for shape, file in whole:
        path = Path(folders.get(file.storage, ""), file.path)
        if file.storage in folders and path.is_file() and path.stat().st_size == file.size:
            kind = shape.mime_type or "application/octet-stream"
            return Media(path, file.size, kind, _name(item, tag, file))
    raise flowhost.Unavailable(f"no copy of the shape {tag!r} of {item} can be read from this machine")


def _name(item: str, tag: str, file: flowhost.File) -> str:
    return f"{item}_{tag}_{file.hash[:16] or file.id}{PurePosixPath(file.path).suffix}"
