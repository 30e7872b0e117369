"""Who set something, when, and in which change set."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all that one request changes has in common.

    Args:
        user: who.
        timestamp: when, as Vidispine writes it in JSON.
        change: id of the change set, e.g. ``VX-12``.
    """

    user: str
    timestamp: str
    change: str

    def marks(self, known: str | None = None) -> dict[str, str]:
        """The keys of a value, field or group.

        Args:
            known: its uuid; None: it is new and gets one.
        """
        return {
            "uuid": known or str(uuid.uuid4()),
            "user": self.user,
            "timestamp": self.timestamp,
            "change": self.change,
        }
