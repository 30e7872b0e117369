"""Configuration properties: those the server goes by, and whatever else clients keep."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.people.rights import new_name, only_administrators
from flowhost_devserver.vidispine.people.tokens import SETTINGS
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.site import PROPERTY

add_forms(
    {
        "ConfigurationProperty": {"lastChange": "@moment", "key": "text", "value": "text"},
        "ConfigurationProperties": {"property": "ConfigurationProperty*"},
    },
    {
        "ConfigurationPropertyDocument": "ConfigurationProperty",
        "ConfigurationPropertyListDocument": "ConfigurationProperties",
    },
)


def topics(call: Call) -> Response:
    """What can be configured."""
    only_administrators(call)
    return uri_list(call, ["properties"])


def list_properties(call: Call) -> Response:
    """Every property that somebody set."""
    only_administrators(call)
    kept = call.site.keeping.all(PROPERTY)
    return document(call, "ConfigurationPropertyListDocument", {"property": list(kept.values())})


def read_property(call: Call, key: str) -> Response:
    """One property; as text its value."""
    only_administrators(call)
    kept = call.site.keeping.get(PROPERTY, key)
    if kept is None:
        raise not_found("configuration-property", key)
    return document(call, "ConfigurationPropertyDocument", kept, text=kept["value"] + LINE)


def write_property(call: Call) -> Response:
    """Set one property."""
    only_administrators(call)
    _set(call, [call.document("ConfigurationPropertyDocument")])
    return empty()


def write_properties(call: Call) -> Response:
    """Set several properties, or none when one of them cannot be."""
    only_administrators(call)
    _set(call, call.document("ConfigurationPropertyListDocument").get("property", []))
    return empty()


def delete_property(call: Call, key: str) -> Response:
    """Let a property be what it is by itself."""
    only_administrators(call)
    if not call.site.keeping.delete(PROPERTY, key):
        raise not_found("configuration-property", key)
    return empty()


def _set(call: Call, given: list[dict[str, Any]]) -> None:
    for one in given:
        key, value = new_name("key", one.get("key", "")), one.get("value", "")
        if key in SETTINGS and not (value.isascii() and value.isdigit() and 0 < int(value) < 10**9):
            raise invalid_input(key, explanation="expected seconds, 1 or more", value=value)
    now = stamp(call.site.clock.now())
    for one in given:
        kept = {"lastChange": now, "key": one["key"], "value": one.get("value", "")}
        call.site.keeping.put(PROPERTY, one["key"], kept)


ROUTES = (
    Route("GET", "/configuration", topics),
    Route("GET", "/configuration/properties", list_properties),
    Route("PUT", "/configuration/properties", write_property),
    Route("POST", "/configuration/properties", write_properties),
    Route("GET", "/configuration/properties/<key>", read_property),
    Route("DELETE", "/configuration/properties/<key>", delete_property),
)
