"""Goes through what a search finds, in its order, page by page of the catalogue."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import flowhost
from flowhost.query import QueryError, Sort, key
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.searching.criteria import Criterion, Every, Kind, Order
from flowhost_devserver.vidispine.searching.facts import CollectionFacts, ItemFacts
from flowhost_devserver.vidispine.searching.field_kinds import FieldKinds
from flowhost_devserver.vidispine.searching.matching import Facts, Matching
from flowhost_devserver.vidispine.site import Site

AT_ONCE = 1000
"""Items that the catalogue is asked for at once."""

RELEVANCE = {"_relevance", "relevance", "score"}
"""What a client sorts by that wants the best first; here all that is found is as good as anything else."""

Found: TypeAlias = ItemFacts | CollectionFacts
Allowed: TypeAlias = Callable[[Literal["item", "collection"], str], bool]
"""Whether the user may see the thing of this kind and id."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk goes on.

    Args:
        page: cursor of the catalogue's page; None: the first.
        passed: how many items of that page were passed.
        last: id of the last of them.
    """

    page: str | None = None
    passed: int = 0
    last: str = ""


class Search:
    """One search.

    Args:
        site: where.
        criterion: what is wanted.
        sort: in which order.
        allowed: what the user may see; None: everything.
    """

    def __init__(
        self, site: Site, criterion: Criterion, sort: Sequence[Order] = (), allowed: Allowed | None = None
    ) -> None:
        self._site, self._criterion, self._allowed = site, criterion, allowed
        self._sort = [one for one in sort if one.field not in RELEVANCE]
        self.kinds = FieldKinds(site)
        self._matching = Matching(self.kinds.kind, self.kinds.computed, site.clock.now())
        self._relaxed = self._matching.relaxed(criterion)
        self._verdicts: dict[str, bool] = {}

    # -- items

    def count_items(self) -> int:
        """How many items there are."""
        if self._exact:
            return self._site.catalogue.count(self._relaxed.query, trashed=True)
        return sum(1 for _ in self._walk(Place(), ()))

    def items(self, place: Place = Place(), about: int = AT_ONCE) -> Iterator[tuple[ItemFacts, Place]]:
        """The items from a place on, each with the place behind it.

        Args:
            place: where to go on.
            about: how many are wanted, so that no more are read.
        """
        keys = self._keys()
        if keys is not None:
            at_once = min(AT_ONCE, place.passed + about) if self._exact else AT_ONCE
            return self._walk(place, keys, at_once)
        found = self._in_order(fact for fact, _ in self._walk(Place(), ()))
        walked = [(fact, Place(None, number, fact.id)) for number, fact in enumerate(found, 1)]
        return iter(_after(walked, place))

    @property
    def _exact(self) -> bool:
        return self._relaxed.exact and self._allowed is None

    def _keys(self) -> tuple[Sort, ...] | None:
        """The order in the catalogue's words; None: it has none for it."""
        if any(self.kinds.computed(one.field) for one in self._sort):
            return None
        try:
            return tuple(
                Sort(one.field, "descending" if one.descending else "ascending") for one in self._sort
            )
        except QueryError:
            return None

    def _walk(
        self, place: Place, keys: tuple[Sort, ...], at_once: int = AT_ONCE
    ) -> Iterator[tuple[ItemFacts, Place]]:
        cursor, catalogue = place.page, self._site.catalogue
        while True:
            try:
                page = catalogue.search(
                    self._relaxed.query, sort=keys, cursor=cursor, number=at_once, trashed=True
                )
            except flowhost.Permanent as error:
                raise invalid_input("cursor", explanation=str(error)) from None
            numbered = [(one, Place(cursor, count, one.id)) for count, one in enumerate(page.items, 1)]
            for item, here in _after(numbered, place):
                fact = ItemFacts(self._site, self.kinds, item)
                if self._fits(fact):
                    yield fact, here
            cursor, place = page.cursor, Place()
            if cursor is None:
                return

    def _fits(self, fact: ItemFacts) -> bool:
        if self._exact:
            return True
        if fact.id not in self._verdicts:  # who counts and who shows go through the same items
            allowed = self._allowed is None or self._allowed("item", fact.id)
            holds = allowed and (self._relaxed.exact or self._matching.holds(self._criterion, fact))
            self._verdicts[fact.id] = holds
        return self._verdicts[fact.id]

    # -- collections, and both

    def collections(self) -> list[CollectionFacts]:
        """The collections, the newest first unless an order was asked for."""
        every = reversed(self._site.catalogue.collections())
        facts = (CollectionFacts(self._site, self.kinds, one) for one in every)
        return self._in_order(
            one
            for one in facts
            if (self._allowed is None or self._allowed("collection", one.id))
            and self._matching.holds(self._criterion, one)
        )

    def both(self) -> list[Found]:
        """The items and then the collections, or all together in the order that was asked for."""
        found: list[Found] = [fact for fact, _ in self._walk(Place(), ())]
        found += self.collections()
        return self._in_order(found)

    def parts(self, kind: Kind) -> Iterator[Facts]:
        """The shapes or files; it is they that the criterion is about."""
        for item in Search(self._site, Every(), (), self._allowed).items():
            for one in item[0].related(kind):
                if self._matching.holds(self._criterion, one):
                    yield one

    def _in_order(self, found: Iterable[Any]) -> list[Any]:
        ordered = list(found)
        for one in reversed(self._sort):  # the last key first: sorting keeps what is equal as it was
            keyed = [(_key(fact, one.field), fact) for fact in ordered]
            there = sorted(
                (pair for pair in keyed if pair[0] is not None),
                key=lambda pair: pair[0] or "",
                reverse=one.descending,
            )
            ordered = [fact for _, fact in there] + [fact for value, fact in keyed if value is None]
        return ordered


def _key(fact: Facts, field: str) -> str | None:
    """What things are compared by: the first value, None without any; those come last."""
    first = next(iter(fact.values(field)), None)
    return None if first is None else key(first)


def _after(walked: Sequence[tuple[Any, Place]], place: Place) -> Sequence[tuple[Any, Place]]:
    """What comes behind a place: behind the thing seen last or, where that is gone, behind as many as were seen."""
    for number, (_, here) in enumerate(walked):
        if here.last == place.last:
            return walked[number + 1 :]
    return walked[place.passed :] if place.passed else walked


# -- cursors

START = "*"
"""The cursor that begins a walk."""


def read_cursor(text: str) -> Place:
    """The place that a cursor means.

    Raises:
        Refusal: it is none of ours.
    """
    if text == START:
        return Place()
    try:
        page, passed, last = json.loads(base64.b64decode(text, b"-_", validate=True))
    except ValueError:
        page, passed, last = None, -1, None
    if not (isinstance(page, str | None) and isinstance(passed, int) and isinstance(last, str)) or passed < 0:
        raise invalid_input("cursor", explanation="expected * or a nextCursor of this search", value=text)
    return Place(page, passed, last)


def cursor_of(place: Place) -> str:
    """The cursor for a place."""
    packed = json.dumps([place.page, place.passed, place.last]).encode()
    return base64.b64encode(packed, b"-_").decode()
