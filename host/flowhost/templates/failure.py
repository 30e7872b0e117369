"""What is said of a text with tags that cannot be read, or not be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowhost.errors import Permanent
from flowhost.options.wording import nearest, quoted
from flowhost.places import Place


class TemplateError(Permanent):
    """A text with tags is wrong.

    Args:
        text: the whole text.
        reason: why, as the end of a sentence that begins with the text.
        place: where the mistake stands.
    """

    def __init__(self, text: str, reason: str, *, place: Place | None = None) -> None:
        self.text = text
        self.reason = reason
        self.place = place
        where = f"{place}: " if place else ""
        super().__init__(f"{where}the text {quoted(text)} {reason}")


class UndefinedTag(Permanent):
    """A tag stands for nothing, and has no default.

    Args:
        name: of the tag.
        tags: what there is.
        place: where the text with the tag stands.
    """

    def __init__(self, name: str, tags: Mapping[str, Any], *, place: Place | None = None) -> None:
        self.name = name
        self.place = place
        where = f"{place}: " if place else ""
        item = tags.get("itemId")
        why = f": item {item} has none" if item else ": the run is about no item that has one"
        super().__init__(f"{where}there is no value for ${{{name}}}{why}{nearest(name, set(tags) - {name})}")
