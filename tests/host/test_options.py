from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BeforeValidator, Field

import flowhost
from flowhost.options import bind, options_of
from flowhost.places import Place, Value

PLACE = Place("app.ini", 10, 1)


class Colour(enum.Enum):
    RED = "red"
    DARK_BLUE = "dark blue"


class Everything:
    """One option of each type."""

    name = "everything"

    def __init__(
        self,
        *,
        text: Annotated[str, "any text"] = "",
        count: int = 0,
        ratio: float = 1.0,
        flag: bool = False,
        path: Path = Path("x"),
        names: list[str] = [],  # noqa: B006  # never changed
        numbers: tuple[int, ...] = (),
        mode: Literal["fast", "slow", 3] = "fast",
        colour: Colour = Colour.RED,
        maybe: str | None = "set",
        maybe_path: Path | None = Path("x"),
        every: Annotated[flowhost.Seconds, "time between ticks"] = 60,
        limit: flowhost.Size | None = None,
        password: flowhost.Secret | None = None,
        json: str = "",
        class_: str = "",
        unannotated_number=3,  # type: ignore[no-untyped-def]  # what this tests
        unannotated_none=None,  # type: ignore[no-untyped-def]  # what this tests
    ) -> None: ...


def even(number: int) -> int:
    if number % 2:
        raise ValueError("expected an even number")
    return number


class Picky:
    def __init__(
        self,
        *,
        port: Annotated[int, Field(gt=0, le=65535), "port"] = 80,
        pair: Annotated[int, AfterValidator(even)] = 2,
    ) -> None: ...


def failing(text: str) -> str:
    raise LookupError(f"no {text} here")


class Failing:
    def __init__(self, *, token: Annotated[flowhost.Secret, BeforeValidator(failing)]) -> None: ...


def too_short(text: str) -> str:
    raise ValueError(f"{text} is too short")


class Secretive:
    def __init__(
        self,
        *,
        password: Annotated[flowhost.Secret, BeforeValidator(too_short)],
        pins: list[Annotated[flowhost.Secret, BeforeValidator(too_short)]],
    ) -> None: ...


def values(**texts: str) -> dict[str, Value]:
    """The values of a section, one a line from line 11 on."""
    return {
        key: Value(key, text, Place("app.ini", line, 5)) for line, (key, text) in enumerate(texts.items(), 11)
    }


def bound(part: type, sections: Any = None, **texts: str) -> dict[str, Any]:
    """The arguments these texts give; there must be no problem."""
    binding = bind(part, values(**texts), sections or {}, called="source 'x'", place=PLACE)
    assert binding.problems == []
    return binding.arguments


def problems(part: type, sections: Any = None, **texts: str) -> list[str]:
    """What is wrong with these texts."""
    binding = bind(part, values(**texts), sections or {}, called="source 'x'", place=PLACE)
    return [str(problem) for problem in binding.problems]


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        ("text", "5 min", "5 min"),
        ("text", "", ""),
        ("count", "12", 12),
        ("count", " -3 ", -3),
        ("ratio", "0.5", 0.5),
        ("ratio", "1e3", 1000.0),
        *[("flag", text, True) for text in ("1", "yes", "true", "on", "YES", "True", " on ")],
        *[("flag", text, False) for text in ("0", "no", "false", "off", "NO", "False")],
        ("path", "a/b", Path("a/b")),
        ("names", "a, b,c", ["a", "b", "c"]),
        ("names", "\na\nb c\n", ["a", "b c"]),
        ("names", "", []),
        ("numbers", "1,2", (1, 2)),
        ("mode", "slow", "slow"),
        ("mode", "3", 3),
        ("mode", "FAST", "fast"),
        ("colour", "red", Colour.RED),
        ("colour", "dark-blue", Colour.DARK_BLUE),
        ("maybe", "a", "a"),
        ("maybe", " ", None),
        ("maybe_path", "", None),
        ("every", "5 min", 300.0),
        ("limit", "64 KiB", 65536),
        ("limit", "", None),
        ("json", "x", "x"),
        ("class_", "m.C", "m.C"),
        ("unannotated_number", "4", 4),
        ("unannotated_none", "text", "text"),
        ("unannotated_none", "", None),
    ],
)
def test_a_text_becomes_a_value(option: str, text: str, expected: object) -> None:
    arguments = bound(Everything, **{option: text})
    assert arguments == {option: expected}
    assert type(arguments[option]) is type(expected)


@pytest.mark.parametrize(
    ("option", "text", "complaint"),
    [
        ("count", "many", "'many' is not a whole number"),
        ("count", "1.5", "'1.5' is not a whole number"),
        ("count", "", "'' is not a whole number"),
        ("ratio", "half", "'half' is not a number"),
        ("ratio", "inf", "'inf' is not a finite number"),
        ("ratio", "nan", "'nan' is not a finite number"),
        ("flag", "y", "'y' is neither yes nor no; expected 1, yes, true, on or 0, no, false, off"),
        ("flag", "", "'' is neither yes nor no; expected 1, yes, true, on or 0, no, false, off"),
        ("path", " ", "the path is empty"),
        ("numbers", "1,two,3", "'two' is not a whole number"),
        ("mode", "fats", "'fats' is not one of 'fast', 'slow', '3'; did you mean 'fast'?"),
        ("colour", "green", "'green' is not one of 'red', 'dark blue'"),
        (
            "every",
            "5 parsecs",
            "'5 parsecs' is not a length of time; expected a number of seconds or e.g. '5 min'",
        ),
        (
            "limit",
            "5 parsecs",
            "'5 parsecs' is not a size; expected a number of bytes or e.g. '50 MB' or '64 KiB'",
        ),
        ("count", "many" * 30, "'" + "many" * 14 + "m...' is not a whole number"),
    ],
)
def test_a_text_that_does_not_fit(option: str, text: str, complaint: str) -> None:
    [problem] = problems(Everything, **{option: text})
    assert problem.startswith(f"app.ini:11:5: option '{option.replace('_', ' ')}' of source 'x': {complaint}")


def test_only_what_is_set_becomes_an_argument() -> None:
    assert bound(Everything) == {}


@pytest.mark.parametrize("key", ["maybe path", "maybe-path", "maybe_path", "maybe  path"])
def test_spaces_hyphens_and_underscores_are_one(key: str) -> None:
    assert bound(Everything, **{key: "p"}) == {"maybe_path": Path("p")}


def test_a_trailing_underscore_is_pythons_not_the_operators() -> None:
    assert bound(Everything, **{"class": "m.C"}) == {"class_": "m.C"}


def test_case_counts_but_the_suggestion_helps() -> None:
    assert problems(Everything, Count="1") == [
        "app.ini:11:5: unknown option 'Count' of source 'x'; did you mean 'count'?"
    ]


def test_one_option_spelled_in_two_ways() -> None:
    assert problems(Everything, **{"maybe path": "a", "maybe_path": "b"}) == [
        "app.ini:12:5: 'maybe_path' is the same option as 'maybe path'; keep one"
    ]


def test_every_problem_is_told_in_the_order_of_the_file() -> None:
    class Part:
        def __init__(self, *, url: Annotated[str, "where to"], every: flowhost.Seconds = 1) -> None: ...

    assert problems(Part, every="-1", evry="1", other="x") == [
        "app.ini:10:1: source 'x' needs the option 'url' (where to)",
        "app.ini:11:5: option 'every' of source 'x': '-1' is no possible length of time; expected 0 "
        "or more seconds",
        "app.ini:12:5: unknown option 'evry' of source 'x'; did you mean 'every'?",
        "app.ini:13:5: unknown option 'other' of source 'x'; it has: url, every",
    ]


def test_a_part_without_options() -> None:
    class Part: ...

    assert problems(Part, a="1") == ["app.ini:11:5: unknown option 'a' of source 'x'; it has no options"]


def test_conditions_of_pydantic_hold() -> None:
    assert bound(Picky, port="8080", pair="4") == {"port": 8080, "pair": 4}
    assert problems(Picky, port="0", pair="3") == [
        "app.ini:11:5: option 'port' of source 'x': '0' is not accepted: input should be greater than 0",
        "app.ini:12:5: option 'pair' of source 'x': '3' is not accepted: expected an even number",
    ]


# -- secrets


def test_a_secret_is_bound_and_shown_nowhere() -> None:
    binding = bind(Everything, values(password="hunter2"), called="source 'x'", place=PLACE)
    assert binding.arguments["password"].get_secret_value() == "hunter2"
    assert "hunter2" not in repr(binding)


def test_a_secret_is_in_no_complaint() -> None:
    found = problems(Secretive, password="hunter2", pins="1234, hunter2", pasword="hunter2")
    assert len(found) == 4
    assert "hunter2" not in str(found)
    assert found[0].endswith("the value is not accepted (it is secret and not shown)")


def test_a_validator_that_fails_is_a_problem_like_others() -> None:
    assert problems(Failing, token="hunter2") == [
        "app.ini:10:1: the options of source 'x' cannot be read: LookupError"
    ]


def test_options_tell_everything() -> None:
    by_name = {option.name: option for option in options_of(Everything)}
    every = by_name["every"]
    assert (every.type, every.required, every.default, every.help) == (
        "length of time",
        False,
        60,
        "time between ticks",
    )
    assert (every.secret, every.role, every.section, every.key) == (False, None, None, "every")
    assert by_name["password"].secret
    assert by_name["maybe_path"].key == "maybe path"
    assert {name: option.type for name, option in by_name.items()} == {
        "text": "text",
        "count": "whole number",
        "ratio": "number",
        "flag": "yes or no",
        "path": "path",
        "names": "list of text",
        "numbers": "list of whole number",
        "mode": "fast | slow | 3",
        "colour": "red | dark blue",
        "maybe": "text, or empty",
        "maybe_path": "path, or empty",
        "every": "length of time",
        "limit": "size, or empty",
        "password": "secret, or empty",
        "json": "text",
        "class_": "text",
        "unannotated_number": "whole number",
        "unannotated_none": "text, or empty",
    }
