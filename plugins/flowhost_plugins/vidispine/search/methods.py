"""The face of searching: what finds items, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import flowhost
from flowhost.query import Exact, InCollection, Query
from flowhost_plugins.vidispine.client.known import DEFINITIONS
from flowhost_plugins.vidispine.documents import (
    DefinitionList,
    FieldGroup,
    FieldGroupList,
    Item,
    ItemList,
    is_id,
)
from flowhost_plugins.vidispine.items.reading import CONTENT, item_of
from flowhost_plugins.vidispine.metadata.reading import tree_of
from flowhost_plugins.vidispine.metadata.tree import flat
from flowhost_plugins.vidispine.opened import Opened
from flowhost_plugins.vidispine.search import criteria
from flowhost_plugins.vidispine.search.asking import checked_number, in_one_request, place_of, walked
from flowhost_plugins.vidispine.search.comparing import equal
from flowhost_plugins.vidispine.search.criteria import Criterion
from flowhost_plugins.vidispine.search.explaining import Facts, explained
from flowhost_plugins.vidispine.search.kinds import Kinds, UnknownField
from flowhost_plugins.vidispine.search.reading import Raw, read_query
from flowhost_plugins.vidispine.search.translating import translated
from flowhost_plugins.vidispine.search.words import words_criterion

FIRST_TIME = "created"
"""The field that the order of items is told by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search.

    Args:
        criterion: which items.
        compared: what must be compared of each item found.
        intervals: which time spans are looked into; empty: Vidispine's default.
    """

    criterion: Criterion
    compared: tuple[Exact, ...] = ()
    intervals: str = ""


class SearchMethods(Opened):
    """Searching. Items in Portal's recycle bin are not found.

    A query is a text in flowhost's query language, or JSON: an ItemSearchDocument, or the criteria document of a search
    saved in Portal. What cannot be read, and what Vidispine cannot find, raises QueryError, a `flowhost.Permanent`.
    """

    _kinds_of: tuple[DefinitionList, Kinds] | None = None

    def items(self, *, text: str = "", cursor: str | None = None, number: int = 100) -> flowhost.Page:
        """See `flowhost.AssetSystem`: the oldest first; all words of `text` are found, the last may go on."""
        wanted = Wanted(self._present(words_criterion(text)))
        found, more = self._page(wanted, cursor, number, CONTENT)
        return flowhost.Page(tuple(item_of(one) for one in found), more)

    def search_ids(self, query: str, *, cursor: str | None = None, number: int = 1000) -> flowhost.Ids:
        """See `flowhost.MediaLibrary`."""
        return self._ids(self._wanted(query), cursor, number)

    def matches(self, query: str, item_id: str) -> bool:
        """See `flowhost.MediaLibrary`. Vidispine itself is asked, so it is what a search finds at this moment."""
        return self._holds(self._wanted(query), item_id)

    def finding(self, query: str, item_id: str) -> flowhost.Finding:
        """See `flowhost.MediaLibrary`. Vidispine is asked for each condition."""
        read = read_query(query)
        document = self._client.get("item", item_id, query=CONTENT, into=Item)
        if isinstance(read, Raw):
            held = self._holds(Wanted(read.criterion, (), read.intervals), document.id)
            return flowhost.Finding(read.text, held)
        facts = Facts(document)
        return explained(read, facts, lambda leaf: self._holds(self._translated(leaf), document.id))

    def field_names(self) -> list[str]:
        """See `flowhost.MediaLibrary`: all fields of the site, alone and in each group that has them."""
        fields = [one.name for one in self._definitions().field]
        deep = {"content": True, "traverse": True}
        groups = self._client.known(
            DEFINITIONS, "metadata-field", "field-group", query=deep, into=FieldGroupList
        )
        return sorted({*fields, *(path for group in groups.group for path in _paths("", group))})

    def _ids(self, wanted: Wanted, cursor: str | None, number: int) -> flowhost.Ids:
        found, more = self._page(wanted, cursor, number, _fields(wanted))
        return flowhost.Ids(tuple(one.id for one in found), more)

    def _within(self, collection_id: str) -> Wanted:
        """The items in a collection and those below it."""
        query = InCollection(collection_id, deep=True)
        return Wanted(self._present(translated(query, Kinds({}), self).criterion))

    def _page(
        self, wanted: Wanted, cursor: str | None, number: int, query: dict[str, Any]
    ) -> tuple[list[Item], str | None]:
        """Some of the items, and the cursor for those behind them."""
        place = place_of(cursor)
        number = in_one_request(checked_number(number), place)
        shown: list[Item] = []
        if wanted.criterion == criteria.NEVER:
            return shown, None

        def ask(document: dict[str, Any], start: int, asked: int) -> ItemList:
            return self._search(wanted, document, {**query, "first": start, "number": asked})

        for one, behind, others in walked(ask, wanted.criterion, place, number):
            if not _fits(wanted, one):
                continue
            if len(shown) == number:  # one more than is shown: there are others
                return shown, place.cursor
            shown.append(one)
            place = behind
            if len(shown) == number and not (others and wanted.compared):
                return shown, place.cursor if others else None
        return shown, None

    def _holds(self, wanted: Wanted, item_id: str) -> bool:
        """Whether an item is found."""
        if wanted.criterion == criteria.NEVER:
            return False
        known = item_id if is_id(item_id) else self.item_of(item_id)
        if known is None:
            return False
        criterion = criteria.all_of(wanted.criterion, criteria.has_value("itemId", known))
        number = 1 if wanted.compared else 0
        options = _fields(wanted) if wanted.compared else {}
        found = self._search(wanted, criteria.document(criterion), {**options, "number": number})
        if not wanted.compared:
            return bool(found.hits)
        return any(_fits(wanted, one) for one in found.item)

    def _search(self, wanted: Wanted, document: dict[str, Any], query: dict[str, Any]) -> ItemList:
        more = {"intervals": wanted.intervals} if wanted.intervals else {}
        return self._client.put("item", query=query, document={**document, **more}, into=ItemList)

    # -- what queries are made of

    def _wanted(self, query: str) -> Wanted:
        read = read_query(query)
        if isinstance(read, Raw):
            return Wanted(self._present(read.criterion), (), read.intervals)
        made = self._translated(read)
        return Wanted(self._present(made.criterion), made.compared)

    def _translated(self, query: Query) -> Wanted:
        """A query in Vidispine's words; one about a field that is not known is tried again with those of now."""
        try:
            made = translated(query, self._kinds(), self)
        except UnknownField:
            self._client.forget("metadata-field")
            made = translated(query, self._kinds(), self)
        return Wanted(made.criterion, made.equal)

    def _present(self, criterion: Criterion) -> Criterion:
        """Those that are not in the recycle bin; a site without Portal has none."""
        if criteria.DELETED_FIELD not in self._kinds():
            return criterion
        return criteria.all_of(criterion, criteria.none_of(criteria.deleted()))

    def _kinds(self) -> Kinds:
        definitions = self._definitions()
        known = self._kinds_of
        if known is None or known[0] is not definitions:
            known = definitions, Kinds({one.name: one.type for one in definitions.field})
            self._kinds_of = known
        return known[1]

    def _definitions(self) -> DefinitionList:
        return self._client.known(DEFINITIONS, "metadata-field", into=DefinitionList)

    def item_of(self, external_id: str) -> str | None:
        """The id of the item with this id or external id; None when there is none."""
        found = self._client.found("item", external_id, into=Item)
        return None if found is None else found.id

    def storage_of(self, name: str) -> str | None:
        """The id of the storage with this id or name; None when there is none."""
        stored = cast(flowhost.MediaLibrary, self).storages()
        return next((one.id for one in stored if name in (one.id, one.name)), None)


def _fits(wanted: Wanted, item: Item) -> bool:
    if not wanted.compared:
        return True
    fields = flat(tree_of(item.metadata)) if item.metadata else {}
    return all(equal(one, fields) for one in wanted.compared)


def _fields(wanted: Wanted) -> dict[str, Any]:
    """What is asked of each item: when it was made, and what is compared."""
    names = dict.fromkeys([FIRST_TIME, *(one.name.rpartition("/")[2] for one in wanted.compared)])
    return {"content": "metadata", "field": ",".join(names), "interval": "generic"}


def _paths(above: str, group: FieldGroup) -> Iterator[str]:
    path = f"{above}{group.name}/"
    for field in group.field:
        yield path + field.name
    for inner in group.group:
        yield from _paths(path, inner)
