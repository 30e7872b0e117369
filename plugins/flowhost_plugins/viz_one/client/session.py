"""The requests Session that all threads of a client share."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.viz_one.client.settings import Settings

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)


def new_session(settings: Settings) -> requests.Session:
    """A session with a pool of connections, safe for several threads: nothing of it is changed after this.

    Raises:
        Unavailable: the PEM file cannot be read.
    """
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    # the environment's proxies and ~/.netrc would be looked for at each request, which costs a third of the speed
    session.trust_env = False
    session.verify = _verification(settings)
    # it looks ahead even when it may not follow: reads the body without a limit, and trips over a bad Location
    session.get_redirect_target = lambda _: None  # type: ignore[assignment,method-assign]  # it has no switch
    # a server that compresses its answers may change their ETag, and then no longer knows it in If-Match
    session.headers.update({"User-Agent": "flowhost", "Accept-Encoding": "identity"})
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=settings.connections)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _verification(settings: Settings) -> bool | str:
    if isinstance(settings.verify, str):
        _check_file(Path(settings.verify))
    elif not settings.verify and settings.https:
        _accept_any_certificate(settings.host)
    return settings.verify


def _check_file(file: Path) -> None:
    import ssl

    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:  # ssl.SSLError is one, too
        reason = "no certificate in it can be read" if isinstance(error, ssl.SSLError) else error.strerror
        raise flowhost.Unavailable(f"the 'pem file' {file} of [Viz One] cannot be used: {reason}") from error


def _accept_any_certificate(host: str) -> None:
    import urllib3

    log.warning("any certificate is accepted from %s: 'check certificates' of [Viz One] is off", host)
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # said once, above
