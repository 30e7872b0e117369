"""The WSGI application: which area a request is for, who asks, which page answers, and how an error is told."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

import flowhost
from flowhost_devserver.vidispine import portal
from flowhost_devserver.vidispine.answers import empty, json_document, refused
from flowhost_devserver.vidispine.auditing import Audit
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.conforming import Unfit
from flowhost_devserver.vidispine.logins import login, nobody
from flowhost_devserver.vidispine.openapi import pages as description_pages
from flowhost_devserver.vidispine.paths import sent_path, split_matrix
from flowhost_devserver.vidispine.refusals import Refusal, Unroutable, conflict, invalid_input, not_found
from flowhost_devserver.vidispine.routes import ROUTES
from flowhost_devserver.vidispine.routing import Area
from flowhost_devserver.vidispine.site import BASE, NOAUTH_BASE, Site
from flowhost_plugins.catalogue import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

FORGET_ME = "rememberMe=deleteMe; Path=/API; Max-Age=0"
"""The cookie that Vidispine sets on nearly every answer."""

REALM = 'BASIC realm="application"'
"""What 401 asks for."""

KINDS = {"item": "Item", "collection": "Collection", "job": "Job", "storage": "Storage", "file": "File"}
"""What Vidispine calls the kinds of thing that the catalogue does not have."""

READING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing; after others synchronous notifications are waited for."""

PIECE_BYTES, PIECES = 256 * 1024, 64  # of a refused body that are read: 16 MiB in all

log = logging.getLogger(__name__)


class Pages:
    """All pages of a site.

    Args:
        site: what they work on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        open_to_all = [route for route in ROUTES if route.noauth]
        self._areas = (
            *portal.areas(),
            Area(BASE, ROUTES, login=login, told=_told),
            Area(NOAUTH_BASE, open_to_all, login=nobody, told=_told),
            Area("", description_pages.ROUTES, login=nobody, told=_told),
        )

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        call = Call(self._site, request, "", {}, "", "")
        with Audit(call):
            response = self._answer(call)
            if request.method not in READING:
                self._site.notifier.block()
        response.headers.add("Set-Cookie", FORGET_ME)
        if response.status_code >= 400 and not _is_read_to_its_end(call):
            response.headers["Connection"] = "close"  # the rest of the body would be taken for a request
        response.autocorrect_location_header = False
        return response(environ, start_response)

    def _answer(self, call: Call) -> Response:
        request = call.request
        raw = sent_path(request)
        area = self._area(raw)
        try:
            path, call.parameters = split_matrix(raw, request.query_string.decode("latin-1"))
            area = self._area(path)
            call.path = path.removeprefix(area.base) or "/"
            call.user, call.run_as = area.login(call)
            return _page(area, call)
        except Unfit as error:
            return area.told(call, invalid_input("path", explanation=str(error)))
        except (Refusal, Unroutable) as error:
            return area.told(call, error)
        except flowhost.FlowhostError as error:
            return area.told(call, _refusal(request, error))
        except Exception as error:  # a bug of ours must not take the server down
            log.exception("%s %s failed", request.method, request.path)
            return area.told(call, _internal(500, f"{type(error).__name__}: {error}"))

    def _area(self, path: str) -> Area:
        return next(each for each in self._areas if each.has(path))


def _is_read_to_its_end(call: Call) -> bool:
    """Read what is left of the body of a refused request, so that its client gets to hear why; not if it is large."""
    stream = call.request.environ["wsgi.input"]
    try:
        return not call.body_is_unusable and any(not stream.read(PIECE_BYTES) for _ in range(PIECES))
    except (OSError, ValueError):  # the client is gone, or its chunks are no chunks
        return False


def _page(area: Area, call: Call) -> Response:
    method = call.request.method
    if method == "OPTIONS" and (allowed := area.methods(call.path)):
        answer = empty()
        answer.headers["Allow"] = ", ".join(sorted({*allowed, "OPTIONS"}))
        return answer
    page, values = area.page(method, call.path)
    return page(call, **values)


def _told(call: Call, error: Exception) -> Response:
    """A refusal in Vidispine's words."""
    if isinstance(error, Unroutable):
        answer = json_document(error.document, error.status)
        if error.allowed:
            answer.headers["Allow"] = ", ".join(error.allowed)
        return answer
    assert isinstance(error, Refusal)
    answer = refused(call.accept, error)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = REALM
    return answer


def _refusal(request: Request, error: flowhost.FlowhostError) -> Refusal:
    """What the catalogue says, in Vidispine's words."""
    if isinstance(error, NotFound):
        return not_found(KINDS.get(error.kind, error.kind), error.id)
    if isinstance(error, flowhost.Conflict):
        return conflict("Item", "", explanation=str(error))
    if isinstance(error, flowhost.Permanent):
        return invalid_input(request.path, explanation=str(error))
    return _internal(503, str(error))


def _internal(status: int, explanation: str) -> Refusal:
    return Refusal(status, "internalServer", context=None, id=None, explanation=explanation, value=None)
