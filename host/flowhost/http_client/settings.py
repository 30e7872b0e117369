"""How a client speaks with one server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Connection:
    """How to speak with one server, and how its operator calls what may be wrong with that.

    Args:
        server: what it is called in sentences, e.g. its host.
        time_out: seconds until the whole answer must be there.
        connect_time_out: seconds until a connection must be there.
        retries: how often a request is sent again.
        connections: how many are kept open.
        verify: whether to check its certificate, or the PEM file to check it with.
        https: whether it is spoken to by TLS.
        section: of the profile, for sentences: ``Viz One``.
        pem_option: the option that names certificates.
        check_option: the one that says whether they are checked.
        scheme_option: the one that says whether to speak TLS.
        busy_is_undone: whether the server has done nothing when it answers 503.
        cookies: whether the server's cookies are sent back; those of a login would hold for all threads.
    """

    server: str
    time_out: float = 60.0
    connect_time_out: float = 10.0
    retries: int = 3
    connections: int = 10
    verify: bool | str = True
    https: bool = True
    section: str = ""
    pem_option: str = "pem file"
    check_option: str = "check certificates"
    scheme_option: str = "url"
    busy_is_undone: bool = False
    cookies: bool = True

    def option(self, name: str) -> str:
        """How an option is called in a sentence."""
        return f"'{name}' of [{self.section}]" if self.section else f"'{name}'"
