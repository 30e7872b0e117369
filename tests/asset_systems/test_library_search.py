"""What holds for every media library: queries, saved searches, collections."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost import Ids, MediaLibrary


def made(media: MediaLibrary, *titles: str) -> list[str]:
    return [media.create_item({}, title=title).id for title in titles]


def all_ids(page: Callable[[str | None], Ids]) -> list[str]:
    found, cursor = list[str](), None
    while True:
        got = page(cursor)
        found += got.ids
        cursor = got.cursor
        if cursor is None:
            return found


def test_it_fills_the_role(media: MediaLibrary) -> None:
    assert MediaLibrary in type(media).__mro__  # which is how the host finds it
    assert flowhost.AssetSystem in type(media).__mro__


def test_ids_come_page_by_page_the_oldest_first(library: Any, media: MediaLibrary) -> None:
    ids = made(media, *(["harbour"] * 7))
    made(media, "airport")
    query = library.titled("harbour")
    for number in (1, 3, 7, 100):
        assert all_ids(lambda cursor, n=number: media.search_ids(query, cursor=cursor, number=n)) == ids  # type: ignore[misc]  # mypy infers no type for the bound default
    assert media.search_ids(library.titled("station")) == Ids(())


def test_a_query_that_cannot_be_read(media: MediaLibrary) -> None:
    for query in ("title:(", '"'):
        with pytest.raises(flowhost.Permanent):
            media.search_ids(query)


def test_an_item_matches_when_it_is_found(library: Any, media: MediaLibrary) -> None:
    harbour, airport = made(media, "harbour", "airport")
    query = library.titled("harbour")
    assert (media.matches(query, harbour), media.matches(query, airport)) == (True, False)
    assert media.matches(query, "nobody") is False
    media.trash_item(harbour)
    assert media.matches(query, harbour) is False
    assert media.search_ids(query) == Ids(())


def test_a_finding_tells_what_was_seen(library: Any, media: MediaLibrary) -> None:
    (item,) = made(media, "harbour")
    query = library.titled("airport")
    told = media.finding(query, item)
    assert (told.condition, told.held, told.actual, told.parts) == (query, False, ("harbour",), ())
    both = media.finding(f"{query} OR {library.titled('harbour')}", item)
    assert (both.held, [one.held for one in both.parts]) == (True, [False, True])
    with pytest.raises(flowhost.Permanent, match="nobody"):
        media.finding(query, "nobody")


def test_saved_queries(library: Any, media: MediaLibrary) -> None:
    library.save_search("Boats", library.titled("boats"))
    assert media.saved_query("Boats") == library.titled("boats")
    with pytest.raises(flowhost.Permanent, match="Planes"):
        media.saved_query("Planes")


def test_field_names(media: MediaLibrary, names: Any) -> None:
    media.create_item({names.synopsis: ["Boats"], names.person: ["Ada"]})
    assert {names.synopsis, names.person} <= set(media.field_names())


def test_notification_names(media: MediaLibrary) -> None:
    assert {"item_create", "metadata_modify", "job_finish"} <= media.notification_names()


# -- collections


def test_a_collection_is_made_for_the_first_item(media: MediaLibrary) -> None:
    one, two, other = made(media, "one", "two", "other")
    assert media.add_to_collection(one, "Boats") is True
    assert media.add_to_collection(one, "Boats") is False
    assert media.add_to_collection(two, "Boats") is True
    assert all_ids(lambda cursor: media.collection_ids("Boats", cursor=cursor, number=1)) == [one, two]
    assert media.in_collection("Boats", one)
    assert not media.in_collection("Boats", other)
    assert not media.in_collection("Boats", "nobody")
    assert media.collection_names(one) == ("Boats",)
    assert media.collection_names(other) == ()
    with pytest.raises(flowhost.Permanent, match="nobody"):
        media.add_to_collection("nobody", "Boats")


def test_of_many_who_name_a_new_collection_one_makes_it(media: MediaLibrary) -> None:
    ids = made(media, *"abcd")
    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(lambda item: media.add_to_collection(item, "Boats"), ids))
    assert list(media.collection_ids("Boats").ids) == ids  # with two it would be refused


def test_items_of_collections_within(library: Any, media: MediaLibrary) -> None:
    deep, both = made(media, "deep", "both")
    library.new_collection("Top", "")
    library.new_collection("Middle", "Top")
    library.new_collection("Bottom", "Middle")
    media.add_to_collection(deep, "Bottom")
    media.add_to_collection(both, "Bottom")
    media.add_to_collection(both, "Top")
    assert list(media.collection_ids("Top").ids) == [deep, both]
    assert media.in_collection("Top", deep)
    assert media.collection_names(deep) == ("Bottom",)
    assert set(media.collection_names(both)) == {"Bottom", "Top"}


def test_collections_that_cannot_be_told(library: Any, media: MediaLibrary) -> None:
    (item,) = made(media, "one")
    for ask in (media.collection_ids, lambda name: media.in_collection(name, item)):
        with pytest.raises(flowhost.Permanent, match="Nowhere"):
            ask("Nowhere")
    library.new_collection("Twins", "")
    library.new_collection("Twins", "")
    for refused in (
        lambda: media.collection_ids("Twins"),
        lambda: media.add_to_collection(item, "Twins"),
    ):
        with pytest.raises(flowhost.Permanent, match="2 collections 'Twins'"):
            refused()
