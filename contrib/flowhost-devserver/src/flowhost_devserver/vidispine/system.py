"""About the server itself: its version, who asks."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.routing import Route


def whoami(call: Call) -> Response:
    """The user's name."""
    return plain(call.run_as)


ROUTES = (Route("GET", "/whoami", whoami),)
