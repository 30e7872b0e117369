"""Paths of texts with tags: nothing an item says can lead out of a folder, or into another.

What the operator wrote divides the path; a value is never more than a piece of one file name. Only names that Linux
cannot hold are changed: what other systems reserve (``:``, ``?``, ``CON``) is kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

from flowhost.templates.reading import Misread, Part, Tag

LONGEST_NAME = 255  # bytes of a file name: NAME_MAX of Linux

_NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, halves of characters, separators of lines

Name = tuple[Part, ...]


def names_of(parts: Iterable[Part]) -> Iterator[Name]:
    """The parts of each file name of a path: what stands between the operator's ``/``."""
    name: list[Part] = []
    for part in parts:
        if isinstance(part, Tag):
            name.append(part)
            continue
        first, *others = part.split("/")
        name.append(first)
        for other in others:
            yield tuple(one for one in name if one != "")
            name = [other]
    yield tuple(one for one in name if one != "")


def check_path(text: str, parts: Iterable[Part]) -> None:
    """See that what an operator wrote can be a path within a folder.

    Raises:
        Misread: it leads out of it, or holds what no file name can.
    """
    if text.startswith("/"):
        raise Misread("is an absolute path; expected one within the storage, e.g. 'films/${title}'", 0)
    for name in names_of(parts):
        literal = "".join(part for part in name if isinstance(part, str))
        if name == ("..",):
            raise Misread(
                "leads out of the storage with '..'; expected a path within it", _offset(text, "..")
            )
        for character in literal:
            if unicodedata.category(character) in _NEVER:
                raise Misread(f"has the character {character!r} in a path", text.find(character))
        if len(literal.encode()) > LONGEST_NAME:
            raise Misread(f"has a file name of more than {LONGEST_NAME} bytes", _offset(text, literal))


def file_name(name: Name, value_of: Callable[[Tag], str]) -> str:
    """One file name; empty when the tags have nothing to say."""
    if all(isinstance(part, str) for part in name):
        return "" if name == (".",) else "".join(str(part) for part in name)
    texts = [part if isinstance(part, str) else harmless(value_of(part)) for part in name]
    values = [number for number, part in enumerate(name) if isinstance(part, Tag)]
    _shorten(texts, values)
    whole = "".join(texts)
    return f"_{whole[1:]}" if whole.startswith(".") else whole  # neither '.' nor '..' nor hidden


def harmless(value: str) -> str:
    """A value as a piece of a file name: what divides paths or lines, and what no name can hold, is ``_``."""
    return "".join(
        "_" if character in "/\\" or unicodedata.category(character) in _NEVER else character
        for character in value
    )


def _shorten(texts: list[str], values: list[int]) -> None:
    """Cut the longest of the values until the name is short enough; what the operator wrote is kept."""
    room = LONGEST_NAME - sum(len(text.encode()) for number, text in enumerate(texts) if number not in values)
    left = len(values)
    for number in sorted(values, key=lambda one: len(texts[one].encode())):
        texts[number] = _cut(texts[number], room // left)
        room -= len(texts[number].encode())
        left -= 1


def _cut(text: str, size: int) -> str:
    """The beginning of a text, at most `size` bytes, no character cut in two."""
    return text.encode()[: max(size, 0)].decode(errors="ignore")


def _offset(text: str, wanted: str) -> int:
    return max(text.find(wanted), 0)
