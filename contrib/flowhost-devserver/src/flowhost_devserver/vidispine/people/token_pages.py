"""Where tokens are given out."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.rights import known_user, only_themselves
from flowhost_devserver.vidispine.people.tokens import DEFAULT, LONGEST, SETTINGS, make_token
from flowhost_devserver.vidispine.refusals import conflict
from flowhost_devserver.vidispine.routing import Route


def own_token(call: Call) -> Response:
    """A token for who asks, with their name; as text the token alone."""
    token = _token(call, call.run_as)
    data = {"user": call.run_as, "token": token}
    return document(call, "AuthenticationTokenDocument", data, text=token)


def token_of(call: Call, name: str) -> Response:
    """A token for a user, for themselves or an administrator; as text, whatever is asked for."""
    only_themselves(call, name)
    return plain(_token(call, name))


def _token(call: Call, name: str) -> str:
    """A token; only an administrator gets one for longer than usual."""
    if known_user(call, name).disabled:
        raise conflict("User", name, explanation="the user is disabled")
    site = call.site
    longest = None if site.people.is_administrator(call.user) else site.setting(LONGEST, SETTINGS[LONGEST])
    default = site.setting(DEFAULT, SETTINGS[DEFAULT])
    seconds = call.number("seconds", default, lowest=1, highest=longest)
    return make_token(site, name, seconds, refreshed=call.flag("autoRefresh"))


ROUTES = (
    Route("GET", "/token", own_token),
    Route("GET", "/user/<name>/token", token_of),
)
