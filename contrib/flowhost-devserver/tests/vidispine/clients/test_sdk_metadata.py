"""The vendor's SDK: metadata of items and collections, its changes, and the fields and groups there are."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def item(sdk: Any) -> str:
    """The id of a new placeholder."""
    return str(sdk.api("ImportApi").create_placeholder(document(sdk, title="First"), container=1).id)


def fields(sdk: Any, values: dict[str, Any]) -> list[Any]:
    models = sdk.models
    return [
        models.MetadataFieldValueType(name=name, value=[models.MetadataValueType(value=value)])
        for name, value in values.items()
    ]


def document(sdk: Any, groups: list[Any] | None = None, **values: Any) -> Any:
    models = sdk.models
    span = models.MetadataTypeTimespan(start="-INF", end="+INF", field=fields(sdk, values), group=groups)
    return models.MetadataType(timespan=[span], group=["Film"])


def held(metadata: Any) -> dict[str, list[str]]:
    return {one.name: [value.value for value in one.value] for one in metadata.timespan[0].field}


def test_metadata_of_an_item(sdk: Any, item: str) -> None:
    metadata, models = sdk.api("MetadataApi"), sdk.models
    actor = models.MetadataGroupValueType(name="Actor", field=fields(sdk, {"portal_mf10003": "Ann"}))
    person = models.MetadataGroupValueType(name="Person", group=[actor])
    given = document(sdk, [person], title="Second", portal_mf10009=1984)
    answer = metadata.update_metadata("item", item, given, skip_forbidden=True)
    assert held(answer.item[0].metadata)["portal_mf10009"] == ["1984"]
    assert answer.item[0].metadata.group == ["Film"]
    read = metadata.get_metadata("item", item, group=["Person+"]).item[0]
    assert read.id == item
    inner = read.metadata.timespan[0].group[0].group[0]
    assert (inner.name, inner.field[0].value[0].value) == ("Actor", "Ann")
    some = metadata.get_metadata("item", item, field=["title", "itemId"], interval=["generic"], terse="no")
    assert held(some.item[0].metadata) == {"title": ["Second"], "itemId": [item]}
    without = metadata.get_metadata("item", item, include_transient_metadata=False).item[0].metadata
    assert not [name for name in held(without) if name.startswith("__")]


def test_only_the_changes_come_back(sdk: Any, item: str) -> None:
    metadata = sdk.api("MetadataApi")
    answer = metadata.update_metadata("item", item, document(sdk, title="Third"), only_return_changes=True)
    assert held(answer.item[0].metadata) == {"title": ["Third"]}


def test_a_known_revision(sdk: Any, sdk_package: Any, item: str) -> None:
    metadata = sdk.api("MetadataApi")
    known = metadata.get_metadata("item", item).item[0].metadata.revision
    metadata.update_metadata("item", item, document(sdk, title="Once"), revision=known)
    with pytest.raises(sdk_package.ApiException) as caught:
        metadata.update_metadata("item", item, document(sdk, title="Twice"), revision=known)
    assert caught.value.status == 409


def test_change_sets(sdk: Any, item: str) -> None:
    metadata = sdk.api("MetadataApi")
    metadata.update_metadata("item", item, document(sdk, title="Another"))
    sets = metadata.get_metadata_change_sets("item", item).change_set
    assert [held(one.metadata).get("title") for one in sets[-2:]] == [["First"], ["Another"]]
    last = sets[-1].id
    [one] = metadata.get_metadata_change_set("item", item, last).change_set
    assert (one.id, held(one.metadata)) == (last, {"title": ["Another"]})
    assert [one.id for one in metadata.get_metadata_change_sets("item", item, change=last).change_set] == [
        last
    ]
    paged = metadata.get_metadata_change_sets("item", item, first=len(sets), number=1).change_set
    assert [one.id for one in paged] == [last]


def test_metadata_of_a_collection(sdk: Any, api: Any) -> None:
    metadata = sdk.api("MetadataApi")
    made = sdk.api("CollectionApi").create_collection(sdk.models.CollectionType(), name="Old").id
    metadata.update_metadata("collection", made, document(sdk, title="New"))
    assert sdk.api("CollectionApi").get_collection(made).name == "New"
    # the schema says MetadataListDocument, recorded traffic a MetadataDocument; the SDK takes both
    assert metadata.get_metadata("collection", made).item is None
    assert api.get(f"/collection/{made}/metadata").json()["timespan"]


def test_fields(sdk: Any, api: Any) -> None:
    api_of_fields, models = sdk.api("MetadataFieldApi"), sdk.models
    listed = api_of_fields.get_metadata_fields(include_values=True, data=["all"]).field
    assert {"title", "portal_deleted"} <= {one.name for one in listed}
    definition = models.MetadataFieldType(
        type="string-exact",
        string_restriction=models.MetadataFieldStringType(max_length=9, pattern="[a-z]*"),
        default_value="x",
        external_id=["elsewhere"],
        index="extend",
        full_text=True,
        boost=1.5,
        sortable=True,
        data=[models.KeyValuePairType(key="colour", value="red")],
    )
    made = api_of_fields.update_or_create_metadata_field("sdk_field", definition)
    assert (made.name, made.type, made.string_restriction.max_length) == ("sdk_field", "string-exact", 9)
    read = api_of_fields.get_metadata_field("sdk_field", data=["col*"])
    assert (read.external_id, read.index, read.boost, read.sortable) == (["elsewhere"], "extend", 1.5, True)
    assert read.data[0].value == "red"
    assert sdk.complaints(api.get("/metadata-field").json(), "MetadataFieldListType") == []
    api_of_fields.delete_metadata_field("sdk_field")
    assert "sdk_field" not in {one.name for one in api_of_fields.get_metadata_fields().field}


def test_values_of_a_field(sdk: Any, api: Any) -> None:
    api_of_fields, models = sdk.api("MetadataFieldApi"), sdk.models
    pairs = [models.StorageGroupTypeData(key=key, value=value) for key, value in (("a", "Ape"), ("b", "Bee"))]
    api_of_fields.update_metadata_field_enumeration("portal_mf10006", models.SimpleMetadataType(field=pairs))
    read = api_of_fields.get_metadata_field_enumeration("portal_mf10006", value_start="B", hits=5)
    assert [(one.key, one.value) for one in read.field] == [("b", "Bee")]
    shown = api.get("/metadata-field/portal_mf10006?includeValues=true").json()
    assert sdk.complaints(shown, "MetadataFieldType") == []
    assert (
        api_of_fields.get_metadata_field("portal_mf10006", include_values=True).values.field[0].value == "Ape"
    )


def test_pairs_of_a_field(sdk: Any) -> None:
    api_of_fields, models = sdk.api("MetadataFieldApi"), sdk.models
    pairs = models.SimpleMetadataType(field=[models.StorageGroupTypeData(key="unit", value="m")])
    api_of_fields.update_metadata_field_metadata("portal_mf10013", pairs)
    api_of_fields.update_metadata_field_metadata_key("portal_mf10013", "scale", "10")
    read = api_of_fields.get_metadata_field_metadata("portal_mf10013")
    assert {one.key: one.value for one in read.field} == {"unit": "m", "scale": "10"}
    assert api_of_fields.get_metadata_field_metadata_key("portal_mf10013", "unit") == "m"
    api_of_fields.delete_metadata_field_metadata_key("portal_mf10013", "unit")
    api_of_fields.delete_metadata_field_metadata("portal_mf10013")
    assert api_of_fields.get_metadata_field_metadata("portal_mf10013").field == []


def test_groups(sdk: Any) -> None:
    groups, models = sdk.api("MetadataFieldGroupsApi"), sdk.models
    new = models.MetadataFieldType(name="sdk_new", type="integer")
    title = models.MetadataFieldType(name="title")
    groups.update_or_create_metadata_field_group("Sdk", models.MetadataFieldGroupType(field=[new, title]))
    groups.add_metadata_field_group_to_field_group("Sdk", "Person")
    groups.update_metadata_field_group("Sdk", "portal_mf10001")
    flat, deep = (groups.get_metadata_field_group("Sdk", traverse=one) for one in (False, True))
    assert [one.name for one in flat.field] == ["sdk_new", "title", "portal_mf10001"]
    assert (flat.group[0].name, flat.group[0].field) == ("Person", None)
    assert [one.name for one in deep.group[0].field] == ["portal_mf10003"]
    listed = {one.name: one for one in groups.get_metadata_field_groups(content=True).group}
    assert listed["Sdk"].field[0].type == "integer"
    groups.delete_metadata_field_group_from_field_group("Sdk", "Person")
    groups.delete_metadata_field_group_field("Sdk", "title")
    groups.update_metadata_field_group_metadata_key("Sdk", "colour", "red")
    assert groups.get_metadata_field_group_metadata_key("Sdk", "colour") == "red"
    assert groups.get_metadata_field_group_metadata("Sdk").field[0].value == "red"
    groups.delete_metadata_field_group_metadata("Sdk")
    groups.update_or_create_metadata_field_group("Sdk", models.MetadataFieldGroupType(), clear=True)
    assert groups.get_metadata_field_group("Sdk").field == []
    groups.delete_metadata_field_group("Sdk")
    assert "Sdk" not in {one.name for one in groups.get_metadata_field_groups().group}
