"""The vendor's SDK: items, searches for them, what begins so, external ids."""

from __future__ import annotations

from typing import Any

import pytest

RED, BLUE = "crimson barn", "azure boat"


@pytest.fixture(scope="module")
def red(sdk: Any) -> str:
    """The id of a placeholder that the SDK made."""
    return placeholder(sdk, RED, "sdk-red")


@pytest.fixture(scope="module", autouse=True)
def blue(sdk: Any) -> str:
    return placeholder(sdk, BLUE, "sdk-blue")


def placeholder(sdk: Any, title: str, external_id: str) -> str:
    models = sdk.models
    value = models.MetadataValueType(value=title)
    field = models.MetadataFieldValueType(name="title", value=[value])
    span = models.MetadataTypeTimespan(start="-INF", end="+INF", field=[field])
    made = sdk.api("ImportApi").create_placeholder(models.MetadataType(timespan=[span]), container=1)
    sdk.api("ExternalIdApi").create_entity_external_id("item", made.id, external_id)
    return str(made.id)


def titled(sdk: Any, title: str, **more: Any) -> Any:
    models = sdk.models
    value = models.ItemSearchValueType(value=title)
    return models.ItemSearchType(field=[models.SearchFieldType(name="title", value=[value])], **more)


def ids(found: Any) -> list[str]:
    return [one.id for one in found.item]


def test_an_item_with_all_content(sdk: Any, api: Any, red: str) -> None:
    words = ["metadata", "shape", "uri", "thumbnail", "poster", "access", "merged-access", "external"]
    item = sdk.api("ItemApi").get_item(red, content=words, include="type", include_values=True)
    assert item.id == red
    assert {one.type: one.permission for one in item.access}["GENERIC"] == "ALL"
    [external] = item.external_id
    assert (external.external_id, external.namespace) == ("sdk-red", "default")
    assert (external.entity_type, external.entity_id) == ("item", red)
    assert item.merged_access.access[0].effective_permission == "ALL"
    fields = {one.name: one for one in item.metadata.timespan[0].field}
    assert fields["title"].value[0].value == RED
    assert fields["title"].type.type == "string"
    body = api.get(f"/item/{red}", params={"content": "shape,uri,access,external"}).json()
    assert sdk.complaints(body, "ItemType") == []


def test_an_item_is_read_tersely(sdk: Any, red: str) -> None:
    item = sdk.api("ItemApi").get_item(red, content=["metadata"], terse="yes", field=["title", "itemId"])
    assert item.terse["title"][0]["value"] == RED
    assert item.terse["itemId"][0]["value"] == red


def test_a_search_with_models(sdk: Any, red: str) -> None:
    models = sdk.models
    wanted = titled(sdk, "crimson", sort=[models.ItemSearchTypeSort(field="title", order="ascending")])
    found = sdk.api("ItemApi").search_items(wanted, content=["metadata"], field=["title"], count=True)
    assert (found.hits, ids(found)) == (1, [red])
    assert (found.item[0].start, found.item[0].timespan[0].end) == ("-INF", "+INF")
    assert found.item[0].metadata.timespan[0].field[0].value[0].value == RED
    uncounted = sdk.api("ItemApi").search_items(wanted, count=False)
    assert (uncounted.hits, ids(uncounted)) == (None, [red])


def test_operators_of_a_search(sdk: Any, red: str, blue: str) -> None:
    models = sdk.models
    either = [titled(sdk, word).field[0] for word in ("crimson", "azure")]
    found = sdk.api("ItemApi").search_items(
        models.ItemSearchType(operator=models.SearchOperatorType(operation="OR", field=either))
    )
    assert set(ids(found)) == {red, blue}
    without = models.SearchOperatorType(operation="NOT", field=either[:1])
    shaped = models.ItemSearchType(
        item=models.ItemCriterionType(operator=without), text=[models.ItemSearchTextValueType(value="boat")]
    )
    assert ids(sdk.api("ItemApi").search_items(shaped)) == [blue]
    nothing = models.ItemSearchType(reference=["00000000-0000-4000-8000-000000000000"])
    assert ids(sdk.api("ItemApi").search_items(nothing)) == []


def test_pages_by_number_and_by_cursor(sdk: Any, red: str, blue: str) -> None:
    items, models = sdk.api("ItemApi"), sdk.models
    either = [models.ItemSearchValueType(value=word) for word in ("crimson", "azure")]
    wanted = models.ItemSearchType(field=[models.SearchFieldType(name="title", value=either)])
    numbered = [ids(items.search_items(wanted, first=first, number=1)) for first in (1, 2, 3)]
    assert numbered == [[red], [blue], []] or numbered == [[blue], [red], []]
    first = items.search_items(wanted, cursor="*", number=1)
    second = items.search_items(wanted, cursor=first.next_cursor, number=1)
    assert [ids(first), ids(second)] == numbered[:2]
    assert second.next_cursor is None


def test_facets_filters_and_suggestions(sdk: Any, api: Any, red: str) -> None:
    models = sdk.models
    ranged = models.FacetRangeType(start="a", end="b")
    wanted = models.ItemSearchType(
        facet=[
            models.ItemSearchTypeFacet(field="title", name="titles", min_count=1, max_results=5),
            models.ItemSearchTypeFacet(field="title", range=[ranged], count=True),
        ],
        facet_filter=[models.ItemSearchTypeFacetFilter(field="itemId", value=red)],
        text=[models.ItemSearchTextValueType(value="barm")],
        suggestion=models.SuggestionSearchType(maximum_suggestions=2, accuracy=0.7),
        autocomplete=[models.AutocompleteRequestType(text="cri", field="title", maximum_suggestions=1)],
    )
    found = sdk.api("ItemApi").search_items(wanted)
    assert found.suggestion[0].term == "barm"
    assert found.suggestion[0].suggestion == ["barn"]
    assert found.autocomplete[0].suggestion == [RED]
    wanted.text = None
    found = sdk.api("ItemApi").search_items(wanted)
    assert [(one.field_value, one.value) for one in found.facet[0].count] == [(RED, 1)]
    assert (found.facet[0].name, found.facet[1].range[0].integerorempty) == ("titles", "0")
    assert len(found.facet[1].count) == 1


def test_values_that_begin_so(sdk: Any) -> None:
    asked = sdk.models.AutocompleteRequestType(text="azu", field="title")
    assert sdk.api("AutocompleteApi").autocomplete(asked).suggestion == [BLUE]
    anywhere = sdk.models.AutocompleteRequestType(text="azu")
    assert BLUE in sdk.api("AutocompleteApi").autocomplete(anywhere).suggestion


def test_a_search_for_items_and_collections(sdk: Any, red: str) -> None:
    collection = sdk.api("CollectionApi").create_collection(
        sdk.models.CollectionType(), name="Crimson things"
    )
    found = sdk.api("SearchApi").search(titled(sdk, "crimson"), content=["metadata"], field=["title"])
    by_type = {one.type: one for one in found.entry}
    assert found.hits == 2
    assert by_type["Item"].item.id == red
    assert by_type["Collection"].collection.name == "Crimson things"
    assert by_type["Collection"].id == collection.id


def test_external_ids(sdk: Any, api: Any, red: str) -> None:
    external = sdk.api("ExternalIdApi")
    external.create_entity_external_id("item", red, "tape:0042")
    listed = external.get_entity_external_ids("item", red)
    assert [one.external_id for one in listed.id] == ["sdk-red", "tape:0042"]
    assert sdk.complaints(api.get(f"/item/{red}/external-id").json(), "ExternalIdentifierListType") == []
    assert sdk.api("ItemApi").get_item("tape:0042").id == red
    external.delete_entity_external_id("item", red, "tape:0042")
    assert [one.external_id for one in external.get_entity_external_ids("item", "sdk-red").id] == ["sdk-red"]


def test_namespaces_of_external_ids(sdk: Any, blue: str) -> None:
    spaces, external = sdk.api("ExternalIdNamespaceApi"), sdk.api("ExternalIdApi")
    spaces.update_or_create_external_id_namespace(
        "tapes", sdk.models.ExternalIdentifierNamespaceType(name="tapes", pattern="tape-[0-9]+", priority=20)
    )
    assert spaces.get_external_id_namespace("tapes").pattern == "tape-[0-9]+"
    assert [one.name for one in spaces.get_external_id_namespaces().namespace] == ["tapes", "default"]
    collection = sdk.api("CollectionApi").create_collection(sdk.models.CollectionType(), name="Tapes").id
    external.create_entity_external_id("item", blue, "tape-1")
    external.create_entity_external_id("collection", collection, "tape-1")
    external.create_entity_external_id("collection", collection, "reel")
    assert [one.namespace for one in external.get_entity_external_ids("collection", collection).id] == [
        "tapes",
        "default",
    ]
    spaces.delete_external_id("reel")
    spaces.delete_external_id_namespace("tapes")
    assert external.get_entity_external_ids("collection", collection).id == []
    assert [one.external_id for one in external.get_entity_external_ids("item", blue).id] == ["sdk-blue"]


def test_deleting_items(sdk: Any) -> None:
    items = sdk.api("ItemApi")
    first, second, third = (placeholder(sdk, "gone soon", f"gone-{number}") for number in range(3))
    items.delete_item(first, keep_shape_tag_media=["original"])
    items.delete_items(id=[second, third, "VX-99999"])
    assert ids(items.search_items(titled(sdk, "gone soon"))) == []


def test_where_an_item_is(sdk: Any, red: str) -> None:
    collections = sdk.api("CollectionApi")
    made = collections.create_collection(sdk.models.CollectionType(), name="Holder").id
    collections.add_to_collection(made, red)
    assert made in sdk.api("ItemApi").get_collections_containing_item(red).uri
    listed = sdk.models.ItemListType(item=[sdk.models.ItemType(id=red)])
    [library] = sdk.api("LibraryApi").create_library(listed).uri
    assert library in sdk.api("ItemApi").get_libraries_containing_item(red).uri
    assert sdk.api("ItemApi").get_item_ur_is(red).uri is None
