"""A query as criteria of Vidispine. Pure.

What Vidispine cannot do is refused, with one exception: a text that must be equal is found by its words, and those found
are compared here, as long as that decides about the whole item (no OR or NOT above it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol

from flowhost.query import (
    MOMENTS,
    SYSTEM_FIELDS,
    All,
    Any,
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Leaf,
    Not,
    Query,
    QueryError,
    Range,
    Text,
    day_or_moment,
    query_text,
    read_bound,
    words,
)
from flowhost_plugins.vidispine.search import criteria
from flowhost_plugins.vidispine.search.criteria import Criterion
from flowhost_plugins.vidispine.search.kinds import Kinds
from flowhost_plugins.vidispine.search.signs import beginning, literal, one_word, wild

NAMES: Mapping[str, str] = {
    "created": "created",
    "updated": "__metadata_last_modified",
    "shapeTag": "shapeTag",
    "mediaType": "mediaType",
    "itemId": "itemId",
    "storage": "__storage",
    "collection": "__collection",
}
"""What the query language calls a thing → what Vidispine calls it."""

WITHIN = "__ancestor_collection"
"""The field with the collections that an item is in, and with those above them."""

HAS_MEDIA = criteria.none_of(criteria.has_value("mediaType", "none"))
"""The item is no placeholder."""


class Known(Protocol):
    """What must be asked of the site while a query is translated."""

    def item_of(self, external_id: str) -> str | None:
        """The id of the item with this external id."""

    def storage_of(self, name: str) -> str | None:
        """The id of the storage with this name or id."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A query in Vidispine's words.

    Args:
        criterion: what the site is asked.
        equal: what must be compared afterwards, of each item found.
    """

    criterion: Criterion
    equal: tuple[Exact, ...] = ()


def translated(query: Query, kinds: Kinds, known: Known) -> Translated:
    """A query in Vidispine's words.

    Raises:
        QueryError: Vidispine cannot answer it.
    """
    return _Translator(kinds, known).whole(query)


class _Translator:
    def __init__(self, kinds: Kinds, known: Known) -> None:
        self._kinds = kinds
        self._known = known
        self._equal: list[Exact] = []

    def whole(self, query: Query) -> Translated:
        criterion = self._of(query, decides=True)
        return Translated(criterion, tuple(dict.fromkeys(self._equal)))

    def _of(self, query: Query, *, decides: bool) -> Criterion:
        """The criterion of a query; `decides`: an item for which it does not hold is not found."""
        match query:
            case All(parts):
                return criteria.all_of(*(self._of(part, decides=decides) for part in parts))
            case Any(parts):
                return criteria.any_of(*(self._of(part, decides=False) for part in parts))
            case Not(inner):
                return criteria.none_of(self._of(inner, decides=False))
            case Everything():
                return criteria.ALWAYS
            case Text(value, prefix):
                return criteria.has_text(_signs(query, value, prefix=prefix))
            case InCollection(collection, deep):
                return _whole(query, WITHIN if deep else NAMES["collection"], collection)
            case _ if query.name in SYSTEM_FIELDS:
                return self._system(query)
            case Exact() if self._kinds.of(query.name) == "words" or wild(query.value):
                return self._compared(query, decides=decides)
            case _:
                return self._field(query)

    def _compared(self, query: Exact, *, decides: bool) -> Criterion:
        if not decides:
            raise QueryError(
                f"{query_text(query)} below OR or NOT: Vidispine cannot find exactly this text; write "
                f"{query_text(Field(query.name, query.value))}, or use a field of the type string-exact, without * and ?"
            )
        self._equal.append(query)
        *groups, name = query.name.split("/")
        if self._kinds.of(query.name) != "words" or not words(query.value):
            return criteria.has_any(name, groups)
        return criteria.has_value(name, literal(query.value), groups)

    def _field(self, query: Leaf) -> Criterion:
        assert isinstance(query, Field | Exact | Range | Exists), "all others have no name"
        *groups, name = query.name.split("/")
        kind = self._kinds.of(query.name)
        if isinstance(query, Exists):
            return criteria.has_any(name, groups)
        if isinstance(query, Range):
            self._check_range(query)
            return criteria.between(name, query, groups)
        if kind == "moment":
            return criteria.between(name, _moments(query), groups)
        if kind == "words" and isinstance(query, Field):
            return criteria.has_value(name, _signs(query, query.value, prefix=query.prefix), groups)
        if isinstance(query, Field) and query.prefix:
            if kind != "whole" or not one_word(query.value):
                raise QueryError(f"{query_text(query)}: Vidispine knows no beginnings of such values")
            return criteria.has_value(name, beginning(query.value), groups)
        return _whole(query, name, query.value, groups)

    def _check_range(self, query: Range) -> None:
        kind = self._kinds.of(query.name)
        bound = query.maximum if query.minimum is None else query.minimum
        seen = "moment" if isinstance(bound, date) else "words" if isinstance(bound, str) else "number"
        fits = {"words": ("words", "whole"), "moment": ("moment",), "number": ("number",)}[seen]
        if kind not in fits:
            what = {"words": "texts", "whole": "texts", "number": "numbers", "moment": "moments"}.get(
                kind, "flags"
            )
            expected = "bounds of that kind" if kind != "flag" else "a comparison with true or false"
            raise QueryError(
                f"{query_text(query)}: {query.name!r} holds {what} in Vidispine, expected {expected}"
            )

    def _system(self, query: Leaf) -> Criterion:
        assert isinstance(query, Field | Exact | Range | Exists), "all others have no name"
        if query.name == "externalId":
            return self._external(query)
        if query.name == "shapeTag":  # a placeholder has "original", of a shape that is nothing yet
            return criteria.all_of(self._named(query), HAS_MEDIA)
        return self._named(query)

    def _named(self, query: Field | Exact | Range | Exists) -> Criterion:
        name = NAMES[query.name]
        if isinstance(query, Exists):
            if query.name == "mediaType":
                return HAS_MEDIA
            return criteria.ALWAYS if query.name in {"itemId", *MOMENTS} else criteria.has_any(name)
        if query.name in MOMENTS:
            return criteria.between(name, query if isinstance(query, Range) else day_or_moment(query))
        assert not isinstance(query, Range), "a range of these cannot be made"
        if isinstance(query, Field) and query.prefix:
            if not one_word(query.value):
                raise QueryError(
                    f"{query_text(query)}: Vidispine knows no beginnings with such signs in them"
                )
            return criteria.has_value(name, beginning(query.value))
        if query.name == "storage":
            storage = self._known.storage_of(query.value)
            return criteria.NEVER if storage is None else _whole(query, name, storage)
        return _whole(query, name, query.value)

    def _external(self, query: Field | Exact | Range | Exists) -> Criterion:
        if not isinstance(query, Field | Exact) or (isinstance(query, Field) and query.prefix):
            raise QueryError(f"{query_text(query)}: Vidispine finds whole external ids only")
        item_id = self._known.item_of(query.value)
        return criteria.NEVER if item_id is None else _whole(query, NAMES["itemId"], item_id)


def _whole(query: Leaf, name: str, value: str, groups: Sequence[str] = ()) -> Criterion:
    """A value that is compared as a whole."""
    if wild(value):
        raise QueryError(f"{query_text(query)}: in Vidispine * and ? stand for other characters there")
    return criteria.has_value(name, value, groups)


def _signs(query: Field | Text, value: str, *, prefix: bool) -> str:
    if not prefix:
        return literal(value)
    if not one_word(value):
        raise QueryError(f"{query_text(query)}: Vidispine knows no beginnings of more than one word")
    return beginning(value)


def _moments(query: Field | Exact) -> Range:
    bound = read_bound(query.value)
    if not isinstance(bound, date) or (isinstance(query, Field) and query.prefix):
        raise QueryError(
            f"{query_text(query)}: {query.name!r} holds moments in Vidispine, expected a date or a moment"
        )
    if isinstance(query, Exact) and not isinstance(bound, datetime):
        bound = datetime.combine(bound, time(), UTC)  # as a value, a day is its beginning
    return Range(query.name, bound, bound)
