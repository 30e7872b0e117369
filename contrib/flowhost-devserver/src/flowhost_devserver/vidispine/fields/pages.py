"""Pages: the fields that metadata may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.fields import forms as _forms  # noqa: F401  # makes its documents known
from flowhost_devserver.vidispine.fields.defaults import ORIGIN
from flowhost_devserver.vidispine.fields.registry import FIELD, GROUP, field_of, known
from flowhost_devserver.vidispine.metadata.clearing import clear
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.simple_metadata import as_fields, from_fields

TYPES = (
    *("date", "date-noindex", "date-sortable"),
    *("float", "float-noindex", "float-sortable"),
    *("integer", "integer-noindex", "integer-sortable"),
    *("long", "long-noindex"),
    *("string", "string-sortable", "string-exact", "string-exact-sortable", "string-noindex"),
    *("boolean", "boolean-noindex"),
    *("timeCode", "timeCode-noindex"),
)
"""What fields can be."""

INDEXES = ("noindex", "index", "extend")
"""How fields are indexed."""

KEPT = (
    "stringRestriction",
    "integerRestriction",
    "longRestriction",
    "floatRestriction",
    "index",
    "fullText",
    "boost",
    "sortable",
    "data",
    "defaultValue",
    "externalId",
    "values",
)
"""What else a definition says of a field."""


def list_fields(call: Call) -> Response:
    """Every field."""
    fields = [shown_field(one, call) for one in call.site.keeping.all(FIELD).values()]
    text = "".join(one["name"] + LINE for one in fields)
    return document(call, "MetadataFieldListDocument", {"field": fields}, text=text)


def read_field(call: Call, name: str) -> Response:
    """One field."""
    field = known(call.site, FIELD, name)
    return document(call, "MetadataFieldDocument", shown_field(field, call), text=field["type"])


def write_field(call: Call, name: str) -> Response:
    """Make a field, or define it anew; what a definition leaves out is as before."""
    given = call.document("MetadataFieldDocument")
    with call.site.lock:
        old = field_of(call.site, name)
        field = defined_field(name, old, given)
        call.site.keeping.put(FIELD, name, field)
    return document(call, "MetadataFieldDocument", shown_field(field, call), text=field["type"])


def delete_field(call: Call, name: str) -> Response:
    """Remove a field, also from the groups that have it, and its values from all metadata."""
    keeping = call.site.keeping
    with call.site.lock:
        if known(call.site, FIELD, name).get("system"):
            told = "the server needs this field itself"
            raise invalid_input("metadata-field", id_=name, explanation=told, value=name)
        keeping.delete(FIELD, name)
        for group in keeping.all(GROUP).values():
            left = [one for one in group.get("field", ()) if one["name"] != name]
            if len(left) != len(group.get("field", ())):
                keeping.put(GROUP, group["name"], {**group, "field": left})
    clear(call.site, "field", name, call.run_as)
    return empty()


def shown_field(field: dict[str, Any], call: Call) -> dict[str, Any]:
    """A field as answers have it: its values and key-values only if they are asked for."""
    hidden = ("data",) if call.flag("includeValues") else ("data", "values")
    made = {key: value for key, value in field.items() if key not in hidden}
    return made | shown_data(field, call)


def shown_data(definition: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """The key-values of a field or group that ``data`` asks for, by their keys, with ``*``, or as ``all``."""
    keys = ["*" if one == "all" else one for one in call.words("data")]
    shown = [one for one in definition.get("data", ()) if any(fnmatchcase(one["key"], key) for key in keys)]
    return {"data": shown} if shown else {}


def defined_field(name: str, old: dict[str, Any] | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """A field as it is kept: what a document says of it and, where that says nothing, as it was.

    Raises:
        Refusal: it makes no sense.
    """
    if old is None and ("_" not in name or not name.isascii() or not name.isidentifier()):
        told = "the name must have an underscore, and else letters and digits only"
        raise invalid_input("metadata-field", id_=name, explanation=told, value=name)
    kind = given.get("type") or (old or {}).get("type")
    if kind not in TYPES:
        told = f"expected one of {', '.join(TYPES)}"
        raise invalid_input("type", id_=name, explanation=told, value=kind)
    _check_pattern(name, given)
    if given.get("index", "index") not in INDEXES:
        told = f"expected one of {', '.join(INDEXES)}"
        raise invalid_input("index", id_=name, explanation=told, value=given["index"])
    before = {key: value for key, value in (old or {}).items() if key not in ("name", "type", "origin")}
    more = {key: given[key] for key in KEPT if given.get(key) not in (None, [], {})}
    if "values" in more:
        more["values"] = as_fields(from_fields(more["values"]))
    return {"name": name, "type": kind, **before, **more, "origin": ORIGIN}


def _check_pattern(name: str, given: Mapping[str, Any]) -> None:
    pattern = given.get("stringRestriction", {}).get("pattern", "")
    try:
        re.compile(pattern)
    except re.error as error:
        raise invalid_input("pattern", id_=name, explanation=str(error), value=pattern) from None


ROUTES = (
    Route("GET", "/metadata-field", list_fields),
    Route("GET", "/metadata-field/<name>", read_field),
    Route("PUT", "/metadata-field/<name>", write_field),
    Route("DELETE", "/metadata-field/<name>", delete_field),
)
