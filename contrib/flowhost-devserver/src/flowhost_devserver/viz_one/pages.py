"""The WSGI application: who asks, which page answers, and how an error is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

import flowhost
from flowhost_devserver.viz_one import (
    assets,
    client_config,
    collections,
    dictionaries,
    discovery,
    forms,
    importing,
    incomings,
    json_search,
    locations,
    metadata,
    transfers,
)
from flowhost_devserver.viz_one.access import refusal
from flowhost_devserver.viz_one.answers import Problem, problem
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_plugins.catalogue import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

ROUTES: tuple[Route, ...] = (
    *discovery.ROUTES,
    *assets.ROUTES,
    *metadata.ROUTES,
    *importing.ROUTES,
    *incomings.ROUTES,
    *forms.ROUTES,
    *locations.ROUTES,
    *client_config.ROUTES,
    *json_search.ROUTES,
    *collections.ROUTES,
    *dictionaries.ROUTES,
    *transfers.ROUTES,
)

log = logging.getLogger(__name__)


class Pages:
    """All pages of a site.

    Args:
        site: what they work on.
        users: user name → password; empty lets everybody in.
    """

    def __init__(self, site: Site, users: Mapping[str, str]) -> None:
        self._site, self._users = site, users
        self._map = Map(
            [Rule(route.path, endpoint=route.page, methods=[route.method]) for route in ROUTES],
            strict_slashes=False,
            redirect_defaults=False,
            merge_slashes=False,
        )

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        response = self._answer(request)
        if request.method in ("GET", "HEAD") and response.status_code == 200:
            response.make_conditional(request)
        return response(environ, start_response)

    def _turn(self, page: Callable[..., Response], request: Request, values: Mapping[str, Any]) -> Response:
        """Let the page answer. Writers of one resource take turns, so that each checks its condition in peace."""
        if request.method not in ("PUT", "DELETE"):
            return page(self._site, request, **values)
        with flowhost.Locked(f"{self._site.url}{request.path}"):
            return page(self._site, request, **values)

    def _answer(self, request: Request) -> Response:
        if refused := refusal(request, self._users):
            return refused
        try:
            page, values = self._map.bind_to_environ(request.environ).match()
            answer = self._turn(page, request, values)
        except Problem as error:
            return error.get_response()
        except HTTPException as error:
            headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
            return problem(
                error.code or 500, f"{request.method} {request.path}: {error.description}", headers
            )
        except NotFound as error:
            return problem(404, str(error))
        except flowhost.Conflict as error:
            return problem(412 if "If-Match" in request.headers else 409, str(error))
        except flowhost.Permanent as error:
            return problem(422, str(error))
        except flowhost.Unavailable as error:
            return problem(503, str(error))
        except Exception as error:  # a bug of ours must not take the server down
            log.exception("%s %s failed", request.method, request.path)
            return problem(500, f"{type(error).__name__}: {error}")
        return answer
