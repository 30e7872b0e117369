"""What the JSON Schema of an option says besides, when a document such as a YAML file holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import GetJsonSchemaHandler, WithJsonSchema
from pydantic_core.core_schema import CoreSchema

Schema = dict[str, Any]

_NUMBER = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_PATTERNS = {  # regular expressions of ECMAScript; an INI file may also say $NAME
    "length of time": rf"^\s*\+?{_NUMBER}\s*([mM][sS]|[sS]([eE][cC])?|[mM]([iI][nN])?|[hH]|[dD])?\s*$",
    "size": rf"^\s*\+?{_NUMBER}\s*([kKmMgGtT][iI]?)?[bB]?\s*$",
}


class AlsoNumber:
    """A text may be written as a number."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        schema = handler(core)
        return {**schema, "type": ["string", "number"]} if schema.get("type") == "string" else schema


class FlagWords:
    """Yes and no may be written as words."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        return {"enum": [True, False, "yes", "no", "on", "off"]}


class OneOrMore:
    """A list of one may be written without being a list."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        schema = handler(core)
        items = schema.get("items") or next(iter(schema.get("prefixItems", ())), None)
        one_is_enough = schema.get("minItems", 0) <= 1 and schema.get("maxItems", 1) >= 1
        return {"anyOf": [schema, items]} if items and one_is_enough else schema


class Quantity:
    """What a text for a type with this label looks like."""

    def __init__(self, label: str) -> None:
        self.label = label

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        schema = handler(core)
        return {**schema, "pattern": _PATTERNS[self.label]} if self.label in _PATTERNS else schema


def plain_choices(choices: Mapping[str, Any]) -> WithJsonSchema:
    """One of these."""
    return WithJsonSchema({"enum": [getattr(value, "value", value) for value in choices.values()]})
