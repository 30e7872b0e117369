"""A part's constructor, read as a list of options."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from pydantic import SecretBytes, SecretStr, TypeAdapter

from flowhost.options.quantities import Label, Section
from flowhost.options.readers import LISTS, choices_of, readable, reads_place
from flowhost.options.wording import spelled
from flowhost.parts import Clock, DaemonInfo, Resource
from flowhost.places import Value
from flowhost.workbench import Workbench

_NAMES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    Path: "path",
    SecretStr: "secret",
    Value: "text",
}
_NOT_BY_NAME = {
    inspect.Parameter.POSITIONAL_ONLY: "is positional-only",
    inspect.Parameter.VAR_POSITIONAL: "takes any positional arguments (*)",
    inspect.Parameter.VAR_KEYWORD: "takes any keyword arguments (**)",
}

Class: TypeAlias = type  # in Option, `type` is a field


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a part.

    Args:
        name: the constructor's parameter.
        type: what it holds, in words, e.g. ``length of time``.
        required: whether it must be given: there is no default.
        default: its default; None when there is none.
        help: what it is for.
        secret: whether its value must never be shown.
        role: for a need: the type of what the host wires in, a role or something only the host has.
        section: title pattern of the INI sections it is read from; None for a key in the part's own section.
        annotation: its type, for `bind`.
    """

    name: str
    type: str
    required: bool
    default: Any = None
    help: str = ""
    secret: bool = False
    role: Class | None = None
    section: str | None = None
    annotation: Any = field(default=str, repr=False, compare=False)

    @property
    def key(self) -> str:
        """How an INI file spells it."""
        return spelled(self.name)

    @property
    def nullable(self) -> bool:
        """Whether it may be None."""
        return _said(self.annotation)[2]

    @property
    def host_given(self) -> bool:
        """Whether it is a need only the host can fill, never the config."""
        return self.role is not None and Resource not in self.role.__mro__


def options_of(part: type) -> tuple[Option, ...]:
    """The options of a part, in the order of its constructor.

    Raises:
        TypeError: the constructor cannot be turned into options; the sentence says which parameter and why.
    """
    constructor = _constructor(part)
    from_document = hasattr(part, "act") or is_dataclass(part)
    if constructor is None:
        return ()
    try:
        hints = get_type_hints(constructor, include_extras=True)
        parameters = list(inspect.signature(constructor).parameters.values())[1:]
    except Exception as error:  # annotations are a stranger's code, evaluated here
        raise TypeError(f"the constructor's annotations cannot be read: {error}") from error
    return tuple(_option(parameter, hints, from_document=from_document) for parameter in parameters)


def _constructor(part: type) -> Callable[..., None] | None:
    """The __init__ somebody wrote, not the ones of object and typing.Protocol."""
    for owner in part.__mro__[:-1]:
        own: Callable[..., None] | None = vars(owner).get("__init__")
        if own is None or own is object.__init__:  # which Protocol gives to a subclass once one was made
            continue
        if own.__module__ not in ("typing", "typing_extensions"):
            return own
    return None


def _option(parameter: inspect.Parameter, hints: dict[str, Any], *, from_document: bool) -> Option:
    name = parameter.name
    if parameter.kind in _NOT_BY_NAME:
        raise TypeError(
            f"the constructor's parameter {name!r} {_NOT_BY_NAME[parameter.kind]}; options are keyword-only"
        )
    required = parameter.default is inspect.Parameter.empty
    default = None if required else parameter.default
    annotation = hints.get(name) if name in hints else _type_of_default(default)
    bare, said, _ = _said(annotation)
    section = next((one.pattern for one in said if isinstance(one, Section)), None)
    role = bare if _is_need(bare) else None
    if not role:
        _check(name, annotation, section, from_document=from_document)
    return Option(
        name,
        words_of(annotation, section),
        required,
        default,
        help=next((one for one in said if isinstance(one, str)), ""),
        secret=_is_secret(annotation),
        role=role,
        section=section,
        annotation=annotation,
    )


def _type_of_default(default: object) -> Any:
    """The type of an option without annotation."""
    if default is None:
        return str | None
    return type(default) if isinstance(default, bool | int | float | Path | list) else str


def _said(annotation: Any) -> tuple[Any, list[Any], bool]:
    """A type without its wrapping; all that `Annotated` says about it; whether None is allowed besides."""
    said: list[Any] = []
    nullable = False
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation = arguments[0]
            said += arguments[1:]
        elif origin in (Union, types.UnionType) and len(arguments) == 2 and type(None) in arguments:
            annotation = next(one for one in arguments if one is not type(None))
            nullable = True
        else:
            return annotation, said, nullable


def _is_need(bare: Any) -> bool:
    if not isinstance(bare, type):
        return False
    # by inheritance: issubclass() of a protocol would only compare method names
    return (
        Resource in bare.__mro__
        or bare in (Clock, DaemonInfo, Workbench)
        or getattr(bare, "given_by_host", False) is True
    )


def _is_secret(annotation: Any) -> bool:
    return annotation in (SecretStr, SecretBytes) or any(_is_secret(one) for one in get_args(annotation))


def _check(name: str, annotation: Any, section: str | None, *, from_document: bool) -> None:
    bare = _said(annotation)[0]
    if section is None and not from_document and (get_origin(bare) or bare) is dict:
        example = "Annotated[dict[str, str], flowhost.Section('Title'), 'help']"
        raise TypeError(f"the option {name!r} is a mapping, which an INI key cannot hold; expected {example}")
    if _is_plain(bare):
        return  # without making a validator: with many plugins that would take most of the start-up
    try:
        TypeAdapter(_readable(annotation, from_document=from_document))
    except Exception as error:  # a type may describe itself to pydantic in code of its own
        reason = str(error).splitlines()[0]
        raise TypeError(
            f"the option {name!r} has a type that a text cannot be turned into: {reason}"
        ) from error


def _readable(annotation: Any, *, from_document: bool) -> Any:
    if not from_document:
        return readable(annotation)
    from flowhost.options.structure import structured  # which stands on this

    return structured(annotation)


def _is_plain(bare: Any) -> bool:
    origin = get_origin(bare) or bare
    if origin in (*LISTS, dict, Mapping, Union, types.UnionType):
        return all(inner is Ellipsis or _is_plain(_said(inner)[0]) for inner in get_args(bare))
    if isinstance(bare, type) and reads_place(bare) and bare.__module__.startswith("flowhost."):
        return True
    return bare in _NAMES or bare is type(None) or bool(choices_of(bare))


def words_of(annotation: Any, section: str | None = None) -> str:
    """What values of a type are called in tables and messages."""
    if section is not None:
        return f"sections [{section}]" if "*" in section else f"section [{section}]"
    bare, said, nullable = _said(annotation)
    label = next((one.text for one in said if isinstance(one, Label)), None) or _barewords_of(bare)
    return f"{label}, or empty" if nullable and not _is_need(bare) else label


def _barewords_of(bare: Any) -> str:
    if bare in _NAMES:
        return _NAMES[bare]
    if choices := choices_of(bare):
        return " | ".join(choices)
    if (get_origin(bare) or bare) in LISTS:
        inner = get_args(bare)
        return f"list of {words_of(inner[0])}" if inner else "list of text"
    if (get_origin(bare) or bare) in (dict, Mapping):
        keys, values = get_args(bare) or (str, Any)
        return f"mapping of {words_of(keys)} to {words_of(values)}"
    if get_origin(bare) in (Union, types.UnionType):
        words = [words_of(one) for one in get_args(bare) if one is not type(None)]
        return " or ".join(words) + (", or empty" if type(None) in get_args(bare) else "")
    if bare is Any:
        return "anything"
    if _is_need(bare):
        return f"{bare.__name__} resource" if Resource in bare.__mro__ else "given by the host"
    return getattr(bare, "option_type", None) or getattr(bare, "__name__", None) or str(bare)
