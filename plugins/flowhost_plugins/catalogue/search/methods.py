"""The catalogue's face: searching, and saved searches."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost.query import InCollection, Query, QueryError, Sort, parse, query_text
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.search.evaluation import Explanation
from flowhost_plugins.catalogue.search.records import SavedSearch, SearchPage


class SearchMethods(Opened):
    """Searching. A query is a tree (see `Query`) or a text in the query language (see `parse`).

    A query that cannot be raises QueryError, a `flowhost.Permanent`. A field that no item has is no error: the
    condition does not hold. Items in the recycle bin are not found unless they are asked for.
    """

    def search(
        self,
        query: Query | str,
        *,
        sort: Iterable[Sort] = (),
        cursor: str | None = None,
        number: int = 100,
        hits: bool = False,
        trashed: bool = False,
    ) -> SearchPage:
        """The items for which a query holds.

        Args:
            query: what they are like.
            sort: in which order: by the first key, where that is equal by the second, in the end by their ids. Without
                keys the oldest come first.
            cursor: the cursor of the page before; None for the first. Items that are made, changed or deleted
                meanwhile do not make others appear twice or not at all.
            number: how many at most.
            hits: whether to count all there are, which takes the longer the more they are.
            trashed: whether to find items in the recycle bin, too.
        """
        return self._open.searching.page(
            _tree(query), tuple(sort), cursor, number, hits=hits, trashed=trashed
        )

    def count(self, query: Query | str, *, trashed: bool = False) -> int:
        """How many items a query holds for; those in the recycle bin count only with `trashed`."""
        return self._open.searching.count(_tree(query), trashed=trashed)

    def matches(self, query: Query | str, item_id: str) -> bool:
        """Whether `search` finds this item with this query; it looks at this item only.

        False for an item that does not exist.
        """
        return self._open.searching.matches(_tree(query), item_id)

    def explain(self, query: Query | str, item_id: str) -> Explanation:
        """What becomes of each condition of a query for one item, in the recycle bin or not.

        Raises:
            NotFound: there is no such item.
        """
        return self._open.searching.explain(_tree(query), item_id)

    def finding(self, query: Query | str, item_id: str) -> flowhost.Finding:
        """See `flowhost.MediaLibrary`: as `explain`, each condition as a text in the query language."""
        return _finding(self.explain(query, item_id))

    def search_ids(
        self, query: Query | str, *, cursor: str | None = None, number: int = 1000
    ) -> flowhost.Ids:
        """See `flowhost.MediaLibrary`. Nothing but the ids is read."""
        return self._open.searching.ids(_tree(query), cursor, number)

    def collection_ids(
        self, collection: str, *, cursor: str | None = None, number: int = 1000
    ) -> flowhost.Ids:
        """See `flowhost.MediaLibrary`. Items in the recycle bin are left out."""
        return self._open.searching.ids(self._within(collection), cursor, number)

    def in_collection(self, collection: str, item_id: str) -> bool:
        """See `flowhost.MediaLibrary`. False for an item that does not exist."""
        return self._open.searching.matches(self._within(collection), item_id)

    def _within(self, collection: str) -> Query:
        return InCollection(self._open.collections.named(collection), deep=True)

    def saved_query(self, search: str) -> str:
        """See `flowhost.MediaLibrary`."""
        return self.saved_search(search).query

    def parse_query(self, text: str) -> Query:
        """Read a query whose fields must be there: some item has or had each.

        Raises:
            QueryError: it cannot be read, or names an unknown field; it begins with line:column.
        """
        return parse(text, self.field_names())

    def field_names(self) -> list[str]:
        """The names of all metadata fields that any item has or had, as in `flowhost.Item.fields`."""
        return self._open.searching.field_names()

    def reindex(self) -> int:
        """Make the index of search anew, while others read and write; return how many items it has.

        It is kept with every change, so this is needed only when somebody else wrote to the database.
        """
        return self._open.reindexing.run()

    def create_saved_search(self, name: str, query: Query | str, *, sort: Iterable[Sort] = ()) -> SavedSearch:
        """Save a search under a name of its own.

        Raises:
            Conflict: there is one of this name.
        """
        return self._open.saved_searches.create(name, _text(query), tuple(sort))

    def saved_searches(self) -> list[SavedSearch]:
        """All saved searches, by name."""
        return self._open.saved_searches.all()

    def saved_search(self, search: str) -> SavedSearch:
        """The saved search with this id or name.

        Raises:
            NotFound: there is none.
        """
        return self._open.saved_searches.get(search)

    def update_saved_search(
        self,
        search: str,
        *,
        name: str | None = None,
        query: Query | str | None = None,
        sort: Iterable[Sort] | None = None,
    ) -> SavedSearch:
        """Change a saved search, by id or name. What is None stays.

        Raises:
            Conflict: another one has this name.
        """
        text = None if query is None else _text(query)
        keys = None if sort is None else tuple(sort)
        return self._open.saved_searches.update(search, name, text, keys)

    def delete_saved_search(self, search: str) -> bool:
        """Delete a saved search, by id or name; return whether there was one."""
        return self._open.saved_searches.delete(search)


def _tree(query: Query | str) -> Query:
    return parse(query) if isinstance(query, str) else query


def _finding(one: Explanation) -> flowhost.Finding:
    parts = tuple(_finding(part) for part in one.parts)
    return flowhost.Finding(query_text(one.query), one.held, one.actual, parts)


def _text(query: Query | str) -> str:
    """The query as a text that was read at least once; a text stays as it was written."""
    text = query if isinstance(query, str) else query_text(query)
    if not is_storable(text):
        raise QueryError("the query holds a NUL or half a character, which cannot be saved")
    parse(text)
    return text
