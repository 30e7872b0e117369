"""Metadata fields and their groups, as vidispine-adapter uses them and as its recorded traffic has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

TYPES = (
    "string",
    "string-exact",
    "string-noindex",
    "date",
    "date-sortable",
    "integer",
    "float",
    "boolean",
)
"""That were recorded."""


@pytest.fixture
def field(adapter: Any) -> Iterator[str]:
    adapter.metadata_field.create({"type": "string"}, "field_one")
    yield "field_one"
    adapter.client.delete("metadata-field/field_one")


@pytest.fixture
def groups(adapter: Any) -> Iterator[Any]:
    """The operations on groups; there are ``group_one`` and ``group_two``."""
    operations = adapter.metadata_field_group
    operations.create("group_one")
    operations.create("group_two")
    yield operations
    operations.delete("group_two")
    operations.delete("group_one")


class TestFields:
    @pytest.mark.parametrize("kind", TYPES)
    def test_create(self, adapter: Any, kind: str) -> None:
        name = f"field_{kind}".replace("-", "")
        made = adapter.metadata_field.create({"type": kind}, name)
        assert made == {"name": name, "type": kind, "origin": "VX"}
        assert adapter.metadata_field.get(name) == made

    def test_the_name_needs_an_underscore(self, refused: Callable[..., Any], adapter: Any) -> None:
        said = refused("invalidInput", adapter.metadata_field.create, {"type": "string"}, "fieldone")
        assert set(said) == {"context", "id", "explanation", "value"}
        assert (said["context"], said["id"], said["value"]) == ("metadata-field", "fieldone", "fieldone")

    def test_an_unknown_type(self, refused: Callable[..., Any], adapter: Any) -> None:
        refused("invalidInput", adapter.metadata_field.create, {"type": "colour"}, "field_two")

    def test_create_with_restrictions(self, adapter: Any) -> None:
        limits = {"minLength": 1, "maxLength": 10}
        made = adapter.metadata_field.create({"type": "string", "stringRestriction": limits}, "field_short")
        assert made["stringRestriction"] == limits

    def test_update(self, adapter: Any, field: str) -> None:
        changed = adapter.metadata_field.update({"type": "integer"}, field)
        assert changed == {"name": field, "type": "integer", "origin": "VX"}
        assert adapter.metadata_field.get(field, {"includeValues": True, "data": "all"})["type"] == "integer"

    def test_get_a_field_of_the_system(self, adapter: Any) -> None:
        found = adapter.metadata_field.get("title")
        assert found == {"name": "title", "type": "string", "system": "true", "origin": "VX"}

    def test_unknown_ones(self, refused: Callable[..., Any], adapter: Any) -> None:
        missing = {"type": "namespace", "id": "field_none", "context": None}
        assert refused("notFound", adapter.metadata_field.get, "field_none") == missing
        assert refused("notFound", adapter.metadata_field.delete, "field_none") == missing

    def test_list(self, adapter: Any, field: str) -> None:
        found = adapter.metadata_field.list()
        assert list(found) == ["field"]
        assert {"name", "type", "origin"} <= set.intersection(*(set(one) for one in found["field"]))
        assert {one["name"] for one in found["field"]} >= {field, "title", "originalFilename"}

    def test_delete(self, refused: Callable[..., Any], adapter: Any, api: Any) -> None:
        adapter.metadata_field.create({"type": "string"}, "field_gone")
        assert adapter.metadata_field.delete("field_gone") is None
        refused("notFound", adapter.metadata_field.get, "field_gone")
        adapter.metadata_field.create({"type": "string"}, "field_gone")
        answer = api.delete("/metadata-field/field_gone")
        assert (answer.status_code, answer.content) == (200, b"")

    def test_nothing_is_not_asked(self, adapter: Any, adapter_package: Any) -> None:
        for call in (
            lambda: adapter.metadata_field.create({}, "field_two"),
            lambda: adapter.metadata_field.get(""),
            lambda: adapter.metadata_field.delete(""),
        ):
            with pytest.raises(adapter_package.errors.InvalidInput):
                call()


class TestGroups:
    def test_create_and_get(self, groups: Any) -> None:
        found = groups.get("group_one", {"content": True})
        assert found["name"] == "group_one"
        assert {"name", "schema", "inheritance", "origin"} <= set(found)
        assert set(found["schema"]) == {"min", "max", "name"}
        assert found["inheritance"] == "false"

    def test_create_answers_with_nothing(self, groups: Any, api: Any) -> None:
        answer = api.put("/metadata-field/field-group/group_one")
        assert (answer.status_code, answer.content) == (200, b"")

    def test_list(self, groups: Any) -> None:
        found = groups.list()
        assert list(found) == ["group"]
        names = [one["name"] for one in found["group"]]
        assert {"Film", "Movie", "Person", "Actor", "BroadcastDate", "Demo", "group_one"} <= set(names)
        assert {"name", "schema", "inheritance", "origin"} <= set(found["group"][0])
        [film] = [one for one in groups.list({"content": True})["group"] if one["name"] == "Film"]
        assert "title" in {one["name"] for one in film["field"]}

    def test_fields_come_and_go(
        self, refused: Callable[..., Any], adapter: Any, groups: Any, field: str
    ) -> None:
        assert groups.add_field_to_group("group_one", field) is None
        [found] = groups.get("group_one", {"content": True})["field"]
        assert found["name"] == field
        groups.remove_field_from_group("group_one", field)
        assert not groups.get("group_one", {"content": True}).get("field")
        said = refused("notFound", groups.remove_field_from_group, "group_one", field)
        assert said["type"] == "namespace"

    def test_groups_come_and_go(self, groups: Any) -> None:
        groups.add_group_to_group("group_one", "group_two")
        [found] = groups.get("group_one", {"content": True})["group"]
        assert found["name"] == "group_two"
        groups.remove_group_from_group("group_one", "group_two")
        assert not groups.get("group_one", {"content": True}).get("group")

    def test_unknown_ones(self, refused: Callable[..., Any], groups: Any) -> None:
        for call, *names in (
            (groups.get, "group_none"),
            (groups.delete, "group_none"),
            (groups.add_field_to_group, "group_none", "title"),
            (groups.add_group_to_group, "group_none", "group_one"),
            (groups.add_group_to_group, "group_one", "group_none"),
            (groups.remove_group_from_group, "group_one", "group_none"),
            (groups.remove_field_from_group, "group_none", "title"),
        ):
            assert refused("notFound", call, *names) == {
                "type": "namespace",
                "id": "group_none",
                "context": None,
            }
        assert refused("notFound", groups.add_field_to_group, "group_one", "field_none")["id"] == "field_none"

    def test_delete(self, refused: Callable[..., Any], adapter: Any, api: Any) -> None:
        groups = adapter.metadata_field_group
        groups.create("group_gone")
        groups.delete("group_gone")
        refused("notFound", groups.get, "group_gone")
        groups.create("group_gone")
        answer = api.delete("/metadata-field/field-group/group_gone")
        assert (answer.status_code, answer.content) == (200, b"")
