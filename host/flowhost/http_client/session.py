"""The requests Session that all threads of a client share."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from flowhost.errors import Unavailable
from flowhost.http_client.settings import Connection

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)


def new_session(connection: Connection) -> requests.Session:
    """A session with a pool of connections, safe for several threads: nothing of it is changed after this.

    Raises:
        Unavailable: the PEM file cannot be read.
    """
    from http.cookiejar import DefaultCookiePolicy

    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    # the environment's proxies and ~/.netrc would be looked for at each request, which costs a third of the speed
    session.trust_env = False
    session.verify = _verification(connection)
    if not connection.cookies:
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    # it looks ahead even when it may not follow: reads the body without a limit, and trips over a bad Location
    session.get_redirect_target = lambda _: None  # type: ignore[assignment,method-assign]  # it has no switch
    # a server that compresses its answers may change their ETag, and then no longer knows it in If-Match
    session.headers.update({"User-Agent": "flowhost", "Accept-Encoding": "identity"})
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=connection.connections)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _verification(connection: Connection) -> bool | str:
    if isinstance(connection.verify, str):
        _check_file(Path(connection.verify), connection)
    elif not connection.verify and connection.https:
        _accept_any_certificate(connection)
    return connection.verify


def _check_file(file: Path, connection: Connection) -> None:
    import ssl

    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:  # ssl.SSLError is one, too
        reason = "no certificate in it can be read" if isinstance(error, ssl.SSLError) else error.strerror
        named = f"'{connection.pem_option}' {file} of [{connection.section}]"
        raise Unavailable(f"the {named} cannot be used: {reason}") from error


def _accept_any_certificate(connection: Connection) -> None:
    import urllib3

    off = f"{connection.option(connection.check_option)} is off"
    log.warning("any certificate is accepted from %s: %s", connection.server, off)
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # said once, above
