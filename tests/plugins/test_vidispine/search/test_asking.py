"""Pages of a search: nothing twice, nothing left out, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost_plugins.vidispine.documents import Item, ItemList
from flowhost_plugins.vidispine.search import asking, criteria
from flowhost_plugins.vidispine.search.asking import Place, place_of, walked


class Site:
    """Items with the moments they were made in: several may be of one moment."""

    def __init__(self, moments: list[int], *, most: int = 1000, counts: bool = True) -> None:
        self.items = {f"VX-{number}": moment for number, moment in enumerate(moments, 1)}
        self.most, self.counts, self.asked = most, counts, 0

    def add(self, moment: int) -> None:
        self.items[f"VX-{len(self.items) + 100}"] = moment

    def in_order(self) -> list[str]:
        return sorted(self.items, key=lambda one: (self.items[one], one))

    def __call__(self, document: dict[str, Any], first: int, number: int) -> ItemList:
        self.asked += 1
        assert document["sort"][0] == {"field": "created", "order": "ascending"}
        since = -1
        for field in document.get("field", ()):
            low, high = field["range"][0]["value"]
            assert high == {"value": "", "maximum": True}
            since = int(low["value"])
        held = [one for one in self.in_order() if self.items[one] >= since]
        shown = held[first - 1 : first - 1 + min(number, self.most)]
        hits = len(held) if self.counts else None
        return ItemList(hits=hits, item=[_item(one, self.items[one]) for one in shown])


def _item(item_id: str, moment: int) -> Item:
    field = {"name": "created", "value": [{"value": f"{moment:03}"}]}
    return Item.from_json({"id": item_id, "metadata": {"timespan": [{"field": [field]}]}})


def page(site: Site, cursor: str | None, number: int) -> tuple[list[str], str | None]:
    found: list[str] = []
    for item, place, others in walked(site, criteria.ALWAYS, place_of(cursor), number):
        found.append(item.id)
        if len(found) == number:
            return found, place.cursor if others else None
    return found, None


def pages(site: Site, number: int) -> Iterator[list[str]]:
    cursor = None
    while True:
        found, cursor = page(site, cursor, number)
        yield found
        if cursor is None:
            return


MOMENTS = st.lists(st.integers(0, 5), max_size=30)


@given(MOMENTS, st.integers(1, 7), st.integers(1, 5), st.booleans())
def test_all_pages_together_are_all_items(moments: list[int], number: int, most: int, counts: bool) -> None:
    site = Site(moments, most=most, counts=counts)
    found = list(pages(site, number))
    assert [one for held in found for one in held] == site.in_order()
    assert all(len(held) == number for held in found[:-1])


@given(MOMENTS, st.integers(1, 4), st.lists(st.tuples(st.booleans(), st.integers(0, 8)), max_size=20))
def test_others_may_change_the_library_between_two_pages(
    moments: list[int], number: int, changes: list[tuple[bool, int]]
) -> None:
    site = Site(moments)
    stayed = set(site.items)
    seen: list[str] = []
    cursor, steps = None, iter(changes)
    while True:
        found, cursor = page(site, cursor, number)
        seen += found
        if cursor is None:
            break
        for deletes, which in [next(steps, (False, -1))]:
            if deletes and site.items:
                gone = site.in_order()[which % len(site.items)]
                del site.items[gone]
                stayed.discard(gone)
            elif which >= 0:
                site.add(9)  # what is made now is the newest
    assert len(seen) == len(set(seen))
    assert stayed <= set(seen)


def test_what_one_page_costs() -> None:
    site = Site(list(range(50)))
    found, cursor = page(site, None, 20)
    assert (len(found), site.asked) == (20, 1)
    found, cursor = page(site, cursor, 30)
    assert (len(found), cursor, site.asked) == (30, None, 2)


def test_more_than_vidispine_gives_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST", 7)
    site = Site([1] * 20 + [2] * 5, most=7)
    found, cursor = page(site, None, 18)
    assert found == site.in_order()[:18]
    assert page(site, cursor, 18) == (site.in_order()[18:], None)


@pytest.mark.parametrize("cursor", ["", "x", "[]", "[1]", '{"a": 1}', '["x", 2]'])
def test_a_cursor_of_somebody_else(cursor: str) -> None:
    with pytest.raises(flowhost.Permanent, match="expected one that a page came with"):
        place_of(cursor)


def test_a_cursor_comes_back_as_it_was() -> None:
    place = Place("2024-05-01T00:00:00.000Z", frozenset({"VX-1", "VX-2"}))
    assert place_of(place.cursor) == place
    assert place_of(None) == Place()


def test_a_full_page_is_one_request_with_the_one_that_was_seen() -> None:
    seen = Place("1", frozenset({"VX-1"}))
    assert asking.in_one_request(1000, Place()) == 1000
    assert asking.in_one_request(1000, seen) == 999
    assert asking.in_one_request(10, seen) == 10
    many = Place("1", frozenset(f"VX-{number}" for number in range(800)))
    assert asking.in_one_request(1000, many) == 1000
