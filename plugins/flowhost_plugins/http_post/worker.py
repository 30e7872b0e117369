"""The worker itself: its options, its connections, and one try to send an event."""

from __future__ import annotations

import base64
import logging
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar
from urllib.parse import urlsplit

import flowhost
from flowhost_plugins.http_post.message import Format, written
from flowhost_plugins.http_post.verdict import judge

if TYPE_CHECKING:
    import requests

ANSWER_BYTES = 65536  # of an answer that are read; a longer one costs its connection
SHOWN_CHARACTERS = 200  # of an answer that go into the error
HEADER_TEXT = r"[\t\x20-\x7e\x80-\xff]+"

log = logging.getLogger(__name__)


class HttpPost:
    """POSTs each event to a web server, and is done when that answers 2xx.

    Answers 408, 425, 429 and 5xx, time-outs and broken connections are tried again, after the server's
    Retry-After if it gives one; any other answer sends the event to the dead letters. Redirects are not
    followed. Returns the status of the answer.
    """

    name: ClassVar[str] = "http-post"

    def __init__(
        self,
        *,
        url: Annotated[str, "where to send to: http:// or https://"],
        format: Annotated[  # noqa: A002  # an option's name is written for operators
            Format,
            "cloudevent: CloudEvents JSON; binary: the data, attributes as ce- headers; data: the data alone",
        ] = "cloudevent",
        headers: Annotated[
            dict[str, flowhost.Secret] | None, flowhost.Section("Http Post Headers"), "headers to send along"
        ] = None,
        token: Annotated[flowhost.Secret | None, "sent as Authorization: Bearer TOKEN"] = None,
        username: Annotated[str | None, "sent with the password as Authorization: Basic"] = None,
        password: Annotated[flowhost.Secret | None, "belongs to the username"] = None,
        timeout: Annotated[
            flowhost.Seconds, "how long to wait for the connection, and for each part of the answer"
        ] = 30,
        check_certificates: Annotated[bool, "whether an https server must prove who it is"] = True,
        ca_file: Annotated[
            Path | None, "PEM file with the authorities to trust, instead of the usual ones"
        ] = None,
        pool_size: Annotated[int, "connections kept open; as many as the daemon has workers"] = 10,
        proxy_from_environment: Annotated[bool, "use the proxy that HTTP_PROXY and HTTPS_PROXY name"] = False,
        clock: flowhost.Clock,
        daemon: flowhost.DaemonInfo,
    ) -> None:
        if timeout <= 0:
            raise ValueError(f"'timeout' is {timeout:g} s, expected more than 0")
        if pool_size < 1:
            raise ValueError(f"'pool size' is {pool_size}, expected 1 or more")
        self._url, self._server = url, _server_of(url)
        self._format: Format = format
        self._headers = {"User-Agent": "flowhost", "Accept-Encoding": "identity"} | _checked(headers or {})
        self._headers |= _authorization(token, username, password, self._headers)
        self._timeout = timeout
        self._verify: bool | str = check_certificates
        if check_certificates and ca_file:
            self._verify = str(Path(daemon.directory) / ca_file)
        self._pool_size, self._use_proxy = pool_size, proxy_from_environment
        self._clock = clock
        self._session: requests.Session | None = None
        self._lock = threading.Lock()

    def work(self, event: flowhost.Event) -> int:
        """Send the event; return the status of the answer.

        Raises:
            Retry: no answer, or one that asks for another try.
            Permanent: the server does not want it, or it cannot be written.
            Unavailable: the file with the authorities cannot be read.
        """
        import requests

        message = written(event, self._format)
        try:
            with self._opened().post(
                self._url,
                data=message.body,
                headers=self._headers | message.headers,
                timeout=self._timeout,
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                self._judge(response)
                return response.status_code
        except requests.RequestException as error:
            if isinstance(error, ValueError):  # of the request itself: no other try can help
                raise flowhost.Permanent(f"cannot POST to {self._server}: {_root_of(error)}") from error
            raise flowhost.Retry(f"cannot POST to {self._server}: {_root_of(error)}") from error
        except OSError as error:  # what requests raises for a file it cannot find
            raise flowhost.Unavailable(
                f"cannot read the authorities in {self._verify}; see the option 'ca file' of http-post"
            ) from error

    def probe(self) -> None:
        """Connect to the server, and hang up.

        Raises:
            Unavailable: it, or the proxy before it, cannot be reached or not be trusted.
        """
        from flowhost_plugins.http_post.probing import reach

        proxy = self._opened().proxies.get(urlsplit(self._url).scheme)
        reach(self._url, self._server, timeout=self._timeout, verify=self._verify, proxy=proxy)

    def _judge(self, response: requests.Response) -> None:
        shown = " ".join(_beginning(response).split())[:SHOWN_CHARACTERS]
        answered = f"{self._server} answered {response.status_code} {response.reason or ''}".rstrip()
        judge(
            f"{answered}: {shown}" if shown else answered,
            response.status_code,
            response.headers.get("Retry-After"),
            response.headers.get("Location"),
            self._clock.now(),
        )

    def _opened(self) -> requests.Session:
        """The session all threads share, made with the first event."""
        with self._lock:
            if self._session is None:
                self._session = self._new_session()
            return self._session

    def _new_session(self) -> requests.Session:
        from http.cookiejar import DefaultCookiePolicy

        import requests
        from requests.adapters import HTTPAdapter

        session = requests.Session()
        session.trust_env = False  # which would also read ~/.netrc, and costs a third of the speed
        if self._use_proxy:
            session.proxies = dict(requests.utils.get_environ_proxies(self._url))
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # events must not share a state
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=self._pool_size)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        if not self._verify:
            _accept_any_certificate(self._server)
        return session


def _accept_any_certificate(server: str) -> None:
    import urllib3

    log.warning("any certificate is accepted from %s: 'check certificates' is off", server)
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # said once, above


def _server_of(url: str) -> str:
    """Scheme, host and port, for messages: the rest of the URL may hold secrets."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"'url' starts with {url[:8]!r}, expected http:// or https:// and a host")
    if "@" in parts.netloc:
        raise ValueError("'url' holds a user name; move it to 'username' and 'password'")
    return f"{parts.scheme}://{parts.netloc}"


def _checked(secrets: dict[str, flowhost.Secret]) -> dict[str, str]:
    headers = {name: secret.get_secret_value() for name, secret in secrets.items()}
    for name, text in headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise ValueError(f"{name!r} in [Http Post Headers] cannot be the name of a header")
        if not re.fullmatch(HEADER_TEXT, text):
            raise ValueError(f"the text of {name!r} in [Http Post Headers] cannot be sent in a header")
    return headers


def _authorization(
    token: flowhost.Secret | None,
    username: str | None,
    password: flowhost.Secret | None,
    others: dict[str, str],
) -> dict[str, str]:
    if (username is None) != (password is None):
        raise ValueError("'username' and 'password' go together; set both or none")
    ways = [token is not None, username is not None, any(name.lower() == "authorization" for name in others)]
    if sum(ways) > 1:
        raise ValueError("more than one of 'token', 'username' and an Authorization header is set; keep one")
    if token is not None:
        if not re.fullmatch(HEADER_TEXT, token.get_secret_value()):
            raise ValueError("'token' is empty or holds characters that cannot be sent in a header")
        return {"Authorization": f"Bearer {token.get_secret_value()}"}
    if password is not None:
        pair = f"{username}:{password.get_secret_value()}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {}


def _beginning(response: requests.Response) -> str:
    """The answer's text, as far as it is read; reading it to its end lets the connection be used again."""
    import requests

    read = b""
    try:
        for piece in response.iter_content(8192):
            read += piece
            if len(read) >= ANSWER_BYTES:
                break
    except requests.RequestException as error:
        log.debug("the answer broke off: %s", error)  # its status has arrived, and that is what counts
    return read.decode(errors="replace")


def _root_of(error: BaseException) -> str:
    """What happened at the bottom; the errors around it repeat the whole URL."""
    while (below := error.__cause__ or error.__context__) and _is_about_http(below):
        error = below
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _is_about_http(error: BaseException) -> bool:
    return isinstance(error, OSError) or type(error).__module__.partition(".")[0] in ("http", "urllib3")
