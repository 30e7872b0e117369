"""Where tokens are given out."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.rights import known_user, only_themselves
from flowhost_devserver.vidispine.people.tokens import DEFAULT_SECONDS, MAX_SECONDS, make_token
from flowhost_devserver.vidispine.refusals import conflict
from flowhost_devserver.vidispine.routing import Route


def own_token(call: Call) -> Response:
    """A token for who asks."""
    return _token(call, call.run_as)


def token_of(call: Call, name: str) -> Response:
    """A token for a user, for themselves or an administrator."""
    only_themselves(call, name)
    return _token(call, name)


def _token(call: Call, name: str) -> Response:
    """A token; only an administrator gets one for longer than usual."""
    if known_user(call, name).disabled:
        raise conflict("User", name, explanation="the user is disabled")
    longest = None if call.site.people.is_administrator(call.user) else MAX_SECONDS
    seconds = call.number("seconds", DEFAULT_SECONDS, lowest=1, highest=longest)
    return plain(make_token(call.site, name, seconds, refreshed=call.flag("autoRefresh")))


ROUTES = (
    Route("GET", "/token", own_token),
    Route("GET", "/user/<name>/token", token_of),
)
