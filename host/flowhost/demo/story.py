"""What happened to a clip, told shortly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

TOLD = ("run", "step")
"""Kinds of entries that are told; the others are decisions not to start a rule, jobs and changes."""

KILLED = "the daemon was killed"


def shortened(entries: Iterable[Mapping[str, Any]], killed: datetime) -> list[tuple[str, str, str]]:
    """The time line of an item: a time of day, a rule and what happened for each entry, the oldest first.

    Args:
        entries: as ``flowhost item --json`` tells them.
        killed: when the daemon was killed.
    """
    rows = [
        (datetime.fromisoformat(one["time"]), one["rule"], one["text"])
        for one in entries
        if one["kind"] in TOLD
    ]
    rows.append((killed, "", KILLED))
    rows.sort(key=lambda row: row[0])  # stable: what happened at once stays in its order
    return [(f"{moment:%H:%M:%S}", rule, text) for moment, rule, text in rows]
