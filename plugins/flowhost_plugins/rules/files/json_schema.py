"""The JSON Schema of a rule file, made of the forms of its keys and of the installed actions.

Editors complete and check rule files with it. It knows the hyphenated spelling of keys only, and cannot say what needs more
than the text: whether a time zone exists, what an expression means, which two rules contradict each other.
"""

from __future__ import annotations

from typing import Any

import flowhost
from flowhost_plugins.rules.files.forms import Schema
from flowhost_plugins.rules.files.reading import rule_form
from flowhost_plugins.rules.files.texts import Condition
from flowhost_plugins.rules.rule import Distribution

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_DEFINITION = "#/$defs/"


def schema(workbench: flowhost.Workbench) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a rule file.

    Args:
        workbench: knows the installed actions, also those of plugins of your own.
    """
    definitions: dict[str, Schema] = {}
    whole = rule_form().schema()
    steps = [one for name in workbench.names("action") for one in _step(workbench, name, definitions)]
    definitions["step"] = {"anyOf": steps}
    actions = whole["properties"]["actions"]
    whole["properties"]["actions"] = {**actions, "items": {"$ref": f"{_DEFINITION}step"}}
    return {
        "$schema": DIALECT,
        "title": "rule",
        "description": "A rule of flowhost: what it reacts to, and what it does then.",
        **whole,
        "allOf": [*whole.get("allOf", ()), _acts()],
        "$defs": definitions,
    }


def _step(workbench: flowhost.Workbench, name: str, definitions: dict[str, Schema]) -> list[Schema]:
    """The ways to write a step with an action: its name alone, when it needs nothing; or with its parameters."""
    parameters = _hoisted(workbench.schema("action", name), name, definitions)
    said = workbench.documentation("action", name)
    value: Schema = {**parameters, "description": said}
    ways: list[Schema] = []
    if not parameters.get("required"):
        ways.append({"const": name, "description": said})
        value = {"anyOf": [parameters, {"type": "null"}], "description": said}
    when = {**Condition().schema(), "description": "the step is taken when this holds, else skipped"}
    ways.append(
        {
            "type": "object",
            "properties": {name: value, "when": when},
            "required": [name],
            "additionalProperties": False,
        }
    )
    return ways


def _acts() -> Schema:
    """A rule has actions; or a format distribution, which is one."""
    distributes: Schema = {"type": "object", "required": [Distribution.kind]}
    any_of_them = {"anyOf": [distributes, {"type": "array", "contains": distributes}]}
    triggers = [{"required": [key], "properties": {key: any_of_them}} for key in ("trigger", "triggers")]
    return {"anyOf": [{"required": ["actions"]}, *triggers]}


def _hoisted(part: Any, owner: str, definitions: dict[str, Schema]) -> Any:
    """A part of a schema whose own definitions are now among those of the whole, with its references to them."""
    if isinstance(part, list):
        return [_hoisted(one, owner, definitions) for one in part]
    if not isinstance(part, dict):
        return part
    for name, definition in part.get("$defs", {}).items():
        definitions[f"{owner}.{name}"] = _hoisted(definition, owner, definitions)
    return {
        key: f"{_DEFINITION}{owner}.{value.removeprefix(_DEFINITION)}"
        if key == "$ref" and isinstance(value, str)
        else _hoisted(value, owner, definitions)
        for key, value in part.items()
        if key != "$defs"
    }
