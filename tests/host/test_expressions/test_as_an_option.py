"""Expressions as options of a part: read from a profile, checked with their place, trusted when the operator says so."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

import flowhost
from flowhost.options import bind, json_schema, options_of
from flowhost.places import Place, Value


class Mapper:
    """A part with expressions."""

    name = "mapper"

    def __init__(
        self,
        *,
        mappings: Annotated[dict[str, flowhost.Expression], flowhost.Section("Mappings"), "field = EXPR"],
        when: Annotated[flowhost.Expression | None, "condition"] = None,
        fields: Annotated[dict[str, dict[str, flowhost.Value]], flowhost.Section("Field:*"), "fields"] = {},  # noqa: B006  # never changed
        trusted_code: Annotated[bool, "full Python"] = False,
    ) -> None: ...


def bound(own: dict[str, str], **mappings: str) -> Any:
    values = {key: Value(key, text, Place("app.ini", 2, 8)) for key, text in own.items()}
    lines = {
        key: Value(key, text, Place("app.ini", line, 5))
        for line, (key, text) in enumerate(mappings.items(), 11)
    }
    field = {"xpath": Value("xpath", "/a/b", Place("app.ini", 31, 9))}
    sections = {"Mappings": lines, "Field:x": field}
    return bind(Mapper, values, sections, called="worker 'mapper'", place=Place("app.ini", 1, 1))


def test_texts_become_expressions_with_their_place() -> None:
    binding = bound({"when": "1 < 2"}, title="a + 'x'")
    assert binding.problems == []
    title = binding.arguments["mappings"]["title"]
    assert (title.text, title.place, title.value({"a": "b"})) == ("a + 'x'", Place("app.ini", 11, 5), "bx")
    assert binding.arguments["when"].value({}) is True
    assert binding.arguments["fields"] == {"x": {"xpath": Value("xpath", "/a/b", Place("app.ini", 31, 9))}}


def test_what_is_wrong_is_told_with_line_and_column() -> None:
    binding = bound({"when": "a.__class__"}, title="a + b.__dict__", other="a +", third="summ(1)")
    assert [str(problem) for problem in binding.problems] == [
        "app.ini:2:8: option 'when' of worker 'mapper': 'a.__class__' uses '.__class__'; names that begin with an "
        "underscore are not offered",
        "app.ini:11:9: 'title' in [Mappings], read by worker 'mapper': 'a + b.__dict__' uses '.__dict__'; names that "
        "begin with an underscore are not offered",
        "app.ini:12:5: 'other' in [Mappings], read by worker 'mapper': 'a +' cannot be read: invalid syntax",
        "app.ini:13:5: 'third' in [Mappings], read by worker 'mapper': 'summ(1)' calls summ(), which is not "
        "offered; did you mean 'sum'?",
    ]


@pytest.mark.parametrize(("word", "trusted"), [("yes", True), ("On", True), ("no", False)])
def test_trusted_code_is_the_operators_choice(word: str, trusted: bool) -> None:
    binding = bound({"trusted code": word, "when": "1"}, title="(lambda: 3)()")
    assert (binding.problems == []) is trusted
    if trusted:
        assert binding.arguments["mappings"]["title"].value({}) == 3
        assert binding.arguments["when"].trusted


def test_an_empty_optional_one_is_none() -> None:
    assert bound({"when": " "}, title="1").arguments["when"] is None


def test_it_is_described() -> None:
    types = {option.name: option.type for option in options_of(Mapper)}
    assert types["when"] == "expression, or empty"
    assert types["mappings"] == "section [Mappings]"
    assert json_schema(Mapper)["properties"]["when"]["anyOf"][0] == {"type": "string"}
