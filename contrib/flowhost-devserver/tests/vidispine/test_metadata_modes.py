"""What documents do to metadata, compared with the simplest model of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
from flowhost_devserver import VidispineServer
from hypothesis import strategies as st

NAMES = ("portal_mf10001", "portal_mf10002", "portal_mf10011")
GROUPS = ("Person", "Actor")
MODES = (None, "add", "remove")
EXAMPLES = 40

values = st.fixed_dictionaries(
    {"value": st.sampled_from("abc")}, optional={"mode": st.sampled_from(["add", "remove"])}
)
fields = st.fixed_dictionaries(
    {"name": st.sampled_from(NAMES), "value": st.lists(values, max_size=3)},
    optional={"mode": st.sampled_from(["add", "remove"])},
)
groups = st.fixed_dictionaries(
    {"name": st.sampled_from(GROUPS), "field": st.lists(fields, max_size=2)},
    optional={"mode": st.sampled_from(["add", "remove"])},
)
documents = st.fixed_dictionaries(
    {"field": st.lists(fields, max_size=3), "group": st.lists(groups, max_size=3)}
)


class Model:
    """Fields with texts, and instances of groups with the same."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}
        self.groups: list[tuple[str, Model]] = []

    def apply(self, document: dict[str, Any]) -> None:
        for field in document.get("field", []):
            self.set(field)
        seen: dict[str, int] = {}
        for group in document.get("group", []):
            self.put(group, seen)

    def set(self, field: dict[str, Any]) -> None:
        old = self.fields.pop(field["name"], [])
        texts = [one["value"] for one in field["value"]]
        if field.get("mode") == "remove":
            new = [one for one in old if texts and one not in texts]
        elif field.get("mode") == "add":
            new = old + [one["value"] for one in field["value"] if one.get("mode") != "remove"]
        else:
            plain = [one["value"] for one in field["value"] if "mode" not in one]
            gone = {one["value"] for one in field["value"] if one.get("mode") == "remove"}
            start = plain if plain or not texts else old
            new = [one for one in start if one not in gone]
            new += [one["value"] for one in field["value"] if one.get("mode") == "add"]
        if new:
            self.fields[field["name"]] = new

    def put(self, group: dict[str, Any], seen: dict[str, int]) -> None:
        there = [model for name, model in self.groups if name == group["name"]]
        if group.get("mode") == "remove":
            self.groups = [(name, model) for name, model in self.groups if name != group["name"]]
            return
        ordinal = seen.get(group["name"], 0)
        if group.get("mode") == "add" or ordinal >= len(there):
            made = Model()
            self.groups.append((group["name"], made))
        else:
            made = there[ordinal]
        if "mode" not in group:
            seen[group["name"]] = ordinal + 1
        made.apply({"field": group["field"]})


def told(level: dict[str, Any]) -> tuple[Any, ...]:
    own = {one["name"]: [value["value"] for value in one["value"]] for one in level.get("field", [])}
    mine = {name: held for name, held in own.items() if name in NAMES}
    return mine, [(one["name"], told(one)) for one in level.get("group", [])]


def modelled(model: Model) -> tuple[Any, ...]:
    return model.fields, [(name, modelled(inner)) for name, inner in model.groups]


@pytest.mark.slow
def test_documents_do_what_the_model_does(
    module_server: VidispineServer, api_for: Callable[..., Any]
) -> None:
    api = api_for(module_server)

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    @hypothesis.given(st.lists(documents, min_size=1, max_size=5))
    def run(given: list[dict[str, Any]]) -> None:
        item = api.post("/import/placeholder?container=1", json={}).json()["id"]
        model, numbers = Model(), []
        for document in given:
            answer = api.put(f"/item/{item}/metadata", json={"timespan": [document]})
            assert answer.status_code == 200, answer.text
            metadata = answer.json()["item"][0]["metadata"]
            model.apply(document)
            assert told(metadata["timespan"][0]) == modelled(model)
            assert api.get(f"/item/{item}/metadata").json()["item"][0]["metadata"] == metadata
            numbers.append(int(metadata["revision"].split(",")[-1].removeprefix("VX-")))
        assert numbers == sorted(numbers)
        record = module_server.catalogue.record(item)
        assert {name: list(held) for name, held in record.fields.items()} == model.fields

    run()
