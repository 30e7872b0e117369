from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

import flowhost
from flowhost.options import options_of


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


class Needy:
    def __init__(
        self,
        *,
        store: Annotated[flowhost.Store, "where to remember"],
        clock: flowhost.Clock,
        daemon: flowhost.DaemonInfo,
        ledger: flowhost.Ledger | None = None,
        broker: flowhost.Broker | None,
    ) -> None: ...


class Mapper:
    def __init__(
        self,
        *,
        mappings: Annotated[dict[str, str], flowhost.Section("Mappings"), "from → to"],
        fields: Annotated[dict[str, dict[str, str]], flowhost.Section("Field:*"), "fields"] = {},  # noqa: B006  # never changed
        limits: Annotated[dict[str, int] | None, flowhost.Section("Limits")] = None,
    ) -> None: ...


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


def test_needs_and_sections_in_words() -> None:
    store, clock, *_ = options_of(Needy)
    assert (store.type, store.role, store.host_given, store.required) == (
        "Store resource",
        flowhost.Store,
        False,
        True,
    )
    assert (clock.type, clock.host_given) == ("given by the host", True)
    assert [option.type for option in options_of(Mapper)] == [
        "section [Mappings]",
        "sections [Field:*]",
        "section [Limits]",
    ]


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ("self, **options", "'options' takes any keyword arguments"),
        ("self, *options", "'options' takes any positional arguments"),
        ("self, option: int, /", "'option' is positional-only"),
        ("self, *, headers: dict[str, str]", "'headers' is a mapping, which an INI key cannot hold"),
        ("self, *, lock: object", "'lock' has a type that a text cannot be turned into"),
        (
            "self, *, lock: Missing",
            "the constructor's annotations cannot be read: name 'Missing' is not defined",
        ),
    ],
)
def test_constructors_that_are_no_schema(parameters: str, complaint: str) -> None:
    scope: dict[str, Any] = {"__name__": "scope"}
    exec(f"from __future__ import annotations\nclass Part:\n    def __init__({parameters}): pass", scope)
    if "object" in parameters:
        scope["Part"].__init__.__annotations__["lock"] = type("Lock", (), {})
    with pytest.raises(TypeError) as raised:
        options_of(scope["Part"])
    assert complaint in str(raised.value)


def test_the_constructor_may_be_inherited_or_a_dataclass() -> None:
    from dataclasses import dataclass

    class Child(Needy): ...

    @dataclass
    class Data:
        url: Annotated[str, "where"]
        tries: int = 3

    assert [option.name for option in options_of(Child)] == [option.name for option in options_of(Needy)]
    assert [(option.name, option.required) for option in options_of(Data)] == [
        ("url", True),
        ("tries", False),
    ]


def test_a_role_has_no_constructor_of_its_own() -> None:
    class Memory(flowhost.Store): ...

    assert options_of(Memory) == ()
