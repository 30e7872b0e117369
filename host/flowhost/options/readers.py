"""Makes any option type readable from a text of an INI file, where everything is text."""

from __future__ import annotations

import enum
import re
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator, WithJsonSchema

from flowhost.options.quantities import Label, Section, unreadable
from flowhost.options.wording import nearest, quoted, spelled
from flowhost.places import Place, Value

LISTS = (list, tuple, set, frozenset)

_FLAGS = {
    "1": True,
    "yes": True,
    "true": True,
    "on": True,
    "0": False,
    "no": False,
    "false": False,
    "off": False,
}

# types put together at run time are values like any other; a type checker cannot follow them
_Annotated: Any = Annotated
_Union: Any = Union


def readable(annotation: Any) -> Any:
    """The same type, readable from text: lists by comma, booleans by word, a blank as None if allowed."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner, *said = arguments
        kept = [one for one in said if not isinstance(one, str | Label | Section)]
        return _with(readable(inner), *kept)
    if origin in (Union, types.UnionType):
        union = _Union[tuple(readable(one) for one in arguments)]
        return _with(union, BeforeValidator(_blank_as_none)) if type(None) in arguments else union
    if origin in LISTS or annotation in LISTS:
        of = tuple(one if one is Ellipsis else readable(one) for one in arguments) or (str,)
        whole = (origin or annotation)[(*of, ...) if annotation is tuple else of]
        return _with(whole, BeforeValidator(_items))
    if origin is dict:
        return dict[readable(arguments[0]), readable(arguments[1])]  # type: ignore[misc]  # put together at run time
    return _readable_class(annotation)


def choices_of(annotation: Any) -> Mapping[str, Any]:
    """Text → value for a Literal or an Enum; empty for any other type."""
    if get_origin(annotation) is Literal:
        return {str(value): value for value in get_args(annotation)}
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return {str(member.value): member for member in annotation}
    return {}


def reads_place(annotation: Any) -> bool:
    """Whether values of this type, or those in it, are made of a text with its place: a `Value`.

    A type says so with ``reads_place = True``, and reads the `Value` in its pydantic schema.
    """
    return (
        annotation is Value
        or getattr(annotation, "reads_place", False) is True
        or any(reads_place(one) for one in get_args(annotation))
    )


def switched_on(text: str) -> bool:
    """Whether a text is a word for yes."""
    return _FLAGS.get(text.strip().lower(), False)


def _readable_class(annotation: Any) -> Any:
    if annotation is Value:
        return _with(Value, BeforeValidator(_placed), WithJsonSchema({"type": "string"}))
    if choices := choices_of(annotation):
        values = [getattr(value, "value", value) for value in choices.values()]
        return _with(annotation, BeforeValidator(_choice(choices)), WithJsonSchema({"enum": values}))
    if annotation is bool:
        return _with(bool, BeforeValidator(_flag))
    if annotation is Path:
        return _with(Path, BeforeValidator(_path))
    return annotation


def _with(annotation: Any, *said: object) -> Any:
    return _Annotated[(annotation, *said)] if said else annotation


def _flag(value: object) -> object:
    if not isinstance(value, str):
        return value
    if (flag := _FLAGS.get(value.strip().lower())) is None:
        raise unreadable(
            f"{quoted(value)} is neither yes nor no; expected 1, yes, true, on or 0, no, false, off"
        )
    return flag


def _placed(value: object) -> object:
    return Value("", value, Place("")) if isinstance(value, str) else value


def _items(value: object) -> object:
    return (
        [item.strip() for item in re.split(r"[,\n]", value) if item.strip()]
        if isinstance(value, str)
        else value
    )


def _blank_as_none(value: object) -> object:
    text = value.text if isinstance(value, Value) else value
    return None if isinstance(text, str) and not text.strip() else value


def _path(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise unreadable("the path is empty")  # Path("") would silently be the working directory
    return value


def _choice(choices: Mapping[str, Any]) -> Callable[[object], object]:
    by_plain_form = {spelled(text).lower(): value for text, value in choices.items()}

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        plain = spelled(value).lower()
        if value not in choices and plain not in by_plain_form:
            known = ", ".join(repr(text) for text in choices)
            raise unreadable(f"{quoted(value)} is not one of {known}{nearest(value, choices)}")
        return choices.get(value, by_plain_form.get(plain))

    return read
