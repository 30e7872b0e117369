"""What could be meant: values that begin with a text, and words that are nearly those of a search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from flowhost_devserver.vidispine.searching.matching import Facts

MOST = {"autocomplete": 10, "suggestion": 5}  # told when the search does not say how many
LIKENESS = 0.7  # of two words, from 0 to 1, when the search does not say
FIELD = "title"
"""What the words are looked for in that could be meant."""

_WORD = re.compile(r"\w+")


def suggestions(
    document: Mapping[str, Any], find: Callable[[], Iterable[Facts]]
) -> dict[str, list[dict[str, Any]]]:
    """The keys ``suggestion`` and ``autocomplete`` of an answer; nothing when none was asked for.

    Args:
        document: the search.
        find: everything that the user may read.
    """
    wanted, begun = document.get("suggestion"), document.get("autocomplete", ())
    if wanted is None and not begun:
        return {}
    every = list(find())
    told: dict[str, list[dict[str, Any]]] = {}
    if wanted is not None and (nearly := list(_nearly(document, wanted, every))):
        told["suggestion"] = nearly
    if begun:
        told["autocomplete"] = [completed(one, every) for one in begun]
    return told


def _nearly(
    document: Mapping[str, Any], wanted: Mapping[str, Any], every: list[Facts]
) -> Iterator[dict[str, Any]]:
    known = {word for one in every for word in _words(" ".join(one.values(FIELD)))}
    most, likeness = wanted.get("maximumSuggestions") or MOST["suggestion"], wanted.get("accuracy", LIKENESS)
    for word in dict.fromkeys(_asked(document)):
        if word not in known and (
            found := get_close_matches(word, known, max(1, most), min(1, max(0, likeness)))
        ):
            yield {"term": word, "suggestion": found}


def _asked(document: Mapping[str, Any]) -> Iterator[str]:
    """The words of a search, those of its operators left out."""
    for text in document.get("text", ()):
        yield from _words(text.get("value") or "")
    for field in document.get("field", ()):
        for text in field.get("value", ()):
            yield from _words(text.get("value") or "")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def completed(begun: Mapping[str, Any], every: Iterable[Facts]) -> dict[str, Any]:
    """The values that begin with a text: of one field or, when none is named, of all.

    Args:
        begun: the text, the field, and how many are told.
        every: everything that the user may read.
    """
    field, text = begun.get("field"), (begun.get("text") or "").lower()
    values = {value for one in every for value in (one.values(field) if field else one.texts())}
    fitting = sorted(value for value in values if value.lower().startswith(text))
    most = begun.get("maximumSuggestions") or MOST["autocomplete"]
    told = {"field": field} if field else {}
    return {**told, "suggestion": fitting[: max(1, most)]}
