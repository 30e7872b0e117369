"""Locks by key."""

from __future__ import annotations

from flowhost import Locked

__all__ = ["Locked"]
