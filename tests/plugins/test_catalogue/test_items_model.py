"""Items, metadata and revisions against a model in plain dictionaries."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.catalogue import Catalogue, Group

NAMES = st.sampled_from(["a", "b", "title"])
VALUES = st.lists(st.text(max_size=3), max_size=3)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=3)
PATHS = st.sampled_from(["a", "title", "G/x", "G/y", "H/x", "G/I/z"])
GROUPS = st.lists(st.dictionaries(st.sampled_from(["x", "y"]), VALUES.filter(bool), max_size=2), max_size=3)
EXTERNAL = st.sampled_from([None, "e1", "e2", "e3"])

Model = dict[str, tuple[str, ...]]


class Items(RuleBasedStateMachine):
    """What is known of each item: its fields (flat), the revisions it had, its external id."""

    prepared: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.catalogue = Catalogue(url=flowhost.Secret(self.url()), clock=FakeClock())
        self.catalogue.open()
        self.clear()
        self.fields: dict[str, Model] = {}
        self.revisions: dict[str, list[str]] = {}
        self.external: dict[str, str] = {}
        self.deleted: set[str] = set()

    def url(self) -> str:
        return f"sqlite:///{shutil.copy(self.prepared, self.folder.name)}"

    def clear(self) -> None:
        for item in self.catalogue.items(number=1000).items:
            self.catalogue.delete_item(item.id)

    def teardown(self) -> None:
        self.catalogue.close()
        self.folder.cleanup()

    items = Bundle("items")

    def learn(self, item: flowhost.Item, expected: Model) -> None:
        before = self.fields.get(item.id)
        assert dict(item.fields) == expected
        assert item.title == next(iter(expected.get("title", ())), "").replace("\0", "\\x00")
        seen = self.revisions.setdefault(item.id, [])
        if before == expected and seen:
            assert item.revision == seen[-1], "no change, yet another revision"
        else:
            assert item.revision not in seen
            seen.append(item.revision)
        self.fields[item.id] = expected

    @rule(target=items, fields=FIELDS, external=EXTERNAL)
    def create(self, fields: dict[str, list[str]], external: str | None) -> object:
        if external in self.external.values():
            with pytest.raises(flowhost.Conflict):
                self.catalogue.create_item(fields, external_id=external)
            return multiple()
        item = self.catalogue.create_item(fields, external_id=external)
        assert item.id not in self.fields and item.id not in self.deleted
        if external:
            self.external[item.id] = external
        self.learn(item, {name: tuple(values) for name, values in fields.items() if values})
        return item.id

    @rule(item_id=items, path=PATHS, values=VALUES, age=st.integers(0, 3))
    def set_field(self, item_id: str, path: str, values: list[str], age: int) -> None:
        """`age` 0: whatever the revision; 1: for the newest; more: for an older one."""
        known = self.revisions[item_id]
        revision = None if age == 0 else known[max(0, len(known) - age)]
        name = self.external.get(item_id, item_id)
        if revision not in (None, known[-1]):
            with pytest.raises(flowhost.Conflict):
                self.catalogue.set_metadata(name, {path: values}, revision=revision)
            return
        expected = {**self.fields[item_id], path: tuple(values)}
        if not values:
            del expected[path]
        self.learn(self.catalogue.set_metadata(name, {path: values}, revision=revision), expected)

    @rule(item_id=items, name=st.sampled_from(["G", "H"]), instances=GROUPS)
    def set_groups(self, item_id: str, name: str, instances: list[dict[str, list[str]]]) -> None:
        groups = [Group(name, {one: tuple(values) for one, values in fields.items()}) for fields in instances]
        expected = {path: v for path, v in self.fields[item_id].items() if not path.startswith(f"{name}/")}
        for fields in instances:
            for one, values in fields.items():
                expected[f"{name}/{one}"] = expected.get(f"{name}/{one}", ()) + tuple(values)
        record = self.catalogue.set_groups(item_id, name, groups)
        if (
            record.revision != self.revisions[item_id][-1]
        ):  # instances differ though their values may be equal
            self.revisions[item_id].append(record.revision)
        else:
            assert expected == self.fields[item_id]
        self.fields[item_id] = expected
        assert [dict(one.fields) for one in record.groups if one.name == name] == [
            {one: tuple(values) for one, values in fields.items()} for fields in instances
        ]

    @rule(item_id=consumes(items))
    def delete(self, item_id: str) -> None:
        assert self.catalogue.delete_item(item_id) is True
        assert self.catalogue.item(item_id) is None
        del self.fields[item_id], self.revisions[item_id]
        self.external.pop(item_id, None)
        self.deleted.add(item_id)

    @rule()
    def reopen(self) -> None:
        self.catalogue.close()
        self.catalogue.open()

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        found = {item.id: item for item in self.catalogue.items(number=1000).items}
        assert {item_id: dict(item.fields) for item_id, item in found.items()} == self.fields
        assert {item_id: item.revision for item_id, item in found.items()} == {
            item_id: revisions[-1] for item_id, revisions in self.revisions.items()
        }
        assert {i: item.external_id for i, item in found.items() if item.external_id} == self.external


@pytest.mark.slow
def test_items_do_what_the_model_does(examples: Any, prepared_file: Path) -> None:
    bound = type("BoundItems", (Items,), {"prepared": prepared_file})
    run_state_machine_as_test(bound, settings=examples(12))


@pytest.mark.slow
@pytest.mark.postgresql
def test_items_do_what_the_model_does_on_postgresql(examples: Any, postgresql_url: str) -> None:
    class ServerItems(Items):
        def url(self) -> str:
            return postgresql_url

    run_state_machine_as_test(ServerItems, settings=examples(4))
