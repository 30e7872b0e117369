"""Where Portal's pages are, who may see them, and how they refuse: ``{"detail": "..."}`` with a status."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.logins import authenticated, impersonated
from flowhost_devserver.vidispine.portal import (
    about,
    access,
    files,
    items,
    moving,
    saved_searches,
    schema,
    searching,
    tokens,
)
from flowhost_devserver.vidispine.refusals import Refusal, Unroutable, not_authorized
from flowhost_devserver.vidispine.routing import Area
from flowhost_devserver.vidispine.site import BASE

PORTAL_BASE = BASE + "/v2"

ROUTES = (
    *about.ROUTES,
    *tokens.ROUTES,
    *items.ROUTES,
    *access.ROUTES,
    *moving.ROUTES,
    *files.ROUTES,
    *searching.ROUTES,
    *saved_searches.ROUTES,
    *schema.ROUTES,
)

OPEN_TO_ALL = "/healthcheck/"


def areas() -> tuple[Area, ...]:
    """The areas of Portal, to be looked at before those of Vidispine."""
    return (Area(PORTAL_BASE, ROUTES, login=login, told=told),)


def login(call: Call) -> tuple[str, str]:
    """Who asks: by ``AUTH-TOKEN``, else as Vidispine does it; and for whom, by ``RUNAS``.

    Raises:
        Refusal: nobody knows them, or they may not act for somebody else.
    """
    if call.path.startswith(OPEN_TO_ALL):
        return "", ""
    headers = call.request.headers
    key = headers.get("AUTH-TOKEN")
    user = authenticated(call) if key is None else tokens.user_with(call.site, key)
    if user is None:
        raise not_authorized("Invalid token.")
    return user, impersonated(call, user, headers.get("RUNAS"))


def told(call: Call, error: Exception) -> Response:
    """A refusal in the words of Django REST Framework, on which Portal stands."""
    if isinstance(error, Unroutable):
        missing = error.status == 404
        answer = _detail(
            "Not found." if missing else f'Method "{call.request.method}" not allowed.', error.status
        )
        if error.allowed:
            answer.headers["Allow"] = ", ".join(error.allowed)
        return answer
    assert isinstance(error, Refusal)
    reason = error.details.get("explanation")
    answer = _detail(str(reason) if reason else _DETAILS.get(error.status, "Not found."), error.status)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="api"'
    return answer


_DETAILS = {400: "Malformed request.", 403: "You do not have permission to perform this action."}


def _detail(text: str, status: int) -> Response:
    return json_document({"detail": text}, status)
