"""Collections and their members."""

from __future__ import annotations

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, Group, Member, NotFound


def test_a_collection_is_as_it_was_made(catalogue: Catalogue) -> None:
    made = catalogue.create_collection(
        "News", kind="series", fields={"a": ["1"]}, groups=[Group("G", {"b": ("2",)})]
    )
    assert catalogue.collection(made.id) == made
    assert (made.name, made.kind, made.parents, made.fields) == ("News", "series", (), {"a": ("1",)})
    assert made.groups[0].fields == {"b": ("2",)}
    with pytest.raises(NotFound, match="no collection 'VX-9'"):
        catalogue.collection("VX-9")
    with pytest.raises(flowhost.Permanent, match="the name of the collection"):
        catalogue.create_collection("")


def test_members_have_an_order(catalogue: Catalogue) -> None:
    items = [catalogue.create_item({}, external_id=name).id for name in ("a", "b", "c")]
    news = catalogue.create_collection("News")
    for item in (items[1], items[0]):
        assert catalogue.add_member(news.id, item) is True
    assert catalogue.add_member(news.id, "a") is False, "by whichever id, it is a member"

    assert catalogue.members(news.id) == [Member(items[1]), Member(items[0])]
    assert [one.id for one in catalogue.collections_of("a")] == [news.id]
    catalogue.set_members(news.id, [Member(one) for one in (*items, items[0])])
    assert catalogue.members(news.id) == [Member(one) for one in items]
    assert catalogue.remove_member(news.id, "b") is True
    assert catalogue.remove_member(news.id, "b") is False
    with pytest.raises(NotFound, match="no item 'nobody'"):
        catalogue.add_member(news.id, "nobody")
    with pytest.raises(NotFound):
        catalogue.set_members(news.id, [Member("nobody")])
    assert catalogue.members(news.id) == [Member(items[0]), Member(items[2])]

    before, seen = catalogue.collection(news.id).revision, catalogue.last_change()
    catalogue.set_members(news.id, [])
    assert catalogue.members(news.id) == []
    assert catalogue.collection(news.id).revision != before
    told = catalogue.changes(seen)
    assert {(one.kind, one.action, one.id) for one in told} == {("collection", "MODIFY", news.id)}
    assert [(one.details["content"], one.details["memberId"]) for one in told] == [
        ("remove", items[0]),
        ("remove", items[2]),
    ]


def test_collections_within_collections(catalogue: Catalogue) -> None:
    top = catalogue.create_collection("top")
    middle = catalogue.create_collection("middle", parent=top.id)
    low = catalogue.create_collection("low", kind="itemset", parent=middle.id)
    other = catalogue.create_collection("other")
    catalogue.add_member(other.id, low.id, kind="collection")

    assert catalogue.collection(low.id).parents == (middle.id, other.id)
    assert [one.id for one in catalogue.collections(parent=top.id)] == [middle.id]
    assert [one.id for one in catalogue.collections(parent="")] == [top.id, other.id]
    assert [one.id for one in catalogue.collections(kind="itemset")] == [low.id]
    assert [one.id for one in catalogue.collections(name="other")] == [other.id]
    for child in (top, middle, low):
        with pytest.raises(flowhost.Permanent, match="which it contains"):
            catalogue.add_member(low.id, child.id, kind="collection")
    with pytest.raises(NotFound, match="no collection"):
        catalogue.add_member(low.id, "VX-99", kind="collection")
    with pytest.raises(NotFound, match="no collection"):
        catalogue.create_collection("x", parent="VX-99")
    assert len(catalogue.collections()) == 4


def test_a_change_makes_a_new_revision(catalogue: Catalogue) -> None:
    made = catalogue.create_collection("News", fields={"a": ["1"]})
    renamed = catalogue.update_collection(made.id, name="Old news", revision=made.revision)
    assert (renamed.name, renamed.fields) == ("Old news", {"a": ("1",)})
    with pytest.raises(flowhost.Conflict):
        catalogue.update_collection(made.id, fields={}, revision=made.revision)
    assert catalogue.update_collection(made.id, name="Old news") == renamed
    assert catalogue.update_collection(made.id, fields={"b": ["2"]}, groups=[]).fields == {"b": ("2",)}
    seen = catalogue.collection(made.id).revision
    catalogue.add_member(made.id, catalogue.create_item({}).id)
    assert int(catalogue.collection(made.id).revision) > int(seen)


def test_deleting_leaves_the_others(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    top = catalogue.create_collection("top")
    low = catalogue.create_collection("low", parent=top.id)
    catalogue.add_member(low.id, item)
    catalogue.add_member(top.id, item)

    assert catalogue.delete_collection(low.id) is True
    assert catalogue.delete_collection(low.id) is False
    assert catalogue.members(top.id) == [Member(item)]
    seen = int(catalogue.collection(top.id).revision)
    catalogue.delete_item(item)
    assert catalogue.members(top.id) == []
    assert int(catalogue.collection(top.id).revision) > seen
    assert [one.id for one in catalogue.changes() if one.kind == "collection"][-1] == top.id
