"""Reads the query language.

For example::

    title:harbour* AND durationSeconds>60 AND NOT mediaType:audio
    (status="in review" OR created:[2024-01-01 TO 2024-06-30]) location:*

``field:words`` (``*`` behind: the last word may go on), ``field=value``, ``field>1`` and ``>= < <=``, ``field:[a TO b]``
(``{ }`` without the bounds, ``*`` for no bound), ``field:*`` has a value, words alone are searched everywhere, ``*``
is everything. ``NOT`` binds closest, then ``AND`` (which may be left out), then ``OR``. ``collection:VX-3`` means
members, ``withinCollection:VX-3`` those of the collections below, too. In comparisons what looks like a number, a date or a
moment is one, unless it is in quotes. Pure.
"""

from __future__ import annotations

from collections.abc import Collection

from flowhost.options.wording import nearest
from flowhost.query.building import DEEPEST
from flowhost.query.errors import QueryError
from flowhost.query.lexing import KEYWORDS, Token, refuse, tokens
from flowhost.query.tree import (
    SYSTEM_FIELDS,
    All,
    Any,
    Bound,
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Not,
    Query,
    Range,
    Text,
)
from flowhost.query.values import read_bound

_EXPECTED = "expected a word, field:value, a comparison, NOT or '('"


def parse(text: str, names: Collection[str] | None = None) -> Query:
    """Read a query.

    Args:
        text: the query; empty: everything.
        names: the paths of the fields there are; others are refused. None: any name will do.

    Raises:
        QueryError: it cannot be read; its text begins with line:column.
    """
    return _Parser(text, names).whole()


class _Parser:
    def __init__(self, text: str, names: Collection[str] | None) -> None:
        self._text, self._tokens, self._next, self._depth = text, tokens(text), 0, 0
        self._names = None if names is None else _endings(names)

    def whole(self) -> Query:
        if not self._text.strip():
            return Everything()
        query = self._either()
        if self._seen.kind != "end":
            self._unexpected("the end, AND or OR")
        return query

    @property
    def _seen(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._seen
        self._next += token.kind != "end"
        return token

    def _takes(self, *signs: str) -> bool:
        found = self._seen.is_sign(*signs)
        self._next += found
        return found

    def _either(self) -> Query:
        parts = [self._both()]
        while self._seen.is_keyword("OR"):
            self._take()
            parts.append(self._both())
        return Any(*parts) if len(parts) > 1 else parts[0]

    def _both(self) -> Query:
        parts = [self._one()]
        while not (self._seen.kind == "end" or self._seen.is_sign(")") or self._seen.is_keyword("OR")):
            if self._seen.is_keyword("AND"):
                self._take()
            parts.append(self._one())
        return All(*parts) if len(parts) > 1 else parts[0]

    def _one(self) -> Query:
        self._depth += 1
        if self._depth > DEEPEST:
            refuse(self._text, self._seen.start, f"the query is nested more than {DEEPEST} deep")
        query = self._negated_or_leaf()
        self._depth -= 1
        return query

    def _negated_or_leaf(self) -> Query:
        if self._seen.is_keyword("NOT"):
            self._take()
            return Not(self._one())
        if self._takes("("):
            query = self._either()
            if not self._takes(")"):
                self._unexpected("')'")
            return query
        if self._takes("*"):
            return Everything()
        token = self._seen
        try:
            return self._leaf()
        except QueryError as error:
            if error.line:
                raise
            refuse(self._text, token.start, error.reason)

    def _leaf(self) -> Query:
        word = self._value(_EXPECTED)
        if not self._seen.is_sign(":", "=", ">", ">=", "<", "<="):
            return Text(word.text, self._star(word))
        self._check_name(word)
        name, sign = word.text, self._take().text
        if sign == ":":
            return self._condition(name)
        if sign == "=":
            return Exact(name, self._value("a value").text)
        bound = self._bound()
        minimum, maximum = (bound, None) if sign in (">", ">=") else (None, bound)
        return Range(name, minimum, maximum, sign == ">", sign == "<")

    def _condition(self, name: str) -> Query:
        if self._seen.is_sign("[", "{"):
            return self._range(name)
        if self._takes("*"):
            return Exists(name)
        word = self._value("a value, '*' or a range such as [a TO b]")
        if name in ("collection", "withinCollection"):
            return InCollection(word.text, deep=name == "withinCollection")
        return Field(name, word.text, self._star(word))

    def _range(self, name: str) -> Query:
        without_low = self._take().text == "{"
        low = self._bound(open_end=True)
        if not self._seen.is_keyword("TO"):
            self._unexpected("TO, as in [a TO b]")
        self._take()
        high = self._bound(open_end=True)
        if not self._seen.is_sign("]", "}"):
            self._unexpected("']' or '}'")
        return Range(name, low, high, without_low, self._take().text == "}")

    def _bound(self, *, open_end: bool = False) -> Bound | None:
        if open_end and self._takes("*"):
            return None
        token = self._value("a number, a date or a text" + (", or *" if open_end else ""))
        return token.text if token.kind == "quoted" else read_bound(token.text)

    def _value(self, expected: str) -> Token:
        if self._seen.kind not in ("word", "quoted") or self._seen.is_keyword(*KEYWORDS):
            self._unexpected(expected)
        return self._take()

    def _star(self, word: Token) -> bool:
        """Whether a star follows without a space."""
        return self._seen.start == word.stop and self._takes("*")

    def _unexpected(self, expected: str) -> None:
        token = self._seen
        what = "the query ends" if token.kind == "end" else f"there is {token.text!r}"
        refuse(
            self._text,
            token.start,
            f"{what}, {expected if 'expected' in expected else 'expected ' + expected}",
        )

    def _check_name(self, word: Token) -> None:
        if self._names is not None and word.text not in self._names:
            hint = nearest(word.text, self._names)
            refuse(self._text, word.start, f"no item has a field {word.text!r}{hint}")


def _endings(paths: Collection[str]) -> set[str]:
    """All names by which these fields may be called."""
    found = {*SYSTEM_FIELDS, "withinCollection"}
    for path in paths:
        parts = path.split("/")
        found.update("/".join(parts[start:]) for start in range(len(parts)))
    return found
