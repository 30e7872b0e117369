"""Dictionaries."""

from __future__ import annotations

from flowhost_plugins.viz_one import Dictionary, DictionaryTerm

__all__ = ["Dictionary", "DictionaryTerm"]
