"""Items and their metadata, through the face of the catalogue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import flowhost
from flowhost import AccessEntry
from flowhost_plugins.catalogue import Catalogue, Group, NotFound


def test_an_item_is_as_it_was_made(catalogue: Catalogue) -> None:
    made = catalogue.create_item(
        {"colour": ["red", "blue"], "Film/actor": ["Ann"]}, title="Night", external_id="house-1"
    )

    assert made == catalogue.item(made.id) == catalogue.item("house-1")
    assert made.id == "VX-1"
    assert made.title == "Night"
    assert made.placeholder
    assert made.fields == {"colour": ("red", "blue"), "title": ("Night",), "Film/actor": ("Ann",)}
    assert made.external_id == "house-1"
    assert made.created == made.updated == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_record_has_all_of_it(catalogue: Catalogue) -> None:
    cast = Group("Cast", {"name": ("Ann",)}, (Group("Role", {"text": ("Queen",)}),))
    made = catalogue.create_item(
        {"a": ["1"]}, groups=[cast], access=[AccessEntry("editors", permission="WRITE")]
    )

    record = catalogue.record(made.id)

    assert record.fields == {"a": ("1",)}
    assert [group.name for group in record.groups] == ["Cast"]
    assert record.groups[0].groups[0].fields == {"text": ("Queen",)}
    assert record.groups[0].id and record.groups[0].groups[0].id
    assert [one.entry for one in record.access] == [AccessEntry("editors", permission="WRITE")]
    assert (record.shapes, record.external_ids, record.revision) == ((), (), "1")


def test_what_is_not_there_is_none_or_an_error(catalogue: Catalogue) -> None:
    for item_id in ("VX-9", "nobody", "", "VX-0", "vx-1", "VX-99999999999999999999", "a\0b", "\ud800"):
        assert catalogue.item(item_id) is None
        assert catalogue.delete_item(item_id) is False
        with pytest.raises(NotFound, match="the catalogue has no item"):
            catalogue.record(item_id)
        with pytest.raises(flowhost.Permanent):
            catalogue.set_metadata(item_id, {"a": ["1"]})


def test_setting_fields_leaves_the_others(catalogue: Catalogue, library: Any) -> None:
    item = catalogue.create_item({"a": ["1"], "b": ["2"]})
    library.clock.advance(1)

    changed = catalogue.set_metadata(item.id, {"b": ["3", "4"], "c": ["5"]})

    assert changed.fields == {"a": ("1",), "b": ("3", "4"), "c": ("5",)}
    assert item.created and changed.created == item.created
    assert changed.updated == item.created + timedelta(seconds=1)
    assert catalogue.set_metadata(item.id, {"a": [], "missing": []}).fields == {"b": ("3", "4"), "c": ("5",)}


def test_equal_values_are_no_change(catalogue: Catalogue) -> None:
    item = catalogue.create_item({"a": ["1"], "G/b": ["2"]})
    seen = catalogue.last_change()

    assert catalogue.set_metadata(item.id, {"a": ["1"], "G/b": ["2"], "none": []}) == item
    assert catalogue.set_groups(item.id, "Other", []).revision == item.revision
    assert catalogue.last_change() == seen

    instances = [Group("P", {"n": ("1",)}), Group("P", {"n": ("2",)}), Group("P")]
    grouped = catalogue.set_groups(item.id, "P", instances)
    assert catalogue.set_metadata(item.id, {"P/n": ["1", "2"], "P/none": []}).revision == grouped.revision
    assert catalogue.record(item.id).groups == grouped.groups


def test_a_stale_revision_conflicts_and_changes_nothing(catalogue: Catalogue) -> None:
    item = catalogue.create_item({"a": ["1"]})
    newer = catalogue.set_metadata(item.id, {"a": ["2"]}, revision=item.revision)

    for attempt in (
        lambda: catalogue.set_metadata(item.id, {"a": ["3"]}, revision=item.revision),
        lambda: catalogue.set_groups(item.id, "G", [Group("G", {"x": ("1",)})], item.revision),
        lambda: catalogue.update_item(item.id, title="new", revision=item.revision),
        lambda: catalogue.set_access(item.id, [AccessEntry("g")], revision=item.revision),
        lambda: catalogue.set_metadata(item.id, {"a": ["3"]}, revision="nonsense"),
    ):
        with pytest.raises(flowhost.Conflict, match="VX-1 has revision 2"):
            attempt()

    assert catalogue.item(item.id) == newer
    assert catalogue.access(item.id) == ()


def test_every_kind_of_change_makes_a_new_revision(catalogue: Catalogue) -> None:
    item = catalogue.create_item({})
    seen = [item.revision]

    catalogue.set_metadata(item.id, {"a": ["1"]})
    seen.append(catalogue.record(item.id).revision)
    catalogue.set_groups(item.id, "G", [Group("G", {"x": ("1",)})])
    seen.append(catalogue.record(item.id).revision)
    catalogue.set_access(item.id, [AccessEntry("g")])
    seen.append(catalogue.record(item.id).revision)
    seen.append(catalogue.update_item(item.id, external_ids=["e"]).revision)
    seen.append(catalogue.update_item(item.id, title="T").revision)

    assert [int(one) for one in seen] == sorted({int(one) for one in seen})


def test_a_field_of_a_repeated_group_goes_into_the_first_instance(catalogue: Catalogue) -> None:
    item = catalogue.create_item({})
    people = [Group("P", {"name": ("Ann",), "age": ("5",)}), Group("P", {"name": ("Bob",)})]
    catalogue.set_groups(item.id, "P", people)

    changed = catalogue.set_metadata(item.id, {"P/name": ["Cy", "Di"]})

    assert changed.fields == {"P/name": ("Cy", "Di"), "P/age": ("5",)}
    assert len(catalogue.record(item.id).groups) == 1, "an instance without any field is gone"


def test_groups_are_replaced_in_their_order_and_keep_their_ids(catalogue: Catalogue) -> None:
    item = catalogue.create_item({"Other/x": ["1"]})
    before = catalogue.set_groups(item.id, "P", [Group("P", {"n": ("1",)}), Group("P", {"n": ("2",)})])
    first, second = (one for one in before.groups if one.name == "P")

    after = catalogue.set_groups(item.id, "P", [second, first, Group("P", {"n": ("3",)})])

    assert [one.name for one in after.groups] == ["Other", "P", "P", "P"]
    assert after.groups[1:3] == (second, first)
    assert catalogue.set_metadata(item.id, {}).fields["P/n"] == ("2", "1", "3")
    assert [one.name for one in catalogue.set_groups(item.id, "P", ()).groups] == ["Other"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"": ["1"]}, "expected a text without '/'"),
        ({"a/": ["1"]}, "expected a text without '/'"),
        ({"/a": ["1"]}, "expected a text without '/'"),
        ({"a": "text"}, "expected a list of texts"),
        ({"a": [1]}, "a value of the metadata field 'a' is a int"),
    ],
)
def test_unusable_fields_are_refused(catalogue: Catalogue, fields: Any, message: str) -> None:
    item = catalogue.create_item({})
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.set_metadata(item.id, fields)
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.create_item(fields)
    assert catalogue.count_items() == 1


def test_any_text_is_a_value(catalogue: Catalogue) -> None:
    values = ["", " ", "\0", "\ud800", "\U0001f3ac", "a\nb", "%_\\", "<x>&</x>", "x" * 100_000]
    item = catalogue.create_item({"odd name \0 \ud800": values}, title="nul \0 half \ud800")

    found = catalogue.item(item.id)

    assert found and found.fields["odd name \0 \ud800"] == tuple(values)
    assert found.fields["title"] == ("nul \0 half \ud800",)


def test_groups_may_not_be_nested_without_end(catalogue: Catalogue) -> None:
    group = Group("G", {"x": ("1",)})
    for _ in range(60):
        group = Group("G", {}, (group,))
    with pytest.raises(flowhost.Permanent, match="nested more than 50 deep"):
        catalogue.create_item({}, groups=[group])
    with pytest.raises(flowhost.Permanent, match="nested more than 50 deep"):
        catalogue.create_item({"g/" * 60 + "x": ["1"]})


def test_an_external_id_belongs_to_one_item(catalogue: Catalogue) -> None:
    first = catalogue.create_item({}, external_id="house")
    with pytest.raises(flowhost.Conflict, match="'house' belongs to the item VX-1 already"):
        catalogue.create_item({}, external_id="house")
    second = catalogue.create_item({})
    with pytest.raises(flowhost.Conflict):
        catalogue.update_item(second.id, external_ids=["mine", "house"])
    assert catalogue.record(second.id).external_ids == ()

    assert catalogue.update_item(first.id, external_ids=["b", "a"]).external_ids == ("b", "a")
    assert catalogue.item("house") is None
    assert catalogue.update_item(second.id, external_ids=["house"]).external_ids == ("house",)


@pytest.mark.parametrize("external_id", ["", "x" * 257, "a\0", "\ud800", "VX-7"])
def test_an_external_id_must_be_usable(catalogue: Catalogue, external_id: str) -> None:
    with pytest.raises(flowhost.Permanent, match="the external id"):
        catalogue.create_item({}, external_id=external_id)
    assert catalogue.count_items() == 0


def test_update_changes_all_or_nothing(catalogue: Catalogue) -> None:
    item = catalogue.create_item({"a": ["1"], "b": ["2"]}, external_id="taken")
    other = catalogue.create_item({"c": ["3"]}, title="T", access=[AccessEntry("g")])

    with pytest.raises(flowhost.Conflict):
        catalogue.update_item(other.id, title="N", fields={"d": ["4"]}, access=[], external_ids=["taken"])
    assert catalogue.item(other.id) == other
    assert catalogue.access(other.id) == (AccessEntry("g"),)

    changed = catalogue.update_item(
        item.id, title="N", fields={"d": ["4"]}, groups=[Group("G", {"x": ("1",)})], media_type="video"
    )
    assert changed.fields == {"d": ("4",), "title": ("N",)}
    assert (changed.title, changed.media_type, changed.revision) == ("N", "video", "2")


def test_paging_shows_each_item_once_while_others_come_and_go(catalogue: Catalogue) -> None:
    ids = [catalogue.create_item({"n": [str(number)]}).id for number in range(10)]

    first = catalogue.items(number=4)
    catalogue.delete_item(ids[3])
    catalogue.delete_item(ids[5])
    late = catalogue.create_item({})
    second = catalogue.items(number=4, cursor=first.cursor)
    third = catalogue.items(number=4, cursor=second.cursor)

    assert [item.id for item in first.items] == ids[:4]
    assert [item.id for item in (*second.items, *third.items)] == [ids[4], *ids[6:], late.id]
    assert third.cursor is None
    assert catalogue.items(number=9).cursor is None
    assert catalogue.items(number=8).cursor


def test_a_page_needs_a_cursor_of_ours(catalogue: Catalogue) -> None:
    for cursor in ("", "-1", "x", "1; DROP TABLE", "٣"):
        with pytest.raises(flowhost.Permanent, match="the cursor is"):
            catalogue.items(cursor=cursor)
    with pytest.raises(flowhost.Permanent, match="number is 0"):
        catalogue.items(number=0)


def test_words_are_found_in_values_and_external_ids_whatever_their_case(catalogue: Catalogue) -> None:
    catalogue.create_item({"G/name": ["Élodie STRAẞE"]}, external_id="House-7")
    catalogue.create_item({"name": ["100%_sure"]}, title="Other")

    def found(text: str) -> list[str]:
        return [item.id for item in catalogue.items(text=text).items]

    assert found("élodie strasse") == found("HOUSE") == ["VX-1"]
    assert found("100%_S") == found("oth") == ["VX-2"]
    assert found("%x") == found("name") == []
    assert catalogue.count_items("s") == 2
    catalogue.update_item("VX-1", external_ids=[])
    assert found("house") == []


def test_a_deleted_item_is_gone_and_its_number_is_not_used_again(catalogue: Catalogue) -> None:
    item = catalogue.create_item({"a": ["1"]}, external_id="e", access=[AccessEntry("g")])
    assert catalogue.delete_item("e") is True
    assert catalogue.delete_item(item.id) is False
    assert catalogue.items().items == ()
    again = catalogue.create_item({}, external_id="e")
    assert again.id != item.id
    assert catalogue.access(again.id) == ()


def test_access_entries(catalogue: Catalogue) -> None:
    item = catalogue.create_item({})
    read, write = AccessEntry("g"), AccessEntry("ann", "user", "WRITE", 5)
    catalogue.set_access(item.id, [read, write, read])
    catalogue.set_access(item.id, [read], scope="media")
    assert catalogue.access(item.id) == (read, write)

    added = catalogue.add_access(item.id, AccessEntry("h"))
    assert catalogue.add_access(item.id, AccessEntry("h")) == added
    assert catalogue.add_access(item.id, AccessEntry("h"), scope="media").id != added.id
    assert catalogue.remove_access(item.id, added.id) is True
    assert catalogue.remove_access(item.id, added.id) is False
    assert catalogue.remove_access(item.id, "nonsense") is False

    assert [(one.scope, one.entry.grantee) for one in catalogue.record(item.id).access] == [
        ("", "g"),
        ("", "ann"),
        ("media", "g"),
        ("media", "h"),
    ]
    other = catalogue.create_item({})
    assert catalogue.remove_access(other.id, catalogue.record(item.id).access[0].id) is False


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (AccessEntry("g", permission="WRTIE"), "did you mean 'WRITE'"),  # type: ignore[arg-type]  # that is the test
        (AccessEntry("g", kind="robot"), "expected user or group"),  # type: ignore[arg-type]  # that is the test
        (AccessEntry(""), "the grantee is ''"),
        (AccessEntry("a\0"), "the grantee is"),
    ],
)
def test_unusable_access_is_refused(catalogue: Catalogue, entry: AccessEntry, message: str) -> None:
    item = catalogue.create_item({}, access=[AccessEntry("g")])
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.set_access(item.id, [entry])
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.add_access(item.id, entry)
    assert catalogue.access(item.id) == (AccessEntry("g"),)
