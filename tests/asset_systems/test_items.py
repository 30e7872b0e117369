"""Items: made, read, found, described, deleted."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import flowhost
from flowhost import AssetSystem


def all_items(assets: AssetSystem, *, text: str = "", number: int = 100) -> list[flowhost.Item]:
    found: list[flowhost.Item] = []
    cursor = None
    while True:
        page = assets.items(text=text, cursor=cursor, number=number)
        assert len(page.items) <= number
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found


def test_it_fills_the_role(assets: AssetSystem) -> None:
    assert AssetSystem in type(assets).__mro__  # which is how the host finds it


def test_a_new_item_is_a_placeholder_with_its_metadata(assets: AssetSystem, names: Any) -> None:
    before = datetime.now(UTC) - timedelta(minutes=5)
    made = assets.create_item({names.synopsis: ["Boats"]}, title="Harbour", external_id="SITE-1")
    assert (made.title, made.external_id, made.placeholder) == ("Harbour", "SITE-1", True)
    assert made.fields[names.synopsis] == ("Boats",)
    assert made.created is not None
    assert made.created > before
    assert made.updated is not None
    assert assets.item(made.id) == made


def test_an_item_is_found_by_its_external_id_too(assets: AssetSystem) -> None:
    made = assets.create_item({}, title="Harbour", external_id="SITE/1 é")
    assert assets.item("SITE/1 é") == made
    assert assets.item("SITE/1") is None


def test_an_item_needs_neither_title_nor_metadata_nor_external_id(assets: AssetSystem) -> None:
    one, two = assets.create_item({}), assets.create_item({})
    assert one.id != two.id
    assert one.external_id is None


def test_what_is_not_there(assets: AssetSystem, names: Any) -> None:
    assert assets.item("nobody") is None
    assert assets.delete_item("nobody") is False
    assert assets.job("nobody") is None
    for refused in (
        lambda: assets.set_metadata("nobody", {names.synopsis: ["x"]}),
        lambda: assets.access("nobody"),
        lambda: assets.set_access("nobody", []),
    ):
        with pytest.raises(flowhost.Permanent, match="nobody"):
            refused()


def test_an_external_id_belongs_to_one_item(assets: AssetSystem) -> None:
    made = assets.create_item({}, title="First", external_id="SITE-1")
    with pytest.raises(flowhost.Conflict):
        assets.create_item({}, title="Second", external_id="SITE-1")
    assert all_items(assets) == [made]


def test_of_many_who_make_one_item_one_does(assets: AssetSystem) -> None:
    start = threading.Barrier(4)

    def make(number: int) -> str:
        start.wait(30)
        try:
            return assets.create_item({}, title=f"From {number}", external_id="SITE-1").id
        except flowhost.Conflict:
            return ""

    with ThreadPoolExecutor(4) as threads:
        ids = [made for made in threads.map(make, range(4)) if made]
    assert len(ids) == 1
    assert [item.id for item in all_items(assets)] == ids


# -- metadata


def test_fields_are_set_and_others_stay(assets: AssetSystem, names: Any) -> None:
    made = assets.create_item({names.synopsis: ["Boats"], names.owner: ["Ada"]}, title="Harbour")
    changed = assets.set_metadata(made.id, {names.synopsis: ["Ships"]})
    assert (changed.fields[names.synopsis], changed.fields[names.owner]) == (("Ships",), ("Ada",))
    assert changed.title == "Harbour"
    assert assets.item(made.id) == changed


def test_without_values_a_field_is_gone(assets: AssetSystem, names: Any) -> None:
    made = assets.create_item({names.synopsis: ["Boats"], names.owner: ["Ada"]})
    changed = assets.set_metadata(made.id, {names.synopsis: []})
    assert names.synopsis not in changed.fields
    assert assets.set_metadata(made.id, {names.synopsis: []}).fields == changed.fields


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "Zażółć 𝄞", "two\nlines", " blanks around "])
def test_texts_come_back_as_they_were(assets: AssetSystem, names: Any, text: str) -> None:
    made = assets.create_item({names.synopsis: [text]}, title="x")
    item = assets.item(made.id)
    assert item is not None
    assert item.fields[names.synopsis] == (text,)


def test_repeated_groups_have_the_values_of_all_instances(assets: AssetSystem, names: Any) -> None:
    made = assets.create_item({names.person: ["Ada", "Bo"], names.role: ["host", "guest"]}, title="x")
    assert (made.fields[names.person], made.fields[names.role]) == (("Ada", "Bo"), ("host", "guest"))
    changed = assets.set_metadata(made.id, {names.person: ["Cy", "Di", "Eve"]})
    assert changed.fields[names.person] == ("Cy", "Di", "Eve")
    assert changed.fields[names.role] == ("host", "guest")
    changed = assets.set_metadata(made.id, {names.person: [], names.role: []})
    assert not {names.person, names.role} & changed.fields.keys()


def test_each_change_has_its_revision(assets: AssetSystem, names: Any) -> None:
    first = assets.create_item({names.synopsis: ["one"]})
    same = assets.item(first.id)
    assert same is not None
    assert first.revision == same.revision != ""
    second = assets.set_metadata(first.id, {names.synopsis: ["two"]}, revision=first.revision)
    assert second.revision != first.revision
    with pytest.raises(flowhost.Conflict):
        assets.set_metadata(first.id, {names.synopsis: ["three"]}, revision=first.revision)
    now = assets.item(first.id)
    assert now is not None
    assert now.fields[names.synopsis] == ("two",)


def test_two_who_change_different_fields_at_once_both_do(assets: AssetSystem, names: Any) -> None:
    made = assets.create_item({})
    start = threading.Barrier(2)

    def change(name: str) -> None:
        start.wait(30)
        assets.set_metadata(made.id, {name: ["mine"]})

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(change, [names.synopsis, names.owner]))
    item = assets.item(made.id)
    assert item is not None
    assert (item.fields.get(names.synopsis), item.fields.get(names.owner)) == (("mine",), ("mine",))


# -- lists


def test_all_items_come_page_by_page(assets: AssetSystem) -> None:
    made = {assets.create_item({}, title=f"Item {number}").id for number in range(7)}
    for number in (1, 3, 7, 100):
        found = [item.id for item in all_items(assets, number=number)]
        assert (len(found), set(found)) == (7, made)


def test_a_library_may_be_empty(assets: AssetSystem) -> None:
    assert assets.items() == flowhost.Page((), None)


def test_items_are_found_by_their_text(assets: AssetSystem, names: Any) -> None:
    boats = assets.create_item({names.synopsis: ["all about boats"]}, title="Harbour")
    assets.create_item({names.synopsis: ["all about planes"]}, title="Airport")
    assert all_items(assets, text="boats") == [boats]
    assert all_items(assets, text="Harbour") == [boats]
    assert all_items(assets, text="trains") == []


# -- the end


def test_a_deleted_item_is_gone(assets: AssetSystem) -> None:
    made = assets.create_item({}, title="Harbour", external_id="SITE-1")
    assert assets.delete_item(made.id) is True
    assert assets.delete_item(made.id) is False
    assert assets.item(made.id) is None
    assert assets.item("SITE-1") is None
    assert all_items(assets) == []
    assert assets.create_item({}, external_id="SITE-1").id != made.id
