"""The index of words: FTS5 in SQLite, a tsvector with a GIN index in PostgreSQL.

Both get words that are folded and told apart already (see `query.values`), so that both find the same. Each word is
there twice: by itself, and with the number of its field. The index knows which items have all of some words; whether
these stand next to each other is looked up in the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TSQUERY

from flowhost.query import words

OF_FIELD = "\ue000"
"""Stands between a field's number and a word; no word has it, and both engines keep it within a word."""

MOST_BYTES = 500_000
"""Of the words of one item; a tsvector has a megabyte at most."""

AND_MORE = "\ue001"
"""Stands for the words beyond that: an item with it may have any word, and its values are looked at."""

_NAME = "catalogue_search_texts"
_fts = table(_NAME, column("rowid"), column("words"))
_server = table(_NAME, column("item"), column("words"))


def words_of_item(values: Iterable[tuple[int, str]]) -> list[str]:
    """What the index has of an item.

    Args:
        values: the numbers of fields, and rows of words (see `query.values.row_of_words`).
    """
    found: dict[str, None] = {}
    size = 0
    for field, row in values:
        for word in row.split():
            for one in (word, _of_field(field, word)):
                if one not in found:
                    found[one] = None
                    size += len(one.encode()) + 8  # PostgreSQL keeps so much beside each
            if size > MOST_BYTES:
                return [*found, AND_MORE]
    return list(found)


def write(connection: Connection, found: Sequence[tuple[int, list[str]]], *, new: bool) -> None:
    """Let these be the words of these items; `new`: the index knows none of them yet."""
    if not new:
        forget(connection, [item for item, _ in found])
    if not found:
        return
    if connection.dialect.name == "sqlite":
        rows: list[dict[str, Any]] = [{"rowid": item, "words": " ".join(texts)} for item, texts in found]
        connection.execute(insert(_fts), rows)
        return
    server = [{"item": item, "words": texts} for item, texts in found]
    texts = func.array_to_tsvector(type_coerce(bindparam("words"), ARRAY(TEXT)))
    connection.execute(insert(_server).values(item=bindparam("item"), words=texts), server)


def forget(connection: Connection, numbers: Sequence[int]) -> None:
    """Forget the words of items."""
    if connection.dialect.name == "sqlite":
        for number in numbers:  # one by one is by its key; a list would be a scan
            connection.execute(delete(_fts).where(_fts.c.rowid == number))
    else:
        connection.execute(delete(_server).where(_server.c.item.in_(numbers)))


def having(connection: Connection, fields: Sequence[int] | None, text: str, prefix: bool) -> Select[Any]:
    """The numbers of the items that may have all words of `text`, anywhere or in one of these fields."""
    found = words(text)
    ways = [found] if fields is None else [[_of_field(one, word) for word in found] for one in fields]
    ways.append([AND_MORE])
    if connection.dialect.name == "sqlite":
        matches = literal_column(_NAME).op("MATCH")(_way(ways, '"', '"', "*" if prefix else "", "AND", "OR"))
        return select(_fts.c.rowid.label("item")).where(matches)
    asked = cast(literal(_way(ways, "'", "'", ":*" if prefix else "", "&", "|")), TSQUERY)
    condition: ColumnElement[bool] = _server.c.words.op("@@")(asked)
    return select(_server.c.item).where(condition)


def _way(ways: list[list[str]], before: str, after: str, star: str, both: str, either: str) -> str:
    # a word is letters and digits: nothing in it needs an escape
    return f" {either} ".join(
        "(" + f" {both} ".join(f"{before}{word}{after}" for word in way) + star + ")" for way in ways
    )


def _of_field(field: int, word: str) -> str:
    return f"{field}{OF_FIELD}{word}"
