"""What an editor is told of an action's options, and that it agrees with what is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost.cli import program
from flowhost.config import Config
from flowhost.options import bind_document, document_schema
from flowhost.registry import Registry
from flowhost.testing.workbench import workbench
from flowhost.wiring import blueprint

jsonschema = pytest.importorskip("jsonschema")


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may do what."""

    permission: Annotated[Literal["READ", "ALL"], "what"]
    group: Annotated[str | None, "who"] = None


class Everything:
    """Does everything.

    At once.
    """

    name = "everything"

    def __init__(
        self,
        *,
        title: Annotated[flowhost.Template, "what it is called"],
        fields: Annotated[dict[str, flowhost.Template | tuple[flowhost.Template, ...] | None], "fields"] = {},  # noqa: B006  # never changed
        names: Annotated[tuple[str, ...], "names"] = (),
        grants: Annotated[list[Grant], "grants"] = [],  # noqa: B006  # never changed
        replace_all: Annotated[bool, "replace"] = False,
        storages: Annotated[int, "how many"] = 1,
        grace: Annotated[flowhost.Seconds | None, "how long"] = None,
        limit: Annotated[flowhost.Size, "how much"] = 0,
        mode: Annotated[Literal["copy", "move"], "how"] = "copy",
        password: Annotated[flowhost.Secret | None, "secret"] = None,
        store: flowhost.Store,
        clock: flowhost.Clock,
    ) -> None: ...

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Do nothing."""
        return flowhost.Outcome.done()


SCHEMA = document_schema(Everything)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_it_is_a_schema_that_describes_the_options() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["description"] == "Does everything."
    assert SCHEMA["required"] == ["title"]
    assert SCHEMA["additionalProperties"] is False
    assert "replace-all" in SCHEMA["properties"]
    assert SCHEMA["properties"]["title"] == {"type": ["string", "number"], "description": "what it is called"}
    assert SCHEMA["properties"]["mode"] == {"enum": ["copy", "move"], "default": "copy", "description": "how"}
    assert SCHEMA["properties"]["password"]["writeOnly"] is True
    assert {"store", "clock"} & set(SCHEMA["properties"]) == set()
    assert "store" in document_schema(Everything, needs=("store",))["properties"]


words = st.sampled_from(
    ["a", "1", "yes", "no", "5 min", "64 KiB", "READ", "move", "x ${title}", "1.5h", "", "-1"]
)
leaves = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), words)
keys = st.sampled_from([*SCHEMA["properties"], "permission", "group", "replace all", "other"])
values = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3))
)


@given(st.dictionaries(keys, values, max_size=4), st.booleans())
def test_what_the_schema_accepts_is_read(data: dict[str, Any], titled: bool) -> None:
    data = ({"title": "x"} if titled else {}) | data
    accepted = VALIDATOR.is_valid(data)
    binding = bind_document(Everything, data, called="x", place=flowhost.Place("r", 1, 1), places={})
    if accepted:
        assert binding.problems == []


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"title": ["a"]},
        {"title": "a", "tilte": "b"},
        {"title": "a", "storages": True},
        {"title": "a", "mode": "steal"},
        {"title": "a", "fields": ["a"]},
        {"title": "a", "grants": [{"group": "a"}]},
        {"title": "a", "grants": [{"permission": "ALL", "who": "a"}]},
        {"title": "a", "grace": "soon"},
        {"title": "a", "limit": "much"},
        {"title": "a", "replace-all": "perhaps"},
        {"title": "a", "names": None},
    ],
)
def test_both_refuse_what_is_wrong(data: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(data)
    assert bind_document(Everything, data, called="x", place=flowhost.Place("r", 1, 1), places={}).problems


def test_a_need_is_in_it_when_there_is_a_choice(written: Callable[..., Config], registry: Registry) -> None:
    def properties(more: str) -> set[str]:
        made: Any = blueprint(written("", more), registry)
        return set(made.worker.steps.bench.schema("action", "send")["properties"])

    assert properties("[Post]\n") == {"to"}
    assert properties("[Resource:a]\ntype = post\n[Resource:b]\ntype = post\n") == {"to", "post"}


def test_a_workbench_tells_of_its_parts() -> None:
    bench = workbench(Everything)
    assert "everything" in bench.names()
    assert bench.schema("action", "everything") == SCHEMA
    assert bench.documentation("action", "everything") == "Does everything."
    with pytest.raises(flowhost.ConfigError, match=r"did you mean 'everything'\?"):
        bench.schema("action", "everythin")
    with pytest.raises(flowhost.ConfigError):
        bench.documentation("action", "nothing at all")


def test_an_action_is_described_as_the_file_of_a_rule_has_it() -> None:
    shown = CliRunner().invoke(program, ["describe", "action", "move-copy-files"], catch_exceptions=False)
    assert "remove-from-others" in shown.output
    record = CliRunner().invoke(
        program, ["describe", "action", "move-copy-files", "--json"], catch_exceptions=False
    )
    told = json.loads(record.output)
    assert "remove-from-others" in {option["name"] for option in told["options"]}
    assert "remove-from-others" in told["schema"]["properties"]
