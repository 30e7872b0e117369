"""A text → the literal texts and tags it is made of, once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

ESCAPED = "$${"
"""Stands for ``${`` itself."""

_MARK = re.compile(r"\$?\$\{")
_NO_NAME = re.compile(r"[\x00-\x1f\x7f{$]")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: its name, and what stands in its place when it has no value (None: nothing may)."""

    name: str
    default: str | None = None


Part: TypeAlias = str | Tag


class Misread(Exception):  # not a FlowhostError: `Template` turns it into one that knows the place
    """The text cannot be read.

    Args:
        reason: the end of a sentence that begins with the text.
        offset: of the mistake, in characters.
    """

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def parts_of(text: str) -> tuple[Part, ...]:
    """The parts of a text, in their order; no two literal ones stand side by side.

    Raises:
        Misread: a tag has no end or no name.
    """
    parts: list[Part] = []
    literal, at = "", 0
    while mark := _MARK.search(text, at):
        literal += text[at : mark.start()]
        if mark[0] == ESCAPED:
            literal, at = literal + "${", mark.end()
            continue
        end = text.find("}", mark.end())
        parts += [literal, _tag(text, mark.start(), mark.end(), end)]
        literal, at = "", end + 1
    parts.append(literal + text[at:])
    return tuple(part for part in parts if part != "")


def _tag(text: str, start: int, first: int, end: int) -> Tag:
    inner = text[first:end] if end >= 0 else text[first:]
    if end < 0 or "${" in inner:
        shown = text[start : start + 20].partition("\n")[0]
        raise Misread(
            f"has a tag without end: expected '}}' after {shown!r}; a '${{' that is no tag is written '{ESCAPED}'",
            start,
        )
    name, colon, default = inner.partition(":-")
    name = name.strip()
    if not name:
        raise Misread("has a tag without a name; expected e.g. ${title}", start)
    if _NO_NAME.search(name):
        raise Misread(
            f"has a tag with the name {name!r}; expected e.g. ${{title}} or ${{group/field}}", start
        )
    return Tag(name, default if colon else None)
