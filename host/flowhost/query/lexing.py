"""The words and signs of the query language, with their places. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeAlias

from flowhost.query.errors import QueryError

Kind: TypeAlias = Literal["word", "quoted", "sign", "end"]

KEYWORDS = frozenset({"AND", "OR", "NOT", "TO"})

_WORD = r'[^\s:()"\[\]{}=<>*\\]+'
_TOKEN = re.compile(
    r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})?)(?=[\s()\]}]|$)"
    rf"|(?P<word>{_WORD})"
    r'|"(?P<quoted>(?:[^"\\]|\\["\\])*)"'
    r"|(?P<sign>>=|<=|[:()\[\]{}=<>*])"
)
_SPACE = re.compile(r"\s*")
PLAIN = re.compile(_WORD)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign.

    Args:
        kind: what it is.
        text: what it says, without quotes.
        start: where it begins.
        stop: where it ends.
    """

    kind: Kind
    text: str
    start: int
    stop: int

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind == "sign" and self.text in signs

    def is_keyword(self, *keywords: str) -> bool:
        """Whether it is one of these keywords."""
        return self.kind == "word" and self.text in keywords


def tokens(text: str) -> list[Token]:
    """The words and signs of a query; the last one is its end."""
    found, place = [], _skipped(text, 0)
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            missing = 'a quote begins here that has no end (\\" and \\\\ stand for " and \\ within)'
            seen = (
                missing if text[place] == '"' else f"{text[place]!r} means nothing here; put it into quotes"
            )
            refuse(text, place, seen)
        found.append(_token(match))
        place = _skipped(text, match.end())
    return [*found, Token("end", "", len(text), len(text))]


def refuse(text: str, place: int, reason: str) -> NoReturn:
    """Raise an error that names the place."""
    line = text.count("\n", 0, place) + 1
    raise QueryError(reason, line, place - text.rfind("\n", 0, place))


def _token(match: re.Match[str]) -> Token:
    start, stop = match.span()
    if (quoted := match["quoted"]) is not None:
        return Token("quoted", re.sub(r"\\(.)", r"\1", quoted), start, stop)
    return Token("sign" if match["sign"] else "word", match[0], start, stop)


def _skipped(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place
