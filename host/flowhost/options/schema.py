"""A part's options as a pydantic model and as JSON Schema."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic_core import to_jsonable_python

from flowhost.options.readers import readable
from flowhost.options.signature import Option, options_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_CONFIG = ConfigDict(extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


def model_of(part: type, options: Iterable[Option]) -> type[BaseModel]:
    """The pydantic model that turns the texts of one INI section into values, without needs and sections."""
    fields: dict[str, Any] = {
        # prefixed, because a field may not be called e.g. `json` or `copy`; the alias is what everybody sees
        f"option_{option.name}": (
            readable(option.annotation),
            Field(
                ... if option.required else option.default, alias=option.key, description=option.help or None
            ),
        )
        for option in options
        if option.role is None and option.section is None
    }
    return create_model(part.__name__, __config__=_CONFIG, **fields)


def json_schema(part: type, *, title: str | None = None) -> dict[str, Any]:
    """The options of a part as a JSON Schema (draft 2020-12) of its INI section.

    Args:
        part: its class.
        title: title of the schema; the part's name by default.

    Raises:
        TypeError: see `options_of`.
    """
    options = options_of(part)
    # pydantic warns of defaults it cannot write as JSON, so it sees none; `_finish` writes those that can be
    model = model_of(part, (replace(option, required=True) for option in options))
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        **model.model_json_schema(by_alias=True),
        "title": title or getattr(part, "name", part.__name__),
        "description": documentation(part).partition("\n")[0],
    }
    properties: dict[str, Any] = schema.setdefault("properties", {})
    for option in options:
        if option.role is not None and not option.host_given:
            properties[option.key] = _need_schema(option)
        elif option.key in properties:
            _finish(properties[option.key], option)
    schema["required"] = [o.key for o in options if o.required and o.role is None and not o.section]
    return schema


def documentation(part: type) -> str:
    """A part's own docstring, not an inherited one: what it is, in its first line."""
    return inspect.cleandoc(vars(part).get("__doc__") or "")


def _need_schema(option: Option) -> dict[str, Any]:
    assert option.role is not None
    said = option.help or f"the {option.role.__name__} to use"
    return {"title": option.key, "description": f"{said}: name of a resource", "type": "string"}


def _finish(schema: dict[str, Any], option: Option) -> None:
    schema["title"] = option.key
    for one in (schema, *schema.get("anyOf", ())):
        if one.get("type") == "array":
            one["type"] = ["array", "string"]  # as an INI file writes it, with commas
    if option.secret:
        schema["writeOnly"] = True
    elif not option.required:
        schema["default"] = to_jsonable_python(option.default, fallback=str)
