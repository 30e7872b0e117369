"""Metadata forms and their models."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import document, refuse
from flowhost_devserver.viz_one.asset_lookup import found
from flowhost_devserver.viz_one.asset_payloads import form_of, model_url
from flowhost_devserver.viz_one.atom import entry, feed
from flowhost_devserver.viz_one.discovery import FORMS
from flowhost_devserver.viz_one.numbers import urn
from flowhost_devserver.viz_one.paging import window
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import FEED_TYPE, MODEL_TYPE

COLLECTION_KINDS = ("folder", "series", "season", "program")
NO_ASSET_FORMS = (*COLLECTION_KINDS, "plugin")
REVISION = "r1"


def list_forms(site: Site, request: Request) -> Response:
    """The forms for a kind of thing (``qType``, ``qSubType``); that of the asset ``qId`` comes first."""
    names = _names(site, request.args.get("qType", ""), request.args.get("qSubType", ""))
    if number := request.args.get("qId"):
        own = form_of(site, found(site, number)).name
        names.sort(key=lambda name: name != own)
    shown = window(request, names)
    entries = (
        entry(
            urn("form", name),
            name,
            site.started,
            here=model_url(site, site.forms[name]),
            media_type=MODEL_TYPE,
        )
        for name in shown.things
    )
    made = feed(urn("feed", "form"), "Metadata forms", site.started, shown.links(site, request), *entries)
    return document(made, FEED_TYPE)


def _names(site: Site, kind: str, subtype: str) -> list[str]:
    if kind.startswith("COLLECTION.Collection"):
        wanted = subtype or kind.removeprefix("COLLECTION.Collection").lstrip(".")
        return [name for name in site.forms if name == wanted or (not wanted and name in COLLECTION_KINDS)]
    if not kind:
        return list(site.forms)
    return [name for name in site.forms if name not in NO_ASSET_FORMS]


def read_model(site: Site, request: Request, name: str, revision: str) -> Response:
    """The model of a form."""
    if revision != REVISION:
        refuse(404, f"the form {name!r} has no revision {revision!r}; there is {REVISION!r}")
    return document(site.form(name).document, MODEL_TYPE)


ROUTES = (
    Route("GET", FORMS, list_forms),
    Route("GET", f"{FORMS}/<name>/<revision>", read_model),
)
