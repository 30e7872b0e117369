"""How a text in a search is compared with the values of a field. Pure.

In tokenized fields every word, and every phrase in quotes, must be found; ``*`` stands for any characters of a word,
``?`` for one. In exact fields the whole value is compared, without case, with the same signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from flowhost.query import row_of_words, sought, words

Test = Callable[[Iterable[str]], bool]
"""Whether values are as they are asked for."""

ANY = "*"
_CHUNK = re.compile(r'"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)|["\\]')
_TOKEN = re.compile(r"(?:[^\W_]|[*?])+")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One word or phrase of a text.

    Args:
        text: it, without quotes.
        wild: whether ``*`` and ``?`` in it stand for others.
    """

    text: str
    wild: bool

    @property
    def any(self) -> bool:
        """Whether any value will do."""
        return self.wild and set(self.text) == {ANY}

    @property
    def prefix(self) -> str | None:
        """The beginning of a word that it is; None: it is something else."""
        body = self.text[:-1]
        is_prefix = self.wild and self.text.endswith(ANY) and not is_wild(body) and words(body[-1:])
        return body if is_prefix else None


@lru_cache(maxsize=1000)
def chunks(text: str) -> tuple[Chunk, ...]:
    """The words and phrases of a text."""
    found = []
    for quoted, bare in _CHUNK.findall(text):
        if quoted:
            found.append(Chunk(_ESCAPED.sub(r"\1", quoted), wild=False))
        elif bare:
            plain = _ESCAPED.sub(r"\1", bare)
            found.append(Chunk(plain, wild=is_wild(_ESCAPED.sub("", bare))))
    return tuple(found)


def has_words(text: str) -> Test:
    """The test of a tokenized field."""
    tests = [_chunk_test(chunk) for chunk in chunks(text)]

    def test(values: Iterable[str]) -> bool:
        held = list(values)
        return bool(held) and all(any(one(value) for value in held) for one in tests)

    return test


def is_exactly(text: str) -> Test:
    """The test of an exact field."""
    pattern = _pattern(text.casefold()) if is_wild(text) else re.escape(text.casefold())
    whole = re.compile(pattern, re.DOTALL)
    return lambda values: any(whole.fullmatch(value.casefold()) for value in values)


def _chunk_test(chunk: Chunk) -> Callable[[str], bool]:
    if chunk.any:
        return lambda _value: True
    if not chunk.wild and not words(chunk.text):
        same = chunk.text.casefold()
        return lambda value: value.casefold() == same
    if not chunk.wild or chunk.prefix is not None:
        needle = sought(chunk.prefix or chunk.text, prefix=chunk.wild)
        return lambda value: needle in row_of_words(value)
    tokens = (_word_pattern(token) for token in _TOKEN.findall(chunk.text))
    row = re.compile(f" {' '.join(tokens)} ")
    return lambda value: row.search(row_of_words(value)) is not None


def _word_pattern(token: str) -> str:
    signs = {"*": "[^ ]*", "?": "[^ ]"}
    return "".join(signs.get(part) or re.escape("".join(words(part))) for part in re.split("([*?])", token))


def _pattern(text: str) -> str:
    signs = {"*": ".*", "?": "."}
    return "".join(signs.get(part) or re.escape(part) for part in re.split("([*?])", text))


def is_wild(text: str) -> bool:
    """Whether signs in it stand for other characters."""
    return "*" in text or "?" in text
