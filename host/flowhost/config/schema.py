"""The JSON Schema of a profile in this installation: which sections there may be, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from flowhost.options import json_schema, options_of
from flowhost.options.schema import DIALECT
from flowhost.parts import Kind
from flowhost.registry import Registry

_SECTION: dict[str, Any] = {"type": "object"}


def profile_schema(
    registry: Registry, settings: Mapping[str, type], *, every_source: type | None = None
) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a profile as an object: section title → key → value.

    Args:
        registry: the plugins of this installation.
        settings: title → class whose constructor's options are the keys, for the sections of the host itself.
        every_source: class with the options that every source section has besides its source's own.
    """
    besides = json_schema(every_source)["properties"] if every_source else {}
    sources = {"oneOf": [*_by_type(registry, "source", besides), _OWN_SOURCE]}
    resources = registry.parts("resource").values()
    titled = {kind.section: _inner(kind, kind.section) for kind in resources if hasattr(kind, "section")}
    app_sections = dict(_app_sections(registry))
    return {
        "$schema": DIALECT,
        "title": "flowhost profile",
        "type": "object",
        "properties": {
            **{title: _inner(kind, title) for title, kind in settings.items()},
            "Source": sources,
            "Worker": _SECTION,
            **titled,
            **{title: schema for title, schema in app_sections.items() if "*" not in title},
        },
        "patternProperties": {
            "^Source:.+$": sources,
            "^Resource:.+$": {"oneOf": list(_by_type(registry, "resource", {}))},
            "^Parser:.+$": {"anyOf": list(_by_type(registry, "parser", {}, required=False))},
            **{_pattern(title): schema for title, schema in app_sections.items() if "*" in title},
        },
        "additionalProperties": _SECTION,  # classes beside the profile may read sections of their own
        "allOf": [_worker_section(name, kind) for name, kind in registry.parts("worker").items()],
    }


_OWN_SOURCE: dict[str, Any] = {
    "title": "the source the worker class names",
    "type": "object",
    "not": {"required": ["type"]},
}


def _by_type(
    registry: Registry, kind: Kind, besides: Mapping[str, Any], *, required: bool = True
) -> Iterator[dict[str, Any]]:
    """The schema of each part of a kind, as a section that names the part in its key ``type``."""
    for name, part in registry.parts(kind).items():
        schema = _inner(part)
        schema["properties"] = {**besides, "type": {"const": name}, **schema["properties"]}
        schema["required"] = [*(["type"] if required else []), *schema["required"]]
        yield schema


def _worker_section(name: str, part: type) -> dict[str, Any]:
    named = {"properties": {"worker": {"const": name}}, "required": ["worker"]}
    needed = ["Worker"] if _inner(part)["required"] else []
    return {
        "if": {"properties": {"Flow": named}, "required": ["Flow"]},
        "then": {"properties": {"Worker": _inner(part)}, "required": needed},
    }


def _app_sections(registry: Registry) -> Iterator[tuple[str, dict[str, Any]]]:
    """Sections that options of parts are read from."""
    for kind in get_args(Kind):
        for part in registry.parts(kind).values():
            for option in options_of(part):
                if option.section:
                    yield option.section, {**_SECTION, "description": option.help}


def _inner(part: type, title: str | None = None) -> dict[str, Any]:
    return {key: value for key, value in json_schema(part, title=title).items() if key != "$schema"}


def _pattern(title: str) -> str:
    # not re.escape: it also escapes blanks and hyphens, which other languages' regular expressions refuse
    literal = [re.sub(r"([\\^$.|?*+()\[\]{}])", r"\\\1", piece) for piece in title.split("*")]
    return f"^{'.+'.join(literal)}$"
