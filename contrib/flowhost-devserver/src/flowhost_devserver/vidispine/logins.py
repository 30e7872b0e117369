"""Who asks, and for whom: HTTP Basic, tokens, and the header ``RunAs``."""

from __future__ import annotations

import hmac

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import not_authorized


def login(call: Call) -> tuple[str, str]:
    """The user who asks, and the one who is asked for.

    Raises:
        Refusal: nobody knows them, or they may not act for somebody else.
    """
    given = call.request.authorization
    if given is None or given.type != "basic":
        raise not_authorized("this server wants a user and a password")
    known = call.site.keeping.get("user", given.username or "")
    password = (given.password or "").encode()
    if known is None or not hmac.compare_digest(str(known["password"]).encode(), password):
        raise not_authorized("the user or the password is wrong")
    user = given.username or ""
    return user, call.request.headers.get("RunAs", user)
