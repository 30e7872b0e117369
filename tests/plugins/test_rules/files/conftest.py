"""Rule files as texts, the bundled actions without a daemon, and a library that has a few things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import flowhost
import flowhost_plugins.actions as bundled
from flowhost.testing.workbench import workbench
from flowhost_plugins.rules.files import read_text
from flowhost_plugins.rules.rule import Rule


class SmallLibrary(flowhost.MediaLibrary):
    """A library with one of each."""

    name = "small-library"

    def field_names(self) -> list[str]:
        return ["approved", "film/director"]

    def notification_names(self) -> frozenset[str]:
        return frozenset({"item_create", "item_delete", "metadata_modify", "job_finish", "job_fail"})

    def shape_tags(self) -> list[flowhost.ShapeTag]:
        return [flowhost.ShapeTag("lowres", "video", "mp4", ".mp4")]

    def storages(self) -> list[flowhost.Storage]:
        return [
            flowhost.Storage("VX-1", "media1", "/srv/media1"),
            flowhost.Storage("VX-2", "media2", "/srv/media2"),
        ]

    def storage(self, id_or_name: str) -> flowhost.Storage:
        for storage in self.storages():
            if id_or_name in (storage.id, storage.name):
                return storage
        raise flowhost.Permanent(f"there is no storage {id_or_name!r}")

    def saved_query(self, search: str) -> str:
        if search != "Fresh clips":
            raise flowhost.Permanent(f"there is no saved search {search!r}")
        return "title = 'x'"

    def search_ids(self, query: str, *, cursor: str | None = None, number: int = 1000) -> flowhost.Ids:
        if "?" in query:
            raise flowhost.Permanent(f"the query {query!r} cannot be read")
        return flowhost.Ids(())

    def collection_ids(
        self, collection: str, *, cursor: str | None = None, number: int = 1000
    ) -> flowhost.Ids:
        if collection != "News":
            raise flowhost.Permanent(f"there is no collection {collection!r}")
        return flowhost.Ids(())

    def open(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def library() -> SmallLibrary:
    return SmallLibrary()


@pytest.fixture
def bench(library: SmallLibrary) -> flowhost.Workbench:
    """Knows the bundled actions, whether or not their plugin is installed where the tests run."""
    known = workbench().names("action")
    classes = [getattr(bundled, name) for name in bundled.__all__]
    return workbench(*(one for one in classes if one.name not in known), resources=[library])


@pytest.fixture
def problems_of() -> Callable[[str], list[str]]:
    """Everything that is wrong with a text, each as its line, column and sentence."""

    def found(text: str) -> list[str]:
        with pytest.raises(flowhost.ConfigError) as caught:
            read_text(text, "rule.yaml")
        return [str(problem).removeprefix("rule.yaml:") for problem in caught.value.problems]

    return found


@pytest.fixture
def with_trigger() -> Callable[[str], Any]:
    """The first trigger of a rule with this one."""
    return lambda trigger: read_text(f"name: x\ntrigger: {trigger}\nactions: [stop]\n", "rule.yaml").triggers[
        0
    ]


@pytest.fixture
def rule_of() -> Callable[..., Rule]:
    """A rule with this name, trigger and actions, in a file of that name."""

    def made(name: str = "one", trigger: str = "manual", actions: str = "[stop]", more: str = "") -> Rule:
        text = f"name: {name}\ntrigger: {trigger}\nactions: {actions}\n{more}"
        return read_text(text, f"{name}.yaml")

    return made
