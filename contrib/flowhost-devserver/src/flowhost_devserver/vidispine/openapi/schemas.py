"""The tables of forms as JSON Schema."""

from __future__ import annotations

from typing import Any

from flowhost_devserver.vidispine.forms import DOCUMENTS, TYPES
from flowhost_devserver.vidispine.refusals import FAULTS

_SCALARS: dict[str, Any] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
}

_JSON_ONLY = {"FacetRange": {"integerorempty": {"type": "string"}}}
"""Keys that a type has besides those of its form, which XML does not have."""

UNROUTABLE = {
    "type": "object",
    "description": "There is nothing at this path.",
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    "required": ["code", "message"],
}

DETAIL = {
    "type": "object",
    "description": "A refusal of Portal.",
    "properties": {"detail": {"type": "string"}},
    "required": ["detail"],
}

FAULT = {
    "type": ["object", "null"],
    "properties": {key: {"type": ["string", "null"]} for key in ("type", "id", "context", "explanation")},
}

EXCEPTION = {
    "type": "object",
    "description": "A refusal: one of the nine keys has a value.",
    "properties": dict.fromkeys(FAULTS, FAULT),
    "required": list(FAULTS),
    "additionalProperties": False,
}


def schemas() -> dict[str, Any]:
    """Every document and type by its name."""
    types = {kind: _type(kind) for kind in sorted(TYPES)}
    documents = {name: _reference(kind) for name, kind in sorted(DOCUMENTS.items())}
    told = {"Unroutable": UNROUTABLE, "Detail": DETAIL, "ExceptionDocument": EXCEPTION}
    return types | documents | told


def _reference(kind: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{kind}"}


def _type(kind: str) -> dict[str, Any]:
    keys = {key: _key(what.lstrip("@")) for key, what in TYPES[kind].items()}
    return {"type": "object", "properties": keys | _JSON_ONLY.get(kind, {})}


def _key(what: str) -> dict[str, Any]:
    inner = what.rpartition("/")[2].rstrip("*")
    schema = _reference(inner) if inner in TYPES else _SCALARS.get(inner, {"type": "string"})
    return {"type": "array", "items": schema} if what.endswith("*") else schema
