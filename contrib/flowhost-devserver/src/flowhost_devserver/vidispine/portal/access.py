"""Who may do what with an item, as Portal shows it."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.records import GENERIC, Entry
from flowhost_devserver.vidispine.access.rights import reaching
from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.portal.subjects import item_for
from flowhost_devserver.vidispine.routing import Route

_LEVELS = {-1: "Low", 0: "Normal", 1: "High"}
"""Portal's words for the sign of a priority."""


def acl(call: Call, item_id: str) -> Response:
    """The access entries of an item, its owner's first, and those it has from collections and libraries."""
    found = item_for(call, item_id)
    entries = [entry for entry in reaching(call.site, "item", found.id) if entry.type == GENERIC]
    rows = [_row(call, entry, found.id) for entry in entries]
    return json_document({"acls": rows, "total": len(rows)})


def _row(call: Call, entry: Entry, item_id: str) -> dict[str, Any]:
    person = call.site.people.user(entry.name) if entry.kind == "user" else None
    priority = entry.priority or 0
    return {
        "id": entry.id,
        "source": entry.kind,
        "source_name": entry.name,
        "source_full_name": (person.real_name if person else "") or entry.name,
        "permission": entry.permission,
        "permission_translated": entry.permission.capitalize(),
        "priority": str(priority),
        "priority_translated": _LEVELS[(priority > 0) - (priority < 0)],
        "recursive": entry.recursive,
        "grantor": entry.grantor,
        "inherited_from": None
        if entry.source_id == item_id and entry.source == "item"
        else _source(call, entry),
    }


def _source(call: Call, entry: Entry) -> dict[str, Any]:
    """What an entry comes from that is not of the item itself."""
    named = entry.source == "collection"
    extra = {"collection_name": call.site.catalogue.collection(entry.source_id).name} if named else {}
    return {"id": entry.source_id, "type": entry.source, "extra_data": extra}


ROUTES = (Route("GET", "/items/<item_id>/acl", acl),)
