"""Basic authentication (RFC 7617): who may come in."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator, Mapping

from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import problem

REALM = "flowhost development server"
ENCODINGS = ("utf-8", "latin-1")  # the standard's, and the one many clients still use

REMOTE_USER = "REMOTE_USER"


def refusal(request: Request, users: Mapping[str, str]) -> Response | None:
    """The answer to somebody who may not come in; None for a user, whose name `request.remote_user` then is.

    Args:
        request: the request.
        users: user name → password; empty lets everybody in.
    """
    if not users:
        return None
    for user, password in _given(request.headers.get("Authorization", "")):
        expected = users.get(user)
        if expected is not None and hmac.compare_digest(expected.encode(), password.encode()):
            request.environ[REMOTE_USER] = user
            return None
    challenge = {"WWW-Authenticate": f'Basic realm="{REALM}", charset="UTF-8"'}
    return problem(401, "this server wants a user and a password it knows", challenge)


def _given(header: str) -> Iterator[tuple[str, str]]:
    """What the header may mean: the user and password in each encoding."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return
    try:
        login = base64.b64decode(token, validate=True)
    except binascii.Error:
        return
    for encoding in ENCODINGS:
        user, _, password = login.decode(encoding, "replace").partition(":")
        yield user, password
