"""Texts of a document that know where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowhost.places import Place


class PlacedText(str):
    """A text of a document that knows its key and its place."""

    __slots__ = ("key", "place")

    key: str
    place: Place

    @classmethod
    def of(cls, text: str, key: str, place: Place) -> PlacedText:
        """The text, with these."""
        placed = cls(text)
        placed.key, placed.place = key, place
        return placed


def plain(value: Any) -> Any:
    """The value without the places of its texts."""
    if isinstance(value, Mapping):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, PlacedText) else value
