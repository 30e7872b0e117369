"""What stands before pydantic when a document's values are read: each value has the form that its type asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretBytes, SecretStr

from flowhost.options.placed import PlacedText
from flowhost.options.quantities import unreadable
from flowhost.options.wording import quoted
from flowhost.places import Place, Value


def unfit(value: object, words: str) -> Exception:
    """The error of a value that has the wrong form or type."""
    form = shape_of(value)
    if form == "nothing":
        return unreadable(f"it is empty; expected {words}")
    word = "yes" if value is True else "no" if value is False else quoted(value)
    return unreadable(f"{word if form == 'single' else f'a {form}'} is not accepted; expected {words}")


def shape_of(value: object) -> str:
    """What form a value of a document has: ``nothing``, ``list``, ``mapping`` or ``single``."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "mapping"
    return "list" if isinstance(value, list | tuple | set | frozenset) else "single"


def scalar_reader(words: str, *kinds: type) -> Callable[[object], object]:
    """Passes a single value of one of these types on; True and False are no numbers."""

    def read(value: object) -> object:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise unfit(value, words)
        return str(value) if isinstance(value, str) else value

    return read


def text_reader(words: str) -> Callable[[object], object]:
    """Passes a text on; a number or a date is its text."""

    def read(value: object) -> object:
        return value if isinstance(value, SecretStr | SecretBytes | Path) else _text_of(value, words)

    return read


def _text_of(value: object, words: str) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, date):  # YAML reads 2024-05-01 as one
        return value.isoformat()
    raise unfit(value, words)


def value_reader(words: str) -> Callable[[object], object]:
    """Passes a text on with its place, to what reads places."""

    def read(value: object) -> object:
        if isinstance(value, PlacedText):
            return Value(value.key, str(value), value.place)
        if shape_of(value) == "single" and not isinstance(value, bool | int | float | str | date):
            return value  # made already
        return Value("", _text_of(value, words), Place(""))

    return read


def choice_reader(choices: Mapping[str, Any]) -> Callable[[object], object]:
    """Passes one of these values, or a text for one, on."""

    def read(value: object) -> object:
        if any(value is one or (type(value) is type(one) and value == one) for one in choices.values()):
            return value
        return _text_of(value, "one of " + ", ".join(map(repr, choices)))

    return read


def list_reader(words: str) -> Callable[[object], object]:
    """Passes a list on; a single value is a list of one."""

    def read(value: object) -> object:
        if shape_of(value) == "nothing":
            raise unfit(value, words)
        return value if shape_of(value) == "list" else [value]

    return read


def mapping_reader(words: str) -> Callable[[object], object]:
    """Passes a mapping on."""

    def read(value: object) -> object:
        if not isinstance(value, Mapping):
            raise unfit(value, words)
        return value

    return read
