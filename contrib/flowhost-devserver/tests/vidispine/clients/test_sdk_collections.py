"""The vendor's SDK: collections, what they hold, and in which order."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def items(sdk: Any) -> list[str]:
    """The ids of three placeholders."""
    make = sdk.api("ImportApi").create_placeholder
    return [make(sdk.models.MetadataType(), container=1).id for _ in range(3)]


@pytest.fixture
def made(sdk: Any) -> str:
    """The id of a new collection."""
    return str(sdk.api("CollectionApi").create_collection(sdk.models.CollectionType(), name="Made").id)


def contents(sdk: Any, *ids: str, **more: Any) -> list[Any]:
    return [sdk.models.CollectionContentType(id=one, type="item", **more) for one in ids]


def held(sdk: Any, collection: str) -> list[str]:
    return [one.id for one in sdk.api("CollectionApi").get_collection(collection).content or ()]


def test_a_collection_with_all_in_its_document(sdk: Any, api: Any, items: list[str]) -> None:
    models, collections = sdk.models, sdk.api("CollectionApi")
    value = models.MetadataValueType(value="a plot")
    field = models.MetadataFieldValueType(name="portal_mf10011", value=[value])
    span = models.MetadataTypeTimespan(start="-INF", end="+INF", field=[field])
    notes = models.SimpleMetadataType(field=[models.StorageGroupTypeData(key="role", value="lead")])
    made = collections.create_collection(
        models.CollectionType(
            metadata=models.MetadataType(timespan=[span]), content=contents(sdk, items[0], metadata=notes)
        ),
        name="Whole",
        external_id="whole-1",
    )
    words = ["metadata", "external", "merged-access"]
    read = collections.get_collection("whole-1", content=words, field=["title", "portal_mf10011"])
    assert (read.id, read.name) == (made.id, "Whole")
    values = {one.name: one.value[0].value for one in read.metadata.timespan[0].field}
    assert values == {"title": "Whole", "portal_mf10011": "a plot"}
    assert read.external_id[0].entity_type == "collection"
    assert read.merged_access.access[0].effective_permission == "ALL"
    assert read.content[0].metadata.field[0].value == "lead"
    body = api.get(f"/collection/{made.id}?content=external").json()
    assert sdk.complaints(body, "CollectionType") == []
    terse = collections.get_collection(made.id, content=["metadata"], terse="yes", field=["title"])
    assert terse.terse["title"][0]["value"] == "Whole"


def test_members_and_what_is_noted_of_them(sdk: Any, made: str, items: list[str]) -> None:
    collections = sdk.api("CollectionApi")
    collections.add_to_collection(made, items[0], metadata=["role=main", "shot=1"])
    collections.add_to_collection(made, items[0], metadata=["-role", "shot=2"])
    inner = collections.create_collection(sdk.models.CollectionType(), name="Inner").id
    collections.add_to_collection(made, inner, type="collection")
    read = collections.get_collection(made)
    assert [(one.type, one.id) for one in read.content] == [("item", items[0]), ("collection", inner)]
    assert [(one.key, one.value) for one in read.content[0].metadata.field] == [("shot", "2")]
    assert [one.id for one in collections.get_collection(made, children=["collection"]).content] == [inner]
    assert collections.get_collection_ancestors(inner).uri == [made]
    collections.remove_from_collection(made, inner, type="collection")
    assert held(sdk, made) == [items[0]]


def test_the_document_is_all_that_is_held(sdk: Any, made: str, items: list[str]) -> None:
    collections, models = sdk.api("CollectionApi"), sdk.models
    first, second, third = items
    collections.update_collection(made, models.CollectionType(content=contents(sdk, third, first)))
    assert held(sdk, made) == [third, first]
    collections.update_collection(made, models.CollectionType(content=contents(sdk, second)), clear=False)
    assert held(sdk, made) == [third, first, second]
    modes = contents(sdk, third, mode="remove") + contents(sdk, second, mode="move", before=first)
    after = collections.update_collection(made, models.CollectionType(name="Other", content=modes))
    assert ([one.id for one in after.content], after.name) == ([second, first], "Other")
    collections.update_collection_name("Renamed", made)
    assert collections.get_collection(made).name == "Renamed"


def test_another_order(sdk: Any, made: str, items: list[str]) -> None:
    collections, models = sdk.api("CollectionApi"), sdk.models
    first, second, third = items
    collections.update_collection(made, models.CollectionType(content=contents(sdk, *items)))
    moves = [
        models.CollectionReorderEntryType(id=third, before=first),
        models.CollectionReorderEntryType(id=first, after=second),
    ]
    after = collections.reorder_collection_elements(made, models.CollectionReorderType(item=moves))
    assert [one.id for one in after.content] == [third, second, first]


def test_libraries_are_held(sdk: Any, made: str, items: list[str]) -> None:
    collections, models = sdk.api("CollectionApi"), sdk.models
    listed = models.ItemListType(item=[models.ItemType(id=one) for one in items[:2]])
    [library] = sdk.api("LibraryApi").create_library(listed).uri
    collections.add_to_collection(made, library, type="library")
    assert held(sdk, made) == [library]
    found = collections.search_items_in_collection(made, models.ItemSearchType())
    assert {one.id for one in found.item} == set(items[:2])
    collections.remove_from_collection(made, library, type="library")
    every = models.CollectionContentType(id=library, type="library", add_items=True)
    collections.update_collection(made, models.CollectionType(content=[every]))
    assert held(sdk, made) == items[:2]


def test_a_search_and_a_list(sdk: Any, api: Any, made: str) -> None:
    collections, models = sdk.api("CollectionApi"), sdk.models
    collections.update_collection_name("Walrus", made)
    title = models.SearchFieldType(name="title", value=[models.ItemSearchValueType(value="walrus")])
    found = collections.search_collections(models.ItemSearchType(field=[title]), content=["metadata"])
    assert (found.hits, found.collection[0].id) == (1, made)
    assert collections.get_collections(number=1).collection[0].id == made
    assert sdk.complaints(api.get("/collection").json(), "CollectionListType") == []


def test_deleting(sdk: Any, sdk_package: Any, made: str) -> None:
    collections = sdk.api("CollectionApi")
    other = collections.create_collection(sdk.models.CollectionType(), name="Other").id
    collections.delete_collection(made)
    collections.delete_collections(id=[other, "VX-99999"])
    for one in (made, other):
        with pytest.raises(sdk_package.ApiException) as caught:
            collections.get_collection(one)
        assert caught.value.status == 404
