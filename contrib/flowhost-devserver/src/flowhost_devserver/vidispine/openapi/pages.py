"""Where the description is served."""

from __future__ import annotations

from functools import cache
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import portal
from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.openapi.description import description
from flowhost_devserver.vidispine.routes import ROUTES as VIDISPINE_ROUTES
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.site import BASE


@cache
def whole_description() -> dict[str, Any]:
    """The description of all pages; made once, which takes about a second."""
    return description([(BASE, VIDISPINE_ROUTES, False), (portal.PORTAL_BASE, portal.ROUTES, True)])


def openapi(call: Call) -> Response:
    """The description, with this server as the place."""
    return json_document(whole_description() | {"servers": [{"url": call.site.url}]})


ROUTES = (Route("GET", "/openapi.json", openapi),)
