"""The values of a document → the arguments of a part, or every mistake with its place."""

from __future__ import annotations

import enum
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BeforeValidator, Field

import flowhost
from flowhost import Expression, PathTemplate, Place, Template
from flowhost.options import bind_document, document_schema, options_of

PLACE = Place("rule.yaml", 3, 5)


class Colour(enum.Enum):
    RED = "red"
    DARK_BLUE = "dark blue"


@dataclass(frozen=True, slots=True)
class Grant:
    """A record within a list."""

    permission: Annotated[Literal["NONE", "READ", "ALL"], "what they may do"]
    group: Annotated[Template | None, "which group"] = None
    priority: Annotated[int, "of the entry"] = 0

    def __post_init__(self) -> None:
        if self.priority < 0:
            raise ValueError(f"the priority is {self.priority}, expected 0 or more")


class Everything:
    """One option of each type."""

    name = "everything"

    def __init__(
        self,
        *,
        text: str = "",
        count: int = 0,
        ratio: float = 1.0,
        flag: bool = False,
        path: Path = Path("x"),
        names: tuple[str, ...] = (),
        numbers: list[int] = [],  # noqa: B006  # never changed
        mode: Literal["fast", "1080", 3] = "fast",
        colour: Colour = Colour.RED,
        maybe: str | None = "set",
        maybe_count: int | None = 1,
        every: flowhost.Seconds = 60,
        limit: flowhost.Size = 0,
        token: flowhost.Secret | None = None,
        template: Template = Template(""),  # noqa: B008  # never changed
        target: PathTemplate | None = None,
        to: tuple[Template, ...] = (),
        when: Expression | None = None,
        fields: Annotated[
            Mapping[str, Template | tuple[Template, ...] | None], "field → values"
        ] = {},  # never changed
        grants: tuple[Grant, ...] = (),
        either: int | str | None = None,
        wait: flowhost.Seconds | Literal["jobs"] = 0,
        json: Any = None,
        people: dict[Template, Literal["READ", "ALL"]] = {},  # noqa: B006  # never changed
        levels: dict[str, dict[str, int]] = {},  # noqa: B006  # never changed
        some: Annotated[tuple[str, ...], Field(min_length=1)] = ("a",),
        port: Annotated[int, Field(gt=0)] = 1,
        remove_from_others: bool = False,
        trusted_code: bool = False,
        library: flowhost.MediaLibrary | None = None,
    ) -> None: ...

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Do nothing."""
        return flowhost.Outcome.done()


class Needy:
    """Must be given something."""

    name = "needy"

    def __init__(
        self,
        *,
        tag: Annotated[str, "shape tag"],
        store: flowhost.Store,
        labels: Annotated[dict[str, str], flowhost.Section("Labels")] = {},  # noqa: B006  # never changed
        clock: flowhost.Clock,
    ) -> None: ...

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Do nothing."""
        return flowhost.Outcome.done()


def bound(part: type = Everything, /, **data: Any) -> dict[str, Any]:
    """The arguments these values give; there must be no problem."""
    binding = bind_document(part, data, called="action 'x'", place=PLACE, places={})
    assert binding.problems == []
    return binding.arguments


def problems(
    data: Mapping[str, Any],
    places: Mapping[tuple[str | int, ...], Place] | None = None,
    part: type = Everything,
) -> list[str]:
    """What is wrong with these values."""
    binding = bind_document(part, data, called="action 'x'", place=PLACE, places=places or {})
    return [str(problem) for problem in binding.problems]


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("text", "a, b", "a, b"),
        ("text", 7, "7"),
        ("text", 1.5, "1.5"),
        ("text", date(2024, 5, 1), "2024-05-01"),
        ("count", 12, 12),
        ("count", " 12 ", 12),
        ("ratio", 2, 2.0),
        ("ratio", "0.5", 0.5),
        *[("flag", value, True) for value in (True, "yes", "On", "1")],
        *[("flag", value, False) for value in (False, "no", "off")],
        ("path", "a/b", Path("a/b")),
        ("names", ["a", "b,c", 3], ("a", "b,c", "3")),
        ("names", "a, b", ("a, b",)),
        ("names", [], ()),
        ("numbers", [1, "2"], [1, 2]),
        ("numbers", 1, [1]),
        ("mode", "FAST", "fast"),
        ("mode", 1080, "1080"),
        ("mode", 3, 3),
        ("colour", "dark-blue", Colour.DARK_BLUE),
        ("maybe", None, None),
        ("maybe", "", ""),
        ("maybe_count", "", None),
        ("maybe_count", None, None),
        ("every", "5 min", 300.0),
        ("every", 90, 90.0),
        ("limit", "64 KiB", 65536),
        ("template", "${title}", Template("${title}")),
        ("template", 7, Template("7")),
        ("target", "a/${title}", PathTemplate("a/${title}")),
        ("target", None, None),
        ("to", "a@example.org", (Template("a@example.org"),)),
        ("to", ["a", "${user}"], (Template("a"), Template("${user}"))),
        (
            "fields",
            {"title": "x", "tags": ["a", "${b}"], "year": 1999, "none": None},
            {
                "title": Template("x"),
                "tags": (Template("a"), Template("${b}")),
                "year": Template("1999"),
                "none": None,
            },
        ),
        ("fields", {1: "x"}, {"1": Template("x")}),
        (
            "grants",
            [{"group": "news", "permission": "read"}, {"permission": "ALL", "priority": 3}],
            (Grant("READ", Template("news")), Grant("ALL", priority=3)),
        ),
        ("grants", {"permission": "ALL"}, (Grant("ALL"),)),
        ("either", 3, 3),
        ("either", "3", 3),
        ("either", "three", "three"),
        ("either", None, None),
        ("wait", "jobs", "jobs"),
        ("wait", "2 h", 7200.0),
        ("wait", 5, 5.0),
        ("json", {"a": [1, "b", None, {"c": True}]}, {"a": [1, "b", None, {"c": True}]}),
        ("levels", {"a": {"b": "1"}}, {"a": {"b": 1}}),
        ("some", "x", ("x",)),
    ],
)
def test_a_value_becomes_an_argument(option: str, value: object, expected: object) -> None:
    arguments = bound(**{option: value})
    assert arguments == {option: expected}
    assert type(arguments[option]) is type(expected)


def test_texts_of_any_json_are_plain() -> None:
    body = bound(json={"a": ["b"]})["json"]
    assert type(body["a"][0]) is str
    assert {type(key) for key in body} == {str}


def test_a_secret_is_one() -> None:
    assert bound(token="hunter2")["token"].get_secret_value() == "hunter2"
    assert "hunter2" not in str(problems({"token": ["hunter2"]}))


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("text", True, "yes is not accepted; expected text"),
        ("text", ["a"], "a list is not accepted; expected text"),
        ("text", None, "it is empty; expected text"),
        ("count", True, "yes is not accepted; expected whole number"),
        ("count", 1.5, "'1.5' is not a whole number"),
        ("count", "many", "'many' is not a whole number"),
        ("ratio", {}, "a mapping is not accepted; expected number"),
        ("ratio", float("inf"), "'inf' is not a finite number"),
        ("flag", "maybe", "'maybe' is neither yes nor no; expected 1, yes, true, on or 0, no, false, off"),
        ("flag", 1, "'1' is not accepted; expected yes or no"),
        ("flag", None, "it is empty; expected yes or no"),
        ("names", {"a": 1}, "a mapping is not accepted; expected text"),
        ("names", None, "it is empty; expected list of text"),
        ("mode", "fats", "'fats' is not one of 'fast', '1080', '3'; did you mean 'fast'?"),
        ("mode", ["fast"], "a list is not accepted; expected one of 'fast', '1080', '3'"),
        (
            "every",
            "5 parsecs",
            "'5 parsecs' is not a length of time; expected a number of seconds or e.g. '5 min'",
        ),
        ("every", True, "yes is not accepted; expected length of time"),
        ("every", -1, "'-1' is no possible length of time; expected 0 or more seconds"),
        ("template", ["a"], "a list is not accepted; expected text with tags"),
        ("template", "${", "'${' has a tag without end: expected '}' after '${'"),
        ("target", "/a", "'/a' is an absolute path; expected one within the storage"),
        ("when", "a +", "'a +' cannot be read: invalid syntax"),
        (
            "fields",
            ["a"],
            "a list is not accepted; expected mapping of text to text with tags or list of text",
        ),
        ("grants", "read", "'read' is not accepted; expected a mapping with permission, group, priority"),
        ("grants", [["a"]], "a list is not accepted; expected a mapping with permission, group, priority"),
        ("grants", {"permission": "ALL", "priority": -1}, "the priority is -1, expected 0 or more"),
        ("grants", {"group": "a"}, "the key 'permission' is missing (what they may do)"),
        ("either", [1], "a list is not accepted; expected whole number or text, or empty"),
        ("wait", "tomorrow", "'tomorrow' is not accepted; expected length of time or jobs"),
        ("some", [], "'[]' is not accepted: value should have at least 1 item"),
        ("port", 0, "'0' is not accepted: input should be greater than 0"),
    ],
)
def test_a_value_that_does_not_fit(option: str, value: object, complaint: str) -> None:
    [problem] = problems({option: value})
    assert problem.startswith(f"rule.yaml:3:5: option '{option}' of action 'x': {complaint}")


def test_every_mistake_is_told_at_its_place() -> None:
    data = {
        "fields": {"title": "${a}", "tags": ["x", "y ${"], "bad": True},
        "grants": [{"permission": "ALL"}, {"permission": "al", "grup": "x", "group": "a", "Group": "b"}],
        "remove from others": "maybe",
        "remove_from_others": True,
        "cuont": 3,
        "levels": {"a": {"b": "x"}},
    }
    places = {
        ("fields",): Place("rule.yaml", 4, 7),
        ("fields", "tags"): Place("rule.yaml", 6, 9),
        ("fields", "tags", 1): Place("rule.yaml", 6, 19),
        ("fields", "bad"): Place("rule.yaml", 7, 9),
        ("grants",): Place("rule.yaml", 8, 7),
        ("grants", 1, "permission"): Place("rule.yaml", 9, 9),
        ("grants", 1, "grup"): Place("rule.yaml", 10, 9),
        ("remove from others",): Place("rule.yaml", 11, 9),
        ("remove_from_others",): Place("rule.yaml", 12, 9),
        ("cuont",): Place("rule.yaml", 13, 9),
        ("levels",): Place("rule.yaml", 14, 9),
    }
    assert problems(data, places) == [
        "rule.yaml:6:21: 'tags' in option 'fields' of action 'x': 'y ${' has a tag without end: expected '}' after "
        "'${'; a '${' that is no tag is written '$${'",
        "rule.yaml:7:9: 'bad' in option 'fields' of action 'x': yes is not accepted; expected text with tags",
        "rule.yaml:8:7: 'Group' in option 'grants' of action 'x': unknown key 'Group'; did you mean 'group'?",
        "rule.yaml:9:9: 'permission' in option 'grants' of action 'x': 'al' is not one of 'NONE', 'READ', 'ALL'; "
        "did you mean 'ALL'?",
        "rule.yaml:10:9: 'grup' in option 'grants' of action 'x': unknown key 'grup'; did you mean 'group'?",
        "rule.yaml:11:9: option 'remove from others' of action 'x': 'maybe' is neither yes nor no; expected 1, yes, "
        "true, on or 0, no, false, off",
        "rule.yaml:12:9: 'remove_from_others' is the same option as 'remove from others'; keep one",
        "rule.yaml:13:9: unknown option 'cuont' of action 'x'; did you mean 'count'?",
        "rule.yaml:14:9: 'a/b' in option 'levels' of action 'x': 'x' is not a whole number",
    ]


def test_what_is_made_knows_its_place() -> None:
    places = {("fields", "title"): Place("rule.yaml", 5, 9), ("when",): Place("rule.yaml", 6, 9)}
    data = {"fields": {"title": "${a}", "year": 7}, "when": "1"}
    arguments = bind_document(Everything, data, called="x", place=PLACE, places=places).arguments
    assert arguments["fields"]["title"].place == Place("rule.yaml", 5, 9)
    assert arguments["fields"]["year"].place is None
    assert arguments["when"].place == Place("rule.yaml", 6, 9)


def test_a_key_with_tags_knows_its_line() -> None:
    places = {("people",): Place("rule.yaml", 5, 9), ("people", "${user}"): Place("rule.yaml", 6, 19)}
    data = {"people": {"${user}": "ALL"}}
    arguments = bind_document(Everything, data, called="x", place=PLACE, places=places).arguments
    (who,) = arguments["people"]
    assert (who, who.place) == (Template("${user}"), Place("rule.yaml", 6))
    assert problems({"people": {"${user": "ALL"}}) == [
        "rule.yaml:3: '${user' in option 'people' of action 'x': '${user' has a tag without end: expected '}' after "
        "'${user'; a '${' that is no tag is written '$${'"
    ]


@pytest.mark.parametrize(("value", "trusted"), [(True, True), ("yes", True), (False, False), ("no", False)])
def test_trusted_code_is_the_operators_choice(value: object, trusted: bool) -> None:
    found = problems({"trusted-code": value, "when": "(lambda: 3)()"})
    assert (found == []) is trusted


# -- needs


def test_a_need_can_be_named() -> None:
    binding = bind_document(
        Everything, {"library": "other"}, called="x", place=PLACE, places={("library",): Place("r", 1, 2)}
    )
    assert binding.needs["library"].named == flowhost.Value("library", "other", Place("r", 1, 2))
    assert binding.problems == []


@pytest.mark.parametrize("nobody", ["", None])
def test_a_need_that_may_stay_open_can_be_left_open(nobody: object) -> None:
    binding = bind_document(Everything, {"library": nobody}, called="x", place=PLACE, places={})
    assert binding.arguments == {"library": None}
    assert binding.needs == {}


def test_what_is_missing_is_told_at_the_place_of_the_step() -> None:
    binding = bind_document(Needy, {}, called="action 'needy'", place=PLACE, places={})
    assert [str(problem) for problem in binding.problems] == [
        "rule.yaml:3:5: action 'needy' needs the option 'tag' (shape tag)"
    ]
    assert {name: (need.named, need.required) for name, need in binding.needs.items()} == {
        "store": (None, True),
        "clock": (None, True),
    }


def test_what_the_profile_and_the_host_give_is_no_key() -> None:
    assert problems({"tag": "a", "labels": {}, "clock": "x", "store": 3}, part=Needy) == [
        "rule.yaml:3:5: option 'store' of action 'x': expected the name of a resource",
        "rule.yaml:3:5: option 'labels' of action 'x' is not set here; it is read from [Labels] of the profile",
        "rule.yaml:3:5: unknown option 'clock' of action 'x'; it has: tag, store",
    ]


def test_only_what_is_set_becomes_an_argument() -> None:
    assert bound() == {}


@dataclass(frozen=True)
class Broken:
    """A record of what nobody can read."""

    thing: threading.Lock  # type: ignore[valid-type]  # the mistake


def test_an_option_that_no_document_can_hold_is_found_with_the_class() -> None:
    class Part:
        def __init__(self, *, things: tuple[Broken, ...] = ()) -> None: ...

        def act(self, context: flowhost.Context) -> None: ...

    with pytest.raises(
        TypeError, match=r"the option 'things' has a type that a text cannot be turned into: "
    ):
        options_of(Part)


@dataclass(frozen=True, slots=True)
class Labels:
    """A record with a default made anew."""

    words: Annotated[dict[str, str], "labels"] = field(default_factory=dict)


def test_a_default_that_is_made_anew_is_not_told() -> None:
    class Part:
        """Labels."""

        def __init__(self, *, labels: Annotated[Labels | None, "labels"] = None) -> None: ...

        def act(self, context: flowhost.Context) -> None: ...

    assert bound(Part, labels={}) == {"labels": Labels()}
    assert bound(Part, labels={"words": {"a": 1}}) == {"labels": Labels({"a": "1"})}
    record = document_schema(Part)["properties"]["labels"]["anyOf"][0]
    assert record["properties"]["words"] == {
        "additionalProperties": {"type": ["string", "number"]},
        "description": "labels",
        "type": "object",
    }


def failing(text: str) -> str:
    raise LookupError(f"no {text} here")


def test_a_strangers_reader_that_fails_is_a_problem_like_others() -> None:
    class Part:
        def __init__(self, *, thing: Annotated[str, BeforeValidator(failing)]) -> None: ...

    assert problems({"thing": "hunter2"}, part=Part) == [
        "rule.yaml:3:5: option 'thing' of action 'x': the value cannot be read: LookupError"
    ]
