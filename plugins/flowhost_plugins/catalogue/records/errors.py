"""What is raised besides the host's own errors."""

from __future__ import annotations

import flowhost


class NotFound(flowhost.Permanent):
    """The catalogue has no such thing.

    Args:
        kind: what was asked for: item, file, storage ...
        id: the id asked with.
    """

    def __init__(self, kind: str, id: str) -> None:  # noqa: A002  # the word of everything here
        super().__init__(f"the catalogue has no {kind} {id!r}")
        self.kind = kind
        self.id = id


class InUse(flowhost.Unavailable):
    """Another process has the SQLite file, and runs its jobs."""


class FfmpegMissing(flowhost.Unavailable):
    """There is no ffmpeg on this machine."""
