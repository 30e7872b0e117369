"""Who may send: a bearer token, a name with a password, or everybody."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping

import flowhost
from flowhost.web import Refused


class Access:
    """Checks the Authorization header of each request.

    Args:
        token: what must follow ``Bearer``; None when no token opens.
        username, password: what must follow ``Basic``; None when no password opens.

    Raises:
        ValueError: an empty secret, or one of username and password without the other.
    """

    def __init__(
        self, token: flowhost.Secret | None, username: str | None, password: flowhost.Secret | None
    ) -> None:
        if (username is None) != (password is None):
            raise ValueError("'username' and 'password' go together; set both or none")
        for name, secret in (("token", token), ("password", password)):
            if secret is not None and not secret.get_secret_value():
                raise ValueError(f"'{name}' is empty; give it a value, or leave it out to let everybody in")
        if username and ":" in username:
            raise ValueError(f"'username' is {username!r}; a colon cannot be part of a name (RFC 7617)")
        self._expected: dict[str, bytes] = {}
        if token is not None:
            self._expected["bearer"] = token.get_secret_value().encode()
        if password is not None:
            self._expected["basic"] = f"{username}:{password.get_secret_value()}".encode()

    @property
    def open_to_all(self) -> bool:
        """Whether nothing was configured to check."""
        return not self._expected

    def check(self, headers: Mapping[str, str]) -> None:
        """Let the request pass.

        Raises:
            Refused: it brings none of the secrets that open.
        """
        if self.open_to_all:
            return
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        expected = self._expected.get(scheme.lower())
        # compare_digest takes as long for a nearly right secret as for a wrong one: no guessing by time
        if expected is None or not hmac.compare_digest(_plain(scheme, credentials.strip()), expected):
            raise Refused(
                "401 Unauthorized", "a right token, or name and password, is needed here", *self._challenges()
            )

    def _challenges(self) -> list[tuple[str, str]]:
        challenges = {"bearer": 'Bearer realm="flowhost"', "basic": 'Basic realm="flowhost", charset="UTF-8"'}
        return [("WWW-Authenticate", challenges[scheme]) for scheme in self._expected]


def _plain(scheme: str, credentials: str) -> bytes:
    sent = credentials.encode("latin-1")
    if scheme.lower() != "basic":
        return sent
    try:
        return base64.b64decode(sent, validate=True)
    except binascii.Error:
        return b""
