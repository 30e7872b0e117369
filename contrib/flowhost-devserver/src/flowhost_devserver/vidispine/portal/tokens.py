"""Keys that programs come in with, in the header ``AUTH-TOKEN``; they are good until somebody deletes them."""

from __future__ import annotations

import secrets

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import empty, json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.site import Site

KIND = "portal-token"


def add_key(site: Site, user: str, key: str = "", name: str = "") -> str:
    """Make a key known; return it.

    Args:
        site: where.
        user: whom it lets in.
        key: the key; empty: a new one.
        name: what it is for.
    """
    key = key or secrets.token_hex(20)
    site.keeping.put(KIND, key, {"user": user, "name": name, "created": site.clock.now().isoformat()})
    return key


def user_with(site: Site, key: str) -> str | None:
    """Whom a key lets in; None when nobody."""
    known = site.keeping.get(KIND, key)
    person = site.people.user(known["user"]) if known else None
    return person.name if person and not person.disabled else None


def list_keys(call: Call) -> Response:
    """The keys of the user."""
    kept = call.site.keeping.all(KIND).items()
    rows = [
        {"key": key, "name": known["name"], "created": known["created"]}
        for key, known in kept
        if known["user"] == call.run_as
    ]
    return json_document({"results": rows, "hits": len(rows)})


def make_key(call: Call) -> Response:
    """A new key for the user; the body may have a ``name`` for it."""
    name = str(call.document("TokenRequest").get("name", ""))
    return json_document({"key": add_key(call.site, call.run_as, name=name), "name": name}, 201)


def delete_key(call: Call, key: str) -> Response:
    """A key is good no more."""
    known = call.site.keeping.get(KIND, key)
    if known is None or known["user"] != call.run_as:
        raise not_found("token", key)
    call.site.keeping.delete(KIND, key)
    return empty(204)


ROUTES = (
    Route("GET", "/auth/tokens", list_keys),
    Route("POST", "/auth/tokens", make_key),
    Route("DELETE", "/auth/tokens/<key>", delete_key),
)
