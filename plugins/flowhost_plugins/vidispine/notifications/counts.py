"""How the source is doing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Counts:
    """How it goes, for the monitoring.

    Args:
        told: how much the site told of.
        found: how much it had to be asked for.
        polling: whether it is asked because it does not tell.
        registered: whether it knows where to tell.
        seen: until when all is known to have been told or found.
        behind: key of a kind for which that is an earlier moment → this moment.
    """

    told: int = 0
    found: int = 0
    polling: bool = False
    registered: bool = False
    seen: datetime | None = None
    behind: dict[str, datetime] = field(default_factory=dict)
