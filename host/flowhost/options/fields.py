"""A mapping of a document → the arguments of a constructor, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError, to_jsonable_python
from pydantic_core.core_schema import ValidationInfo

from flowhost.options.complaints import complaint, exact_place, purpose
from flowhost.options.signature import Option, options_of
from flowhost.options.structure import structured
from flowhost.options.structure_readers import shape_of
from flowhost.options.wording import nearest, same_key
from flowhost.places import Place

Path = tuple[str | int, ...]

_FACTORY = "<factory>"  # what dataclasses write for a default that is made anew each time


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value.

    Args:
        path: keys and indexes that lead to the value.
        sentence: the end of a sentence that begins with the name of the option.
        place: where exactly within the value, if its reader told.
    """

    path: Path
    sentence: str
    place: Place | None = None


@dataclass(slots=True)
class Reading:
    """What became of a mapping.

    Args:
        arguments: parameter → value, of what could be read.
        faults: what could not.
        unknown: keys that are no option.
        twice: keys that are the same option as another one → that one.
        missing: options that must be given.
    """

    arguments: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    twice: dict[str, str] = field(default_factory=dict)
    missing: list[Option] = field(default_factory=list)


def document_key(option: Option) -> str:
    """How a document spells an option: with hyphens."""
    return option.key.replace(" ", "-")


def read_fields(
    part: type, options: tuple[Option, ...], data: Mapping[str, Any], context: Mapping[str, Any]
) -> Reading:
    """Read the options of a class that are no needs.

    Args:
        part: the class.
        options: those of its options that `data` may hold.
        data: key → value; texts with their places.
        context: for the readers of the types.
    """
    reading = Reading()
    seen: dict[str, str] = {}
    for key, value in data.items():
        option = next((one for one in options if same_key(one.name, str(key))), None)
        if option is None:
            reading.unknown.append(str(key))
        elif option.name in seen:
            reading.twice[str(key)] = seen[option.name]
        else:
            seen[option.name] = str(key)
            _read_one(_adapters(part)[option.name], option, str(key), value, context, reading)
    reading.missing += [one for one in options if one.required and one.name not in seen]
    return reading


def _read_one(
    adapter: TypeAdapter[Any],
    option: Option,
    key: str,
    value: Any,
    context: Mapping[str, Any],
    reading: Reading,
) -> None:
    try:
        reading.arguments[option.name] = adapter.validate_python(value, context=dict(context))
    except ValidationError as error:
        for details in error.errors(include_url=False):
            path = (key, *(step for step in details["loc"] if step != "[key]"))
            reading.faults.append(Fault(path, complaint(details, option), exact_place(details)))
    except Exception as error:  # noqa: BLE001  # a validator in an option's type is a stranger's code
        # without its text, in which a secret may be
        reading.faults.append(Fault((key,), f"the value cannot be read: {type(error).__name__}"))


@cache
def _adapters(part: type) -> Mapping[str, TypeAdapter[Any]]:
    plain = (option for option in options_of(part) if option.role is None and option.section is None)
    return {option.name: TypeAdapter(structured(option.annotation)) for option in plain}


def fields_schema(part: type, options: tuple[Option, ...]) -> dict[str, Any]:
    """The JSON Schema of a mapping that `read_fields` reads; needs are names of resources."""
    properties: dict[str, Any] = {}
    for option in options:
        schema: dict[str, Any] = {"type": "string"}
        if option.role is None:
            schema = {**_adapters(part)[option.name].json_schema()}
            if option.secret:
                schema["writeOnly"] = True
            elif not option.required and repr(option.default) != _FACTORY:
                schema["default"] = to_jsonable_python(option.default, fallback=str)
        if said := option.help or (option.role and f"name of the {option.role.__name__} to use"):
            schema["description"] = said
        properties[document_key(option)] = schema
    required = [document_key(one) for one in options if one.required and one.role is None]
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


# -- records: dataclasses as types of options


def record_type(kind: type) -> Any:
    """A dataclass, read from a mapping as a constructor's options are."""
    options = options_of(kind)

    def read(value: object, info: ValidationInfo[Any]) -> object:
        if isinstance(value, kind):
            return value
        if not isinstance(value, Mapping):
            names = ", ".join(map(document_key, options))
            shown = f"a {shape_of(value)}" if shape_of(value) == "list" else repr(value)
            raise _error(Fault((), f"{shown} is not accepted; expected a mapping with {names}"), value)
        reading = read_fields(kind, options, value, info.context or {})
        faults = [*reading.faults, *_wrong_keys(reading, options)]
        if faults:
            raise ValidationError.from_exception_data(kind.__name__, [_line(one, value) for one in faults])
        try:
            return kind(**reading.arguments)
        except ValueError as error:
            raise _error(Fault((), str(error)), value) from None

    return Annotated[Any, BeforeValidator(read), WithJsonSchema(fields_schema(kind, options))]


def _wrong_keys(reading: Reading, options: tuple[Option, ...]) -> list[Fault]:
    known = [document_key(option) for option in options]
    expected = f"; expected {', '.join(known)}"
    return [
        *(Fault((key,), f"unknown key {key!r}{nearest(key, known) or expected}") for key in reading.unknown),
        *(
            Fault((key,), f"{key!r} is the same key as {first!r}; keep one")
            for key, first in reading.twice.items()
        ),
        *(Fault((), f"the key {document_key(one)!r} is missing{purpose(one)}") for one in reading.missing),
    ]


def _line(fault: Fault, value: object) -> InitErrorDetails:
    told = {"sentence": fault.sentence, **({"place": fault.place} if fault.place else {})}
    return InitErrorDetails(
        type=PydanticCustomError("unreadable", "{sentence}", told), loc=fault.path, input=value
    )


def _error(fault: Fault, value: object) -> ValidationError:
    return ValidationError.from_exception_data("record", [_line(fault, value)])
