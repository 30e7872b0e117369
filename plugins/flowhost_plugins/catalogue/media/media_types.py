"""What kind of media a file holds, told by its name."""

from __future__ import annotations

import mimetypes

UNKNOWN = "application/octet-stream"

BROADCAST = {
    ".mxf": "application/mxf",
    ".gxf": "application/gxf",
    ".lxf": "video/lxf",
    ".mts": "video/mp2t",
    ".m2ts": "video/mp2t",
    ".ts": "video/mp2t",
    ".m4v": "video/mp4",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".dv": "video/dv",
    ".bwf": "audio/x-wav",
    ".flac": "audio/flac",
    ".dpx": "image/x-dpx",
    ".exr": "image/x-exr",
}
"""Suffixes of this trade that Python's list has not, or has for something else."""

VIDEO = {"application/mxf", "application/gxf"}
"""Containers of moving pictures that are not called ``video/...``."""


def mime_type(name: str) -> str:
    """The MIME type of a file with this name."""
    dot = name.rfind(".")
    suffix = name[dot:].lower() if dot >= 0 else ""
    return BROADCAST.get(suffix) or mimetypes.guess_type("x" + suffix, strict=False)[0] or UNKNOWN


def media_type(mime: str) -> str:
    """``video``, ``audio``, ``image`` or ``data``."""
    kind = mime.partition("/")[0]
    if mime in VIDEO:
        return "video"
    return kind if kind in ("video", "audio", "image") else "data"
