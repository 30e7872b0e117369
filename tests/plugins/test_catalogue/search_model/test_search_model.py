"""Searching against the plainest evaluation there is, over a model in plain dictionaries, on both engines."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins import catalogue as it
from flowhost_plugins.catalogue import Catalogue, Query, Sort

WORDS = [
    "harbour",
    "Harbours",
    "NIGHT",
    "at",
    "night at harbour",
    "Élan",
    "elan",
    "straße",
    "x_y",
    "",
    "-",
    "漢字",
]
NUMBERS = ["60", "60.0", "-3", "7.5e1", "007", "1234567890123456789"]
MOMENTS = ["2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T12:30:00+02:00", "2024-01-02", "2024-02-31"]
VALUES = st.one_of(
    st.sampled_from(WORDS + NUMBERS + MOMENTS), st.text(alphabet="abÉ_ %'\"\\*ẞ漢\0", max_size=4)
)
LISTS = st.lists(VALUES, max_size=3)
PATHS = st.sampled_from(["a", "title", "G/a", "G/H/a", "G/H/x"])
NAMES = st.sampled_from(["a", "title", "G/a", "H/a", "x", "nowhere"])
EXTERNAL = st.sampled_from(["Ext-1", "night-2", "e3"])
KINDS = st.sampled_from(["", "video", "audio"])
NUMBER_BOUNDS = st.sampled_from([60, 60.0, -3, 0, 75, 1e3])
DAY_BOUNDS = st.sampled_from(
    [
        date(2024, 1, 1),
        date(2024, 1, 2),
        datetime(2024, 1, 1, 10, 30, tzinfo=UTC),
        datetime(2024, 1, 1, tzinfo=UTC),
    ]
)
TEXT_BOUNDS = st.sampled_from(["", "b", "HARBOUR", "night", "é"])


def ranges(names: st.SearchStrategy[str], bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[Query]:
    def made(name: str, low: Any, high: Any, flags: tuple[bool, bool, bool]) -> Query:
        return it.Range(name, low if flags[2] else None, high, *flags[:2])

    return st.builds(made, names, bounds, bounds, st.tuples(st.booleans(), st.booleans(), st.booleans()))


ITEM_IDS = st.sampled_from(["VX-1", "VX-2", "VX-3", "VX-999", "nonsense"])
LEAVES = st.one_of(
    st.just(it.Everything()),
    st.builds(it.Text, VALUES, st.booleans()),
    st.builds(it.Field, NAMES, VALUES, st.booleans()),
    st.builds(it.Exact, NAMES, VALUES),
    st.builds(
        it.Exists, st.one_of(NAMES, st.sampled_from(["mediaType", "externalId", "collection", "created"]))
    ),
    ranges(NAMES, NUMBER_BOUNDS),
    ranges(NAMES, DAY_BOUNDS),
    ranges(NAMES, TEXT_BOUNDS),
    ranges(st.sampled_from(["created", "updated"]), DAY_BOUNDS),
    st.builds(it.Field, st.just("created"), st.sampled_from(["2024-01-01", "2024-01-02"])),
    st.builds(it.Field, st.just("mediaType"), KINDS, st.booleans()),
    st.builds(it.Field, st.just("externalId"), st.sampled_from(["Ext-1", "Ext", "night"]), st.booleans()),
    st.builds(it.Field, st.just("itemId"), ITEM_IDS, st.booleans()),
    st.builds(it.InCollection, st.sampled_from(["VX-1", "VX-2", "VX-9"]), st.booleans()),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(it.Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: it.All(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: it.Any(*parts)),
    ),
    max_leaves=5,
)
SORTS = st.lists(
    st.builds(
        Sort,
        st.sampled_from(["a", "title", "H/a", "nowhere", "created", "updated", "itemId", "mediaType"]),
        st.sampled_from(["ascending", "descending"]),
    ),
    max_size=3,
)


class Searches(RuleBasedStateMachine):
    """Items that change, and searches among them."""

    model_class: Any
    prepared: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FakeClock(datetime(2024, 1, 1, 0, 0, tzinfo=UTC))
        self.catalogue = Catalogue(url=flowhost.Secret(self.url()), clock=self.clock)
        self.catalogue.open()
        self.above = self.catalogue.create_collection("top").id, self.catalogue.create_collection("below").id
        self.model = self.model_class(*self.above)
        self.begin()

    def url(self) -> str:
        return f"sqlite:///{shutil.copy(self.prepared, self.folder.name)}"

    def begin(self) -> None:
        self.catalogue.add_member(self.above[0], self.above[1], kind="collection")

    def teardown(self) -> None:
        self.catalogue.close()
        self.folder.cleanup()

    items = Bundle("items")

    @rule(target=items, fields=st.dictionaries(PATHS, LISTS, max_size=4), external=st.none() | EXTERNAL)
    def create(self, fields: dict[str, list[str]], external: str | None) -> str:
        if external in {one.external for one in self.model.known.values()}:
            external = None
        item = self.catalogue.create_item(fields, external_id=external)
        self.model.add(item.id, fields, external, self.now())
        return item.id

    def now(self) -> datetime:
        return self.clock.now()

    @rule(item_id=items, path=PATHS, values=LISTS)
    def set_field(self, item_id: str, path: str, values: list[str]) -> None:
        known = self.model.known[item_id]
        if known.fields.get(path, []) != values:
            known.updated = self.now()
        self.catalogue.set_metadata(item_id, {path: values})
        known.fields = {one: kept for one, kept in known.fields.items() if one != path}
        if values:
            known.fields[path] = values

    @rule(item_id=items, media_type=KINDS)
    def set_media_type(self, item_id: str, media_type: str) -> None:
        known = self.model.known[item_id]
        if known.media_type != media_type:
            known.media_type, known.updated = media_type, self.now()
        self.catalogue.update_item(item_id, media_type=media_type)

    @rule(item_id=items)
    def lose_external_id(self, item_id: str) -> None:
        known = self.model.known[item_id]
        if known.external:
            known.external, known.updated = None, self.now()
        self.catalogue.update_item(item_id, external_ids=[])

    @rule(item_id=items, which=st.integers(0, 1), joins=st.booleans())
    def gather(self, item_id: str, which: int, joins: bool) -> None:
        collection = self.above[which]
        if joins:
            self.catalogue.add_member(collection, item_id)
            self.model.known[item_id].collections.add(collection)
        else:
            self.catalogue.remove_member(collection, item_id)
            self.model.known[item_id].collections.discard(collection)

    @rule(item_id=consumes(items))
    def delete(self, item_id: str) -> None:
        self.catalogue.delete_item(item_id)
        del self.model.known[item_id]

    @rule(seconds=st.sampled_from([1, 3600, 86_400]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def reindex(self) -> None:
        assert self.catalogue.reindex() == len(self.model.known)

    @rule(query=QUERIES, sort=SORTS, number=st.integers(1, 4))
    def search(self, query: Query, sort: list[Sort], number: int) -> None:
        expected = [item_id for item_id in self.model.known if self.model.holds(query, item_id)]
        found: list[str] = []
        cursor = None
        while True:
            page = self.catalogue.search(query, sort=sort, cursor=cursor, number=number, hits=True)
            assert page.hits == len(expected)
            found += [item.id for item in page.items]
            cursor = page.cursor
            if cursor is None:
                break
            assert len(page.items) == number
        assert found == self.model.sorted(expected, sort)
        assert [one for one in self.model.known if self.catalogue.matches(query, one)] == expected
        assert self.catalogue.count(it.query_text(query)) == len(expected)

    @invariant()
    def fields_are_known(self) -> None:
        names = set(self.catalogue.field_names())
        assert {path for known in self.model.known.values() for path in known.fields} <= names


@pytest.mark.slow
def test_searches_find_what_the_model_finds(examples: Any, prepared_file: Path, model_class: Any) -> None:
    bound = type("BoundSearches", (Searches,), {"model_class": model_class, "prepared": prepared_file})
    run_state_machine_as_test(bound, settings=examples(15, steps=40))


@pytest.mark.slow
@pytest.mark.postgresql
def test_searches_find_what_the_model_finds_on_postgresql(
    examples: Any, postgresql_url: str, model_class: Any
) -> None:
    class ServerSearches(Searches):
        """All runs share a database: items of the run before are gone, ids go on, so collections are made anew."""

        def url(self) -> str:
            return postgresql_url

        def begin(self) -> None:
            for item in self.catalogue.items(number=1000).items:
                self.catalogue.delete_item(item.id)
            super().begin()

    ServerSearches.model_class = model_class
    run_state_machine_as_test(ServerSearches, settings=examples(6, steps=40))
