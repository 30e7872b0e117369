"""Jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import flowhost


@dataclass(frozen=True, slots=True)
class Job(flowhost.AssetJob):
    """Work of the catalogue's own.

    Args:
        kind: what it does: ``IMPORT``, ``TRANSCODE``, ``THUMBNAIL``, ``EXPORT``, ``COPY_FILE``, ``MOVE_FILE``,
            ``SHAPE_UPDATE``, ``ARCHIVE``, ``RESTORE``.
        item: id of the item it is for.
        file: id of the file it makes; None before that is known.
        step: what it does now, in a word.
        attempts: how often it began; more than once when a process died meanwhile.
        created: when it was asked for.
        ended_at: when it ended.
        remark: what is worth knowing although it went well, e.g. why nothing is known of the media.
    """

    kind: str = "IMPORT"
    item: str | None = None
    file: str | None = None
    step: str = ""
    attempts: int = 0
    created: datetime | None = None
    ended_at: datetime | None = None
    remark: str = ""
