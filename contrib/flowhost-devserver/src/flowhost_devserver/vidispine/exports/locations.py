"""Export locations: named places to deliver to. Their scripts are kept and given back; nothing runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

KIND = "export-location"

add_forms(
    {
        "ExportLocation": {
            "name": "text",
            "uri": "text",
            "uriList": "uri/text*",
            "tag": "text*",
            "projection": "text",
            "script": "text",
        },
        "ExportLocationList": {"exportLocation": "ExportLocation*"},
    },
    {
        "ExportLocationDocument": "ExportLocation",
        "ExportLocationListDocument": "ExportLocationList",
    },
)


def location_of(site: Site, name: str) -> dict[str, Any]:
    """The location of this name.

    Raises:
        Refusal: there is none.
    """
    found: dict[str, Any] | None = site.keeping.get(KIND, name)
    if found is None:
        raise not_found("export-location", name)
    return _in_today_form(found)


def _in_today_form(kept: dict[str, Any]) -> dict[str, Any]:
    """A location, whatever version of the server kept it: the first ones kept the list as ``{"uri": [...]}``."""
    listed = kept.get("uriList")
    return {**kept, "uriList": listed.get("uri") or []} if isinstance(listed, dict) else kept


def uris_of(location: dict[str, Any]) -> list[str]:
    """The places a location stands for."""
    return [uri for uri in (location.get("uri"), *location.get("uriList", ())) if uri]


def several(call: Call) -> Response:
    """`GET /export-location`."""
    found = call.site.keeping.all(KIND)
    text = "".join(name + LINE for name in found)
    shown = {"exportLocation": [_in_today_form(location) for location in found.values()]}
    return document(call, "ExportLocationListDocument", shown, text=text)


def one(call: Call, name: str) -> Response:
    """`GET /export-location/{name}`."""
    return document(call, "ExportLocationDocument", location_of(call.site, name), text=name)


def put(call: Call, name: str) -> Response:
    """`PUT /export-location/{name}`."""
    given = call.document("ExportLocationDocument")
    location = {"name": name, **{key: value for key, value in given.items() if key != "name"}}
    if not uris_of(location):
        raise invalid_input("uri", id_=name, explanation="expected a URI such as file:///srv/exports/")
    call.site.keeping.put(KIND, name, location)
    return document(call, "ExportLocationDocument", location, text=name)


def delete(call: Call, name: str) -> Response:
    """`DELETE /export-location/{name}`."""
    location_of(call.site, name)
    call.site.keeping.delete(KIND, name)
    return empty()


def script(call: Call, name: str) -> Response:
    """`GET /export-location/{name}/script`."""
    found = location_of(call.site, name).get("script")
    if not found:
        raise not_found("script", name)
    return plain(found)


def put_script(call: Call, name: str) -> Response:
    """`PUT /export-location/{name}/script`: the body is the script."""
    text = call.request.get_data().decode(errors="replace")
    with call.site.lock:
        call.site.keeping.put(KIND, name, {**location_of(call.site, name), "script": text})
    return empty()


def delete_script(call: Call, name: str) -> Response:
    """`DELETE /export-location/{name}/script`."""
    with call.site.lock:
        location = location_of(call.site, name)
        rest = {key: value for key, value in location.items() if key != "script"}
        call.site.keeping.put(KIND, name, rest)
    return empty()


_ONE = "/export-location/<name>"

ROUTES = (
    Route("GET", "/export-location", several),
    Route("GET", _ONE, one),
    Route("PUT", _ONE, put),
    Route("DELETE", _ONE, delete),
    Route("GET", f"{_ONE}/script", script),
    Route("PUT", f"{_ONE}/script", put_script),
    Route("DELETE", f"{_ONE}/script", delete_script),
)
