"""Saved searches: collections that have their criteria in the field ``criteria_document``."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import empty, json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.portal.criteria import read_criteria
from flowhost_devserver.vidispine.portal.searching import found
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_plugins.catalogue import Collection, NotFound

CRITERIA = "criteria_document"
VERSION_FIELD = "portal_saved_search_version"
VERSION = "1"


def list_searches(call: Call) -> Response:
    """All saved searches."""
    rows = [_shown(one) for one in call.site.catalogue.collections() if one.fields.get(CRITERIA)]
    return json_document({"results": rows, "hits": len(rows)})


def create(call: Call) -> Response:
    """A saved search: ``{"name", "criteria"}``."""
    body = call.document("SavedSearchRequest")
    name = body.get("name")
    if not isinstance(name, str) or not name:
        raise invalid_input("name", explanation="name is missing")
    fields = {CRITERIA: [_criteria(body)], VERSION_FIELD: [VERSION]}
    return json_document(_shown(call.site.catalogue.create_collection(name, fields=fields)), 201)


def _criteria(body: dict[str, Any]) -> str:
    criteria = body.get("criteria")
    if not isinstance(criteria, dict):
        raise invalid_input("criteria", explanation="criteria is missing, expected a criteria document")
    read_criteria(criteria, lambda name: [name])
    return json.dumps(criteria)


def show(call: Call, search_id: str) -> Response:
    """A saved search."""
    return json_document(_shown(_saved(call, search_id)))


def change(call: Call, search_id: str) -> Response:
    """A saved search gets another name, other criteria, or both."""
    saved, body = _saved(call, search_id), call.document("SavedSearchRequest")
    name = body.get("name", saved.name)
    if not isinstance(name, str) or not name:
        raise invalid_input("name", explanation=f"name is {str(name)[:60]!r}, expected a text")
    fields = {key: list(values) for key, values in saved.fields.items()}
    if "criteria" in body:
        fields[CRITERIA] = [_criteria(body)]
    return json_document(_shown(call.site.catalogue.update_collection(saved.id, name=name, fields=fields)))


def delete(call: Call, search_id: str) -> Response:
    """No such saved search any more."""
    call.site.catalogue.delete_collection(_saved(call, search_id).id)
    return empty(204)


def results(call: Call, search_id: str) -> Response:
    """What a saved search finds now."""
    criteria = _shown(_saved(call, search_id))["criteria"]
    if not isinstance(criteria, dict):
        raise invalid_input(CRITERIA, explanation=f"the {CRITERIA} of {search_id} is no criteria document")
    return json_document(found(call, criteria))


def _saved(call: Call, search_id: str) -> Collection:
    try:
        saved = call.site.catalogue.collection(search_id)
    except NotFound:
        raise not_found("savedsearch", search_id) from None
    if not saved.fields.get(CRITERIA):
        raise not_found("savedsearch", search_id)
    return saved


def _shown(saved: Collection) -> dict[str, Any]:
    try:
        criteria = json.loads(saved.fields[CRITERIA][0])
    except ValueError:  # somebody wrote the field by hand
        criteria = None
    version = (saved.fields.get(VERSION_FIELD) or (VERSION,))[0]
    return {"id": saved.id, "name": saved.name, "criteria": criteria, VERSION_FIELD: version}


ROUTES = (
    Route("GET", "/savedsearches", list_searches),
    Route("POST", "/savedsearches", create),
    Route("GET", "/savedsearches/<search_id>", show),
    Route("PUT", "/savedsearches/<search_id>", change),
    Route("DELETE", "/savedsearches/<search_id>", delete),
    Route("GET", "/savedsearches/<search_id>/results", results),
)
