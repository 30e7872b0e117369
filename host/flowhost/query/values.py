"""Values as the index has them: one key that orders numbers, moments and texts, and the words. Pure.

A key begins with a digit for its kind. Behind it is, for a number, its double in an order that texts can have; for
a moment its microseconds likewise; for a text its first characters, folded. So one column with one index answers
equality, ranges and sorting, the same on both engines, when it is compared byte by byte.
"""

from __future__ import annotations

import math
import re
import struct
import unicodedata
from datetime import UTC, date, datetime

NUMBER, MOMENT, TEXT, BEYOND = "0", "1", "2", "3"
"""What keys begin with, in their order; no key begins with the last."""

LONGEST_KEY = 256
"""Characters of a text; PostgreSQL refuses index entries over 2.7 kB."""

LONGEST_WORD = 64
"""Characters; the rest of a word is not looked at. PostgreSQL refuses words over 2 kB."""

MOST_DIGITS = 15
"""A double keeps so many; what has more is an identifier rather than a number."""

_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[-+][0-9]{2}:?[0-9]{2})?)?"
)
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MIDDLE = 1 << 63


def _storable(text: str) -> str:
    """`text` with what a database cannot keep (NUL, half a character) written as an escape."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


def fold(text: str) -> str:
    """`text` without case and accents."""
    if text.isascii():
        return _storable(text).lower()
    apart = _MARKS.sub("", unicodedata.normalize("NFKD", _storable(text)))
    return unicodedata.normalize("NFKC", apart.casefold())


def words(text: str) -> list[str]:
    """The words of a text: its runs of letters and digits, folded."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def row_of_words(text: str) -> str:
    """The words with a space around each, in which `sought` finds a row of them."""
    found = words(text)
    return f" {' '.join(found)} " if found else ""


def sought(text: str, *, prefix: bool) -> str:
    """What a `row_of_words` contains when its text contains these words next to each other; empty without words."""
    found = words(text)
    return f" {' '.join(found)}{'' if prefix else ' '}" if found else ""


def key(value: str) -> str:
    """The key of a value."""
    stripped = value.strip()
    if (number := _number(stripped)) is not None:
        return number_key(number)
    if (moment := _moment(stripped)) is not None:
        return moment_key(micros(moment))
    return text_key(value)


def number_key(number: float) -> str:
    """The key of a number: the bits of a double order it when those of a negative one are turned around."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", float(number) or 0.0))  # -0.0 is 0.0
    return f"{NUMBER}{bits ^ (_MIDDLE if bits < _MIDDLE else 0xFFFFFFFFFFFFFFFF):016x}"


def moment_key(microseconds: int) -> str:
    """The key of a moment, in microseconds since 1970."""
    return f"{MOMENT}{microseconds + _MIDDLE:016x}"


def moment_in(moments_key: str) -> int:
    """The microseconds in the key of a moment."""
    return int(moments_key[1:], 16) - _MIDDLE


def text_key(text: str) -> str:
    """The key of a text that is neither."""
    return TEXT + fold(text)[:LONGEST_KEY]


def read_bound(text: str) -> float | date | str:
    """A number, a day or a moment where `text` is one, else itself."""
    number = _number(text, MOST_DIGITS * 100)
    if number is not None:
        return int(text) if text.lstrip("+-").isdigit() else number
    moment = _moment(text)
    if moment is None:
        return text
    return moment if len(text) > len("2024-05-01") else moment.date()


def micros(moment: datetime) -> int:
    """Microseconds since 1970, without overflow at either end of the calendar."""
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _number(text: str, most_digits: int = MOST_DIGITS) -> float | None:
    if not _NUMBER.fullmatch(text) or sum(one.isdigit() for one in re.split("[eE]", text)[0]) > most_digits:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:  # the 31st of February
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
