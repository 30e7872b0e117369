"""Atom, which the other payloads are made of."""

from __future__ import annotations

from flowhost_plugins.viz_one import AtomCategory, Entry, Feed, Link

__all__ = ["AtomCategory", "Entry", "Feed", "Link"]
