from __future__ import annotations

from typing import Annotated, Any

import pytest

import flowhost
from flowhost.options import options_of


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

    class Parent:
        def __init__(self, *, store: flowhost.Store, count: int = 0) -> None: ...

    class Child(Parent): ...

    @dataclass
    class Data:
        url: Annotated[str, "where"]
        tries: int = 3

    assert [option.name for option in options_of(Child)] == [option.name for option in options_of(Parent)]
    assert [(option.name, option.required) for option in options_of(Data)] == [
        ("url", True),
        ("tries", False),
    ]


def test_a_role_has_no_constructor_of_its_own() -> None:
    class Memory(flowhost.Store): ...

    assert options_of(Memory) == ()
