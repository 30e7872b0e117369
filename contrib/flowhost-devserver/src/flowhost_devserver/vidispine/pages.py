"""The WSGI application: who asks, which page answers, and how an error is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

import flowhost
from flowhost_devserver.vidispine.answers import json_document, refused
from flowhost_devserver.vidispine.call import Call, split_matrix
from flowhost_devserver.vidispine.logins import login
from flowhost_devserver.vidispine.refusals import Refusal, Unroutable, conflict, invalid_input, not_found
from flowhost_devserver.vidispine.routes import ROUTES
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.site import BASE, Site
from flowhost_plugins.catalogue import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

FORGET_ME = "rememberMe=deleteMe; Path=/API; Max-Age=0"
"""The cookie that Vidispine sets on nearly every answer."""

log = logging.getLogger(__name__)


class Pages:
    """All pages of a site.

    Args:
        site: what they work on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._map = Map(
            [Rule(route.path, endpoint=route, methods=[route.method]) for route in ROUTES],
            strict_slashes=False,
            redirect_defaults=False,
            merge_slashes=False,
        ).bind("", "/")

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        response = self._answer(request)
        response.headers.add("Set-Cookie", FORGET_ME)
        response.autocorrect_location_header = False
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        raw = request.environ.get("REQUEST_URI") or request.environ["PATH_INFO"]
        path, parameters = split_matrix(raw.partition("?")[0], request.query_string.decode("latin-1"))
        call = Call(self._site, request, path.removeprefix(BASE) or "/", parameters, "", "")
        try:
            call.user, call.run_as = login(call)
            page, values = self._page(request.method, path)
            return page(call, **values)
        except Refusal as refusal:
            return refused(call.accept, refusal)
        except Unroutable as error:
            return json_document(error.document, error.status)
        except flowhost.FlowhostError as error:
            return refused(call.accept, _refusal(request, error))
        except Exception as error:  # a bug of ours must not take the server down
            log.exception("%s %s failed", request.method, request.path)
            return refused(call.accept, _internal(500, f"{type(error).__name__}: {error}"))

    def _page(self, method: str, path: str) -> tuple[Callable[..., Response], dict[str, Any]]:
        if not path.startswith(BASE):
            raise Unroutable(404, "Not Found")
        try:
            route, values = self._map.match(path.removeprefix(BASE) or "/", method)
        except MethodNotAllowed:
            raise Unroutable(405, "Method Not Allowed") from None
        except HTTPException:
            raise Unroutable(404, "Not Found") from None
        assert isinstance(route, Route)
        return route.page, dict(values)


def _refusal(request: Request, error: flowhost.FlowhostError) -> Refusal:
    """What the catalogue says, in Vidispine's words."""
    if isinstance(error, NotFound):
        return not_found("Item", str(error))
    if isinstance(error, flowhost.Conflict):
        return conflict("Item", "", explanation=str(error))
    if isinstance(error, flowhost.Permanent):
        return invalid_input(request.path, explanation=str(error))
    return _internal(503, str(error))


def _internal(status: int, explanation: str) -> Refusal:
    return Refusal(status, "internalServer", context=None, id=None, explanation=explanation, value=None)
