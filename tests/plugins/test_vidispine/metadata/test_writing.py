"""What is sent so that metadata becomes another, and that it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost_plugins.vidispine.metadata.tree import Group, flat, with_fields
from flowhost_plugins.vidispine.metadata.writing import difference, whole

ADA = Group("Person", "u-1", {"person_name": ("Ada",), "person_role": ("host",)})
BO = Group("Person", "u-2", {"person_name": ("Bo",), "person_role": ("guest",)})
CAST = Group("", "", {"title": ("Harbour",)}, (ADA, BO))


def contents(document: dict[str, Any] | None) -> dict[str, Any]:
    assert document is not None
    (span,) = document["timespan"]
    assert (span.pop("start"), span.pop("end")) == ("-INF", "+INF")
    return dict(span)


def test_names_have_the_groups_that_they_are_in() -> None:
    nested = replace(CAST, groups=(*CAST.groups, Group("Film", "u-3", {}, (ADA,))))
    assert flat(nested) == {
        "title": ("Harbour",),
        "Person/person_name": ("Ada", "Bo"),
        "Person/person_role": ("host", "guest"),
        "Film/Person/person_name": ("Ada",),
        "Film/Person/person_role": ("host",),
    }


def test_only_what_changed_is_sent() -> None:
    changed = with_fields(CAST, {"title": ["Harbour"], "some_field": ["a", "b"]})
    assert contents(difference(CAST, changed)) == {
        "field": [{"name": "some_field", "value": [{"value": "a"}, {"value": "b"}]}]
    }
    assert difference(CAST, with_fields(CAST, {"title": ["Harbour"]})) is None
    assert difference(CAST, with_fields(CAST, {"no_field": [], "No/no_field": []})) is None


def test_a_field_without_values_is_gone() -> None:
    changed = with_fields(CAST, {"title": []})
    assert "title" not in flat(changed)
    assert contents(difference(CAST, changed)) == {"field": [{"name": "title", "value": []}]}


def test_each_instance_keeps_its_share() -> None:
    changed = with_fields(CAST, {"Person/person_name": ["Ada", "Di"]})
    assert contents(difference(CAST, changed)) == {
        "group": [
            {"name": "Person", "uuid": "u-2", "field": [{"name": "person_name", "value": [{"value": "Di"}]}]}
        ]
    }


def test_another_number_of_values_goes_to_the_first_instance() -> None:
    changed = with_fields(CAST, {"Person/person_name": ["Cy", "Di", "Eve"]})
    assert flat(changed)["Person/person_name"] == ("Cy", "Di", "Eve")
    assert flat(changed)["Person/person_role"] == ("host", "guest")
    first, second = contents(difference(CAST, changed))["group"]
    assert [one["value"] for one in first["field"][0]["value"]] == ["Cy", "Di", "Eve"]
    assert second == {"name": "Person", "uuid": "u-2", "field": [{"name": "person_name", "value": []}]}


def test_an_instance_that_becomes_empty_is_removed() -> None:
    changed = with_fields(CAST, {"Person/person_name": ["Ada"], "Person/person_role": ["host"]})
    assert contents(difference(CAST, changed)) == {
        "group": [{"name": "Person", "uuid": "u-2", "mode": "remove"}]
    }
    none = with_fields(CAST, {"Person/person_name": [], "Person/person_role": []})
    assert [one["mode"] for one in contents(difference(CAST, none))["group"]] == ["remove", "remove"]


def test_groups_that_are_missing_are_made() -> None:
    changed = with_fields(CAST, {"Film/Scene/scene_name": ["Quay"], "Film/Scene/scene_take": ["3"]})
    fields = [
        {"name": "scene_name", "value": [{"value": "Quay"}]},
        {"name": "scene_take", "value": [{"value": "3"}]},
    ]
    assert contents(difference(CAST, changed)) == {
        "group": [{"name": "Film", "mode": "add", "group": [{"name": "Scene", "field": fields}]}]
    }


def test_the_document_of_something_new_has_no_modes() -> None:
    made = with_fields(Group(), {"title": ["x"], "Person/person_name": ["Ada", "Bo"]})
    assert contents(whole(made)) == {
        "field": [{"name": "title", "value": [{"value": "x"}]}],
        "group": [
            {
                "name": "Person",
                "field": [{"name": "person_name", "value": [{"value": "Ada"}, {"value": "Bo"}]}],
            }
        ],
    }


@pytest.mark.parametrize("name", ["", "/x", "Person/", "a//b"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(flowhost.Permanent, match="expected FIELD or GROUP/FIELD"):
        with_fields(CAST, {name: ["x"]})


def test_values_that_cannot_be() -> None:
    with pytest.raises(flowhost.Permanent, match="are one text, expected a list"):
        with_fields(CAST, {"title": "Harbour"})
    with pytest.raises(flowhost.Permanent, match="is a int, expected a text"):
        with_fields(CAST, {"title": [3]})  # type: ignore[list-item]  # which is the point
    with pytest.raises(flowhost.Permanent, match="more than 50 deep"):
        with_fields(CAST, {"/".join("abcdefghij" * 6): ["x"]})


NAMES = st.sampled_from(["a_a", "b_b", "G/a_a", "G/b_b", "G/H/a_a", "G/H/b_b", "K/a_a"])
VALUES = st.lists(st.sampled_from(["x", "y", "z"]), max_size=3)


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=5))
def test_what_is_sent_makes_exactly_these_values(changes: list[dict[str, list[str]]]) -> None:
    tree, expected = Group(), dict[str, tuple[str, ...]]()
    for fields in changes:
        after = with_fields(tree, fields)
        document = difference(tree, after)
        tree = applied(tree, document) if document else tree
        expected |= {name: tuple(values) for name, values in fields.items()}
        assert flat(tree) == flat(after) == {name: values for name, values in expected.items() if values}


def applied(tree: Group, document: Mapping[str, Any]) -> Group:
    """What a server makes of a document: fields replaced, groups found by uuid, added, removed."""
    (span,) = document["timespan"]
    return level(tree, span)


_made = iter(range(10**9))


def level(group: Group, given: Mapping[str, Any]) -> Group:
    fields = dict(group.fields)
    for one in given.get("field", ()):
        fields[one["name"]] = tuple(value["value"] for value in one["value"])
    groups = list(group.groups)
    for one in given.get("group", ()):
        if "uuid" not in one:
            groups.append(level(Group(one["name"], f"u-{next(_made)}"), one))
            continue
        (place,) = [at for at, held in enumerate(groups) if held.uuid == one["uuid"]]
        if one.get("mode") == "remove":
            del groups[place]
        else:
            groups[place] = level(groups[place], one)
    kept = {name: values for name, values in fields.items() if values}
    return replace(group, fields=kept, groups=tuple(groups))
