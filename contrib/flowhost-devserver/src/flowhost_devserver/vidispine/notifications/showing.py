"""How a registration is read back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SINGLE = ("type", "jobdata")
"""Of a filter; the vendor's schema has one of each, XML may have several: one is shown alone, several as a list."""


def as_shown(document: Mapping[str, Any]) -> dict[str, Any]:
    """A NotificationDocument as clients see it: the timeout is a text in the vendor's schema.

    Args:
        document: as it is kept.
    """
    http: Mapping[str, Any] = document["action"]["http"]
    shown = {**http, "timeout": str(http["timeout"])}
    return {"action": {"http": shown}, "trigger": _with_single(document["trigger"])}


def _with_single(level: Any) -> Any:
    if not isinstance(level, Mapping):
        return level
    return {key: _alone(value) if key == "filter" else _with_single(value) for key, value in level.items()}


def _alone(narrowed: Any) -> Any:
    if not isinstance(narrowed, Mapping):
        return narrowed
    return {
        key: value[0] if key in SINGLE and isinstance(value, list) and len(value) == 1 else value
        for key, value in narrowed.items()
    }
