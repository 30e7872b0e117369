"""Texts in Vidispine's own signs: a phrase stands in quotes, ``*`` and ``?`` stand for other characters. Pure.

That is so in fields that are found by words. Where values are compared as a whole there are no quotes.
"""

from __future__ import annotations

import re

from flowhost.query import words

_PLAIN = re.compile(r"[^\W_]+")
_SPECIAL = re.compile(r'([\\"])')


def literal(text: str) -> str:
    """A text as it is: quoted unless it is nothing but letters and digits."""
    return text if _PLAIN.fullmatch(text) else '"' + _SPECIAL.sub(r"\\\1", text) + '"'


def wild(text: str) -> bool:
    """Whether there are signs in a text that stand for others."""
    return "*" in text or "?" in text


def beginning(text: str) -> str:
    """What begins with a word."""
    return f"{text}*"


def one_word(text: str) -> bool:
    """Whether there is nothing but one word in a text."""
    return bool(_PLAIN.fullmatch(text)) and len(words(text)) == 1
