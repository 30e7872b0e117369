"""How to talk to a site, as the section ``[Vidispine]`` says it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """How to talk to one site.

    Args:
        base: URL of its API, without a slash at the end; see `base_of`.
        username: who we are there.
        password: never shown.
        token: whether the password is only sent to get a token, which goes with the other requests.
        run_as: in whose name everything is done; empty: in our own.
        timeout: seconds until an answer must be complete.
        connect_timeout: seconds until a connection must be there.
        retries: how often a request is sent again.
        connections: how many are kept open.
        verify: whether to check the certificate, or the PEM file to check it with.
    """

    base: str
    username: str
    password: str = field(repr=False)
    token: bool = False
    run_as: str = ""
    timeout: float = 60.0
    connect_timeout: float = 10.0
    retries: int = 3
    connections: int = 5
    verify: bool | str = True
