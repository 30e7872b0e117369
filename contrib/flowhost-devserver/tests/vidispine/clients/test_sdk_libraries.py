"""The vendor's SDK: libraries, made of lists and of searches."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def items(sdk: Any) -> list[str]:
    """The ids of three placeholders, two of them of foxes."""
    models, made = sdk.models, []
    for title in ("red fox", "grey fox", "blue whale"):
        field = models.MetadataFieldValueType(name="title", value=[models.MetadataValueType(value=title)])
        span = models.MetadataTypeTimespan(start="-INF", end="+INF", field=[field])
        given = models.MetadataType(timespan=[span])
        made.append(sdk.api("ImportApi").create_placeholder(given, container=1).id)
    return made


def search(sdk: Any, title: str) -> Any:
    value = sdk.models.ItemSearchValueType(value=title)
    return sdk.models.ItemSearchType(field=[sdk.models.SearchFieldType(name="title", value=[value])])


def made(sdk: Any, *items: str, **more: Any) -> str:
    listed = sdk.models.ItemListType(item=[sdk.models.ItemType(id=one) for one in items])
    [library] = sdk.api("LibraryApi").create_library(listed, **more).uri
    return str(library)


def held(sdk: Any, library: str) -> list[str]:
    return [one.id for one in sdk.api("LibraryApi").get_library(library).item]


def test_a_library_of_a_list(sdk: Any, items: list[str]) -> None:
    libraries, models = sdk.api("LibraryApi"), sdk.models
    library = made(sdk, items[0], external_id="shelf-7")
    libraries.add_item_to_library(library, items[1])
    libraries.update_library_content(
        "shelf-7", models.ItemListType(item=[models.ItemType(id=items[2]), models.ItemType(id=items[0])])
    )
    assert held(sdk, library) == items
    libraries.delete_item_from_library(library, items[2])
    read = libraries.get_library(library, content=["metadata"], field=["title"], number=1)
    assert (read.hits, [one.id for one in read.item], read.library) == (2, items[:1], library)


def test_a_library_of_a_search(sdk: Any, items: list[str]) -> None:
    api_of_items, libraries = sdk.api("ItemApi"), sdk.api("LibraryApi")
    found = api_of_items.search_items(
        search(sdk, "fox"), result="library", auto_refresh=True, update_mode="REPLACE", update_frequency="60"
    )
    assert held(sdk, found.library) == items[:2]
    within = api_of_items.search_items(search(sdk, "grey"), library=found.library)
    assert ([one.id for one in within.item], within.library) == (items[1:2], None)
    outside = api_of_items.search_items(search(sdk, "whale"), library=found.library)
    assert outside.hits == 0
    into = api_of_items.search_items(search(sdk, "whale"), library_id=found.library)
    assert into.library == found.library
    assert held(sdk, found.library) == items[2:]
    listed = libraries.get_libraries(auto_refresh=True, update_mode="REPLACE", frequency_from=59)
    assert listed.uri == [found.library]
    assert libraries.get_libraries(frequency_to=60).uri is None


def test_settings(sdk: Any, api: Any, items: list[str]) -> None:
    libraries, library = sdk.api("LibraryApi"), made(sdk)
    settings = sdk.models.LibrarySettingsType(
        auto_refresh=True, update_mode="REPLACE", update_frequency=30, query=search(sdk, "fox")
    )
    libraries.update_library_settings(library, settings)
    read = libraries.get_library_settings(library)
    assert (read.id, read.username, read.auto_refresh, read.update_frequency) == (library, "admin", True, 30)
    assert read.query.field[0].value[0].value == "fox"
    assert sdk.complaints(api.get(f"/library/{library}/settings").json(), "LibrarySettingsType") == []
    assert held(sdk, library) == items[:2]


def test_metadata_of_a_library(sdk: Any) -> None:
    libraries, library = sdk.api("LibraryApi"), made(sdk)
    pairs = [sdk.models.StorageGroupTypeData(key="rule", value="7")]
    libraries.update_library_metadata(library, sdk.models.SimpleMetadataType(field=pairs))
    libraries.update_library_metadata_key(library, "colour", "red")
    read = libraries.get_library_metadata(library)
    assert {one.key: one.value for one in read.field} == {"rule": "7", "colour": "red"}
    assert libraries.get_library_metadata_key(library, "colour") == "red"
    libraries.delete_library_metadata_key(library, "colour")
    libraries.delete_library_metadata(library)
    assert libraries.get_library_metadata(library).field is None


def test_a_job_changes_all_items(sdk: Any, module_server: Any, items: list[str]) -> None:
    models, library = sdk.models, made(sdk, items[0])
    field = models.MetadataFieldValueType(
        name="portal_mf10001", value=[models.MetadataValueType(value="Vulpes")]
    )
    span = models.MetadataTypeTimespan(start="-INF", end="+INF", field=[field])
    given = models.MetadataType(timespan=[span])
    job = sdk.api("LibraryApi").update_library_item_metadata(library, given, priority="HIGH")
    assert (job.type, job.priority) == ("UPDATE_LIBRARY_ITEM_METADATA", "HIGH")
    assert module_server.site.jobs.wait(job.job_id, 60).status == "FINISHED"
    read = sdk.api("MetadataApi").get_metadata("item", items[0], field=["portal_mf10001"])
    assert read.item[0].metadata.timespan[0].field[0].value[0].value == "Vulpes"


def test_deleting(sdk: Any, module_server: Any) -> None:
    libraries = sdk.api("LibraryApi")
    first, second, third = (made(sdk) for _ in range(3))
    # at once there is no job to tell of; the SDK would take nothing for a job without a status
    assert libraries.delete_library(first, _preload_content=False).data == b""
    job = libraries.delete_libraries(id=[second, third, "VX*999"], **{"async": True})
    assert module_server.site.jobs.wait(job.job_id, 60).status == "FINISHED"
    assert not {first, second, third} & set(libraries.get_libraries(number=1000).uri or ())
