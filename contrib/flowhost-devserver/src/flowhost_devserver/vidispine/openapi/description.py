"""The whole description."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

from flowhost_devserver.vidispine.forms import DOCUMENTS
from flowhost_devserver.vidispine.openapi.reading import Exchange, exchange
from flowhost_devserver.vidispine.openapi.schemas import schemas
from flowhost_devserver.vidispine.routing import Route

VIDISPINE_REFUSALS = (400, 401, 403, 404, 409, 413, 501, 503)
PORTAL_REFUSALS = (400, 401, 403, 404, 409, 413, 503)

_VARIABLE = re.compile("<(?:[^<>:]*:)?([^<>]+)>")
_BODIES = ("PUT", "POST", "DELETE")


def description(areas: Iterable[tuple[str, Iterable[Route], bool]]) -> dict[str, Any]:
    """The description of some pages.

    Args:
        areas: path of an area, its routes, and whether it refuses as Portal does.
    """
    paths = dict[str, dict[str, Any]]()
    for base, routes, portal in areas:
        for route in routes:
            path = base + _VARIABLE.sub(r"{\1}", route.path)
            paths.setdefault(path, {})[route.method.lower()] = _operation(route, portal=portal)
    return {
        "openapi": "3.1.0",
        "info": {"title": "A Vidispine to develop and test against, with Portal", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "token": {"type": "apiKey", "in": "header", "name": "Authorization"},
                "portal": {"type": "apiKey", "in": "header", "name": "AUTH-TOKEN"},
            },
        },
        "security": [{"basic": []}, {"token": []}, {"portal": []}],
    }


def _operation(route: Route, *, portal: bool) -> dict[str, Any]:
    found = exchange(route.page)
    summary = (inspect.getdoc(route.page) or "").partition("\n")[0]
    operation: dict[str, Any] = {
        "summary": summary,
        "parameters": [*_path_parameters(route), *_parameters(found)],
        "responses": _responses(found, portal=portal),
    }
    if found.takes and route.method in _BODIES:
        content = [_schema(name) for name in sorted(found.takes)]
        schema = content[0] if len(content) == 1 else {"anyOf": content}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return operation


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"} if name in DOCUMENTS else {"type": "object"}


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _VARIABLE.findall(route.path)
    ]


def _parameters(found: Exchange) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "schema": _parameter(kind)}
        for name, kind in sorted(found.parameters.items())
    ]


def _parameter(kind: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}} if kind == "array" else {"type": kind}


def _responses(found: Exchange, *, portal: bool) -> Mapping[str, Any]:
    content = [_schema(name) for name in sorted(found.gives)] or [{}]
    schema = content[0] if len(content) == 1 else {"anyOf": content}
    good: dict[str, Any] = {"description": "It is done.", "content": {"application/json": {"schema": schema}}}
    if found.texts or not found.gives:
        good["content"]["text/plain"] = {"schema": {"type": "string"}}
    successes = {str(status): good for status in sorted(found.statuses | {200})}
    refusal = "Detail" if portal else "ExceptionDocument"
    told = {"application/json": {"schema": _told(refusal)}}
    refusals = PORTAL_REFUSALS if portal else VIDISPINE_REFUSALS
    return successes | {
        str(status): {"description": "It is refused.", "content": told} for status in refusals
    }


def _told(name: str) -> dict[str, Any]:
    mine = {"$ref": f"#/components/schemas/{name}"}
    return mine if name == "Detail" else {"anyOf": [mine, {"$ref": "#/components/schemas/Unroutable"}]}
