"""What all documents have in common: reading, printing, and what they do not know is kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.alias_generators import to_camel

T = TypeVar("T")

SHOWN_CHARACTERS = 60
"""Of a value that go into a sentence."""


class ReadError(ValueError):
    """Something is not the document it should be; the sentence says where and why."""


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return "" if value is None else value


def _as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _as_mapping(value: object) -> object:
    return {} if value == "" else value  # an element without anything in it


Text = Annotated[str, BeforeValidator(_as_text)]
"""A text; numbers and flags are taken for what they are written as, and null for nothing."""

Many = Annotated[list[T], BeforeValidator(_as_list)]
"""Some of a kind; one alone, as some writers of JSON make it, is a list of one."""

OneOrMany = Annotated[list[T], BeforeValidator(_as_list), PlainSerializer(_one_or_all)]
"""As `Many`, but one alone is written without a list."""


Keys = Annotated[dict[str, Any], BeforeValidator(_as_mapping)]
"""Keys of which nothing is known."""


def _key(name: str) -> str:
    """The key of a field in a document: ``high_watermark`` is ``highWatermark``, ``key__regex`` is ``key-regex``."""
    return "-".join(to_camel(part) for part in name.rstrip("_").split("__")) if name.strip("_") else name


class Document(BaseModel):
    """Something that a site sends or takes. In Python its fields are called as in JSON, with ``_`` before capitals.

    What is null is as if it were not there. Keys without a field are kept in ``model_extra``, and printed again. What was
    not given is not printed.
    """

    model_config = ConfigDict(
        extra="allow",
        alias_generator=_key,
        populate_by_name=True,
        defer_build=True,  # who uses none of them pays nothing
    )

    xml_root: ClassVar[str] = ""
    """Name of the root element in XML; empty: it is none."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset()
    """Keys that XML has as attributes."""

    xml_text: ClassVar[str] = ""
    """The key that in XML is the text of the element; empty: it has none."""

    @classmethod
    def from_json(cls: type[D], data: object) -> D:
        """The document that a JSON value says.

        Raises:
            ReadError: it is another.
        """
        if not isinstance(data, Mapping):
            raise ReadError(f"expected an object, not {_shown(data)}")
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            wrong = f"{place} is {_shown(first['input'])}: {first['msg'].lower()}"
            raise ReadError(wrong) from None

    def to_json(self) -> dict[str, Any]:
        """The document as a JSON object."""
        return self.model_dump(by_alias=True, mode="json")

    @model_validator(mode="before")
    @classmethod
    def _without_null(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or None not in data.values():
            return data
        return {key: value for key, value in data.items() if value is not None}

    @model_serializer(mode="wrap")
    def _without_what_was_not_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        given = self.model_fields_set
        unset = {key for name, key in _empty(type(self)) if name not in given and not getattr(self, name)}
        return {key: value for key, value in handler(self).items() if value is not None and key not in unset}


@cache
def _empty(kind: type[Document]) -> list[tuple[str, str | None]]:
    """Name and key of the fields that are empty when they are not given."""
    return [(name, field.alias) for name, field in kind.model_fields.items() if field.default in ("", [])]


D = TypeVar("D", bound=Document)


class ListDocument(Document):
    """A list that may come in pages."""

    hits: int | None = None
    next_cursor: str | None = None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
