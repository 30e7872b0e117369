"""The face of collections and saved searches."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

import flowhost
from flowhost_plugins.vidispine.client import Missing
from flowhost_plugins.vidispine.collections.finding import Named, collection_with, collections_named
from flowhost_plugins.vidispine.documents import Collection, URIList, is_id, last_segment
from flowhost_plugins.vidispine.search.methods import SearchMethods

LIFETIME = 5.0
"""Seconds that the collections of a name are known, and the name of one."""


NEW = timedelta(minutes=1)
"""A collection that was made within this time may be one that its maker is about to delete, as it came second."""

SETTLING = 0.5
"""Seconds such a maker is given: it has two requests to do."""


class CollectionMethods(SearchMethods):
    """Collections and saved searches, by id or unique name."""

    def saved_query(self, search: str) -> str:
        """See `flowhost.MediaLibrary`: the criteria document of a search that Portal saved."""
        known = self._by_id(search) if is_id(search) else self._named(search)
        found = [one for one in known if one.criteria]
        if len(found) > 1:
            raise flowhost.Permanent(f"there are {len(found)} saved searches {search!r}; name one by its id")
        if not found:
            raise flowhost.Permanent(f"there is no saved search {search!r}")
        return found[0].criteria

    def collection_ids(
        self, collection: str, *, cursor: str | None = None, number: int = 1000
    ) -> flowhost.Ids:
        """See `flowhost.MediaLibrary`. Items in the recycle bin are left out."""
        return self._ids(self._within(self._collection(collection)), cursor, number)

    def in_collection(self, collection: str, item_id: str) -> bool:
        """See `flowhost.MediaLibrary`. False for an item that does not exist."""
        return self._holds(self._within(self._collection(collection)), item_id)

    def collection_names(self, item_id: str) -> tuple[str, ...]:
        """See `flowhost.MediaLibrary`; each name once."""
        ids = self._collections_of(item_id)
        return tuple(dict.fromkeys(one.name for id_ in ids for one in self._by_id(id_)))

    def add_to_collection(self, item_id: str, name: str) -> bool:
        """See `flowhost.MediaLibrary`. Of many who name a new collection at once one makes it.

        Raises:
            Permanent: several collections have this name.
        """
        with flowhost.Locked(f"vidispine collection {name}"):
            members = self._collections_of(item_id)  # before one is made for an item that does not exist
            try:
                return self._added(item_id, name, members)
            except Missing:  # the collection that was known is gone meanwhile
                self._facts.changed(["named"])
                return self._added(item_id, name, members)

    def _added(self, item_id: str, name: str, members: Sequence[str]) -> bool:
        known = self._unique(name)
        collection = known.id if known else self._made(name)
        if collection in members:
            return False
        self._client.put("collection", collection, item_id, query={"type": "item"})
        return True

    def _collection(self, id_or_name: str) -> str:
        """The id of a collection that is there.

        Raises:
            Permanent: it is not, or several have this name.
        """
        if is_id(id_or_name):
            found = next((one for one in self._by_id(id_or_name) if not one.criteria), None)
        else:
            found = self._unique(id_or_name)
        if found is None:
            raise flowhost.Permanent(f"there is no collection {id_or_name!r}")
        return found.id

    def _unique(self, name: str) -> Named | None:
        found = self._plain(name)
        if len(found) > 1 and self._is_new(found[-1]):
            self._clock.wait(threading.Event(), SETTLING)
            self._facts.changed(["named"])
            found = self._plain(name)
        if len(found) > 1:
            raise flowhost.Permanent(f"there are {len(found)} collections {name!r}; name one by its id")
        return found[0] if found else None

    def _is_new(self, one: Named) -> bool:
        """By both clocks, of which one may be a little wrong."""
        return one.created is not None and abs(self._clock.now() - one.created) < NEW

    def _plain(self, name: str) -> list[Named]:
        """All of this name that are no saved searches, the oldest first."""
        return [one for one in self._named(name) if not one.criteria]

    def _named(self, name: str) -> list[Named]:
        """All of this name; that there is none is never known for long, so that a new one is seen at once."""
        key = ("named", name)
        found: list[Named] = self._facts.get(key, LIFETIME, lambda: collections_named(self._client, name))
        if not found:
            self._facts.changed(["named"])
        return found

    def _made(self, name: str) -> str:
        """Make a collection; when another process did the same meanwhile, the older one stays."""
        made = self._client.post("collection", query={"name": name}, into=Collection)
        self._facts.changed(["named"])
        found = self._plain(name)
        if not found:  # the site's index is late: until it has the new one, it is known from here
            self._facts.changed(["named"])
            self._facts.get(("named", name), LIFETIME, lambda: [Named(made.id, name)])
            return made.id
        if len(found) > 1:  # not for long
            self._facts.changed(["named"])
        if found[0].id != made.id and any(one.id == made.id for one in found):
            self._client.delete("collection", made.id)
        return found[0].id

    def _collections_of(self, item_id: str) -> list[str]:
        """The ids of the collections that an item is a member of."""
        listed = self._client.get("item", item_id, "collections", into=URIList)
        return [last_segment(one) for one in listed.uri]

    def _by_id(self, collection_id: str) -> list[Named]:
        """The collection with this id, or none."""

        def ask() -> list[Named]:
            found = collection_with(self._client, collection_id)
            return [] if found is None else [found]

        found: list[Named] = self._facts.get(("id", collection_id), LIFETIME, ask)
        return found
