"""Access entries by their origin, which Vidispine cannot keep: a note for each origin and item says which are whose.

An entry is made in three steps: the note says what is going to be made, and which equal entries are there (the intent);
Vidispine makes it; the note says its id. Whoever finds an intent that was never finished looks what became of it: an equal
entry that was not there before, and is noted by nobody, is the one. So after a crash between any two steps no entry is left
that nobody knows of, and none is made twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

import flowhost
from flowhost_plugins.vidispine.access.entries import document, packed, shown
from flowhost_plugins.vidispine.client import Client, Missing, Refused
from flowhost_plugins.vidispine.documents import Access, AccessList
from flowhost_plugins.vidispine.marks import Marks

PREFIX = "vidispine/access/"
"""What the keys of these notes begin with; the origin and the item id follow."""

LONGEST_ORIGIN = 500
"""Characters."""


@dataclass(frozen=True, slots=True)
class Granted:
    """An entry that was made, or is going to be.

    Args:
        entry: it, see `packed`.
        id: its id; empty: it is going to be made.
        before: ids of the equal entries that were there before.
    """

    entry: list[Any]
    id: str = ""
    before: tuple[str, ...] = ()


class Grants:
    """The entries by origin.

    Args:
        client: speaks with the site.
        notes: where it is kept whose an entry is.
        marks: the marks of what is changed.
    """

    def __init__(self, client: Client, notes: flowhost.Store, marks: Marks) -> None:
        self._client = client
        self._notes = notes
        self._marks = marks

    def grant(self, item_id: str, entry: flowhost.AccessEntry, origin: str) -> bool:
        """Add an entry of this origin; return whether it is new."""
        with locked(item_id):
            there = self._there(item_id)
            noted = self._settled(origin, item_id, there)
            if any(one.entry == packed(entry) for one in noted):
                return False
            equal = tuple(sorted(id_ for id_, made in there.items() if made == entry))
            self._note(origin, item_id, [*noted, Granted(packed(entry), "", equal)])
            try:
                made = self._make(item_id, entry)
            except (Refused, flowhost.Conflict):  # so nothing was made
                self._note(origin, item_id, noted)
                raise
            self._note(origin, item_id, [*noted, Granted(packed(entry), made)])
            return True

    def withdraw(self, origin: str, item_id: str | None) -> int:
        """Remove the entries of an origin; return how many there were."""
        items = self.items(origin) if item_id is None else [item_id]
        return sum(self._withdraw(origin, one) for one in items)

    def items(self, origin: str) -> list[str]:
        """The ids of the items with entries of an origin, in the order of their making."""
        found = (unquote(key.rpartition("/")[2]) for key in self._notes.keys(_key(origin, "")))
        return _oldest_first(found)

    def _withdraw(self, origin: str, item_id: str) -> int:
        with locked(item_id):
            noted = self._noted(origin, item_id)
            if any(not one.id for one in noted):
                noted = self._settled(origin, item_id, self._there_or_none(item_id))
            count = 0
            while noted:
                count += self._remove(item_id, noted[0].id)
                noted = noted[1:]
                self._note(origin, item_id, noted)
            return count

    def _make(self, item_id: str, entry: flowhost.AccessEntry) -> str:
        with self._marks.writing(item_id) as written:
            made = self._client.post("item", item_id, "access", document=document(entry), into=Access)
            if not made.id:
                raise flowhost.Unavailable(
                    f"Vidispine made an access entry for {item_id} and did not tell its id"
                )
            written.called(item_id, [made.id])
        return made.id

    def _remove(self, item_id: str, access_id: str) -> bool:
        """Remove an entry; return whether it was there."""
        with self._marks.writing(item_id) as written:
            written.called(item_id, [access_id])
            try:
                self._client.delete("item", item_id, "access", access_id)
            except Missing:
                return False
        return True

    def _there(self, item_id: str) -> Mapping[str, flowhost.AccessEntry]:
        return shown(self._client.get("item", item_id, "access", into=AccessList))

    def _there_or_none(self, item_id: str) -> Mapping[str, flowhost.AccessEntry]:
        try:
            return self._there(item_id)
        except Missing:
            return {}

    # -- notes

    def _noted(self, origin: str, item_id: str) -> list[Granted]:
        return _read(self._notes.get(_key(origin, item_id)))

    def _settled(self, origin: str, item_id: str, there: Mapping[str, flowhost.AccessEntry]) -> list[Granted]:
        """What is noted and there; of an intent that was not finished, what became of it."""
        noted = self._noted(origin, item_id)
        if not noted:
            return noted
        known = {one.id for one in noted}
        if any(not one.id for one in noted):
            known |= {one.id for other in self._others(origin, item_id) for one in other}
        settled = []
        for one in noted:
            if not one.id:
                new = (id_ for id_ in _oldest_first(there) if packed(there[id_]) == one.entry)
                found = next((id_ for id_ in new if id_ not in one.before and id_ not in known), "")
                one = replace(one, id=found, before=())  # the same, told whole
                known.add(found)
            if one.id in there:
                settled.append(one)
        if settled != noted:
            self._note(origin, item_id, settled)
        return settled

    def _others(self, origin: str, item_id: str) -> Iterator[list[Granted]]:
        """What is noted for the item by other origins."""
        own = _key(origin, item_id)
        for key in self._notes.keys(PREFIX):
            if key.endswith(f"/{quote(item_id, safe='')}") and key != own:
                yield _read(self._notes.get(key))

    def _note(self, origin: str, item_id: str, granted: list[Granted]) -> None:
        key = _key(origin, item_id)
        if granted:
            self._notes.put(key, [asdict(one) for one in granted])
        else:
            self._notes.delete(key)


def checked_origin(origin: str) -> str:
    """The origin.

    Raises:
        Permanent: it can be none.
    """
    if not origin:
        raise flowhost.Permanent("the origin of the access is empty, expected a name such as rule:NAME")
    if len(origin) > LONGEST_ORIGIN:
        raise flowhost.Permanent(
            f"the origin of the access is {origin[:40]!r}, expected a text of at most {LONGEST_ORIGIN} characters"
        )
    return origin


def _oldest_first(ids: Iterable[str]) -> list[str]:
    """Ids of one site in the order of their making: the shorter number is the smaller one."""
    return sorted(ids, key=lambda one: (len(one), one))


def locked(item_id: str) -> flowhost.Locked:
    """Who changes the access of an item in this process does so alone."""
    return flowhost.Locked(f"vidispine access {item_id}")


def _key(origin: str, item_id: str) -> str:
    return f"{PREFIX}{quote(origin, safe='')}/{quote(item_id, safe='')}"


def _read(noted: Any) -> list[Granted]:
    return [Granted(one["entry"], one["id"], tuple(one["before"])) for one in noted or ()]
