"""The action ``http-request``: asks a web server for something, or tells it something."""

from __future__ import annotations

import json as notation
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

import flowhost

if TYPE_CHECKING:
    import requests

ANSWER_BYTES = 4096  # of an answer that are read, for the reason of a refusal
SHOWN_CHARACTERS = 200
WORTH_ANOTHER_TRY = {408, 425, 429}  # besides the 5xx: time-out, too early, too many requests
NEVER = {501, 505}  # the server does not know the method or the version, and will not learn it
LONGEST_WAIT = 3600.0  # seconds; no server's word keeps an item waiting for days

_SERVER = re.compile(r"https?://[^/?#@$\s\\]+(?=[/?#]|$)")
_DOTS = frozenset((".", ".."))
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN_HEADERS = {"content-length", "transfer-encoding", "connection", "host", "idempotency-key"}


class HttpRequest:
    """Sends a request to a web server. The step is done when it answers with an expected status, else it failed.

    Answers 408, 425, 429 and 5xx, time-outs and broken connections are tried again as the rule says, after the
    server's Retry-After if it gives one. Redirects are not followed. The header Idempotency-Key is the same at every
    try, so that a server that knows it does the work once.

    What stands for a tag in ``url`` is percent-encoded: it is never more than a piece of the path or a value of the
    query, and the server is always the one that was written.
    """

    name: ClassVar[str] = "http-request"

    def __init__(
        self,
        *,
        url: Annotated[flowhost.Template, "http:// or https://, may have tags after the server"],
        method: Annotated[Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"], "what is asked"] = "POST",
        headers: Annotated[
            dict[str, flowhost.Template] | None, "name and text of headers, may have tags"
        ] = None,
        authorization: Annotated[
            flowhost.Secret | None, "the header Authorization, e.g. Bearer ${file:/etc/flowhost/token}"
        ] = None,
        json: Annotated[
            dict[str, flowhost.Template] | None, "the body: a JSON object of texts, which may have tags"
        ] = None,
        body: Annotated[flowhost.Template | None, "the body: a text, may have tags"] = None,
        expect: Annotated[tuple[int, ...], "statuses that mean done; empty: 200 to 299"] = (),
        timeout: Annotated[
            flowhost.Seconds, "how long to wait for the connection, and for each part of the answer"
        ] = 30,
        ca_file: Annotated[
            Path | None, "PEM file with the authorities to trust, instead of the usual ones"
        ] = None,
        clock: flowhost.Clock,
        daemon: flowhost.DaemonInfo,
    ) -> None:
        if json is not None and body is not None:
            raise ValueError("'json' and 'body' are both the body; keep one")
        if timeout <= 0:
            raise ValueError(f"'timeout' is {timeout:g} s, expected more than 0")
        if wrong := next((one for one in expect if not 100 <= one <= 599), None):
            raise ValueError(f"{wrong} in 'expect' is no status, expected 100 to 599")
        if authorization is not None and any(name.lower() == "authorization" for name in headers or {}):
            raise ValueError("'authorization' and the header of this name are the same; keep one")
        self._authorization = authorization
        self._url, self._server = url, _server_of(url.text)
        self._method, self._headers = method, _checked(headers or {})
        self._json, self._body = json, body
        self._expect = expect or tuple(range(200, 300))
        self._timeout = timeout
        self._verify: bool | str = str(Path(daemon.directory) / ca_file) if ca_file else True
        self._clock = clock

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Send the request.

        Raises:
            Retry: the server asks for another try.
            Permanent: it answered with another status than expected, or a tag has no value.
            Unavailable: there was no answer.
        """
        import requests

        url, headers, body = self._filled(context)
        try:
            with requests.Session() as session:
                session.trust_env = False  # which would also read ~/.netrc
                with session.request(
                    self._method,
                    url,
                    data=body,
                    headers=headers,
                    timeout=self._timeout,
                    verify=self._verify,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return self._judged(response)
        except requests.RequestException as error:
            whole = f"cannot {self._method} to {self._server}: {_root_of(error)}"
            if isinstance(error, ValueError):  # of the request itself: no other try can help
                raise flowhost.Permanent(whole) from error
            raise flowhost.Unavailable(whole) from error
        except OSError as error:  # what requests raises for a file it cannot find
            raise flowhost.Unavailable(
                f"cannot read the authorities in {self._verify}; see 'ca-file'"
            ) from error

    def plan(self, context: flowhost.Context) -> str:
        """What would be sent, and where to."""
        return f"{self._method} {self._filled(context)[0]}"

    def _filled(self, context: flowhost.Context) -> tuple[str, dict[str, bytes], bytes | None]:
        tags = context.tags
        url = self._url.render(_Quoted(tags))
        if _DOTS.intersection(re.split("[?#]", url, maxsplit=1)[0].split("/")):
            raise flowhost.Permanent(
                f"{url!r} has a part that is '.' or '..', which would lead to another path"
            )
        headers = {"User-Agent": b"flowhost", "Idempotency-Key": context.identity.encode()}
        body = None
        if self._json is not None:
            body = notation.dumps({name: text.render(tags) for name, text in self._json.items()}).encode()
            headers["Content-Type"] = b"application/json"
        elif self._body is not None:
            body = self._body.render(tags).encode(errors="replace")
            headers["Content-Type"] = b"text/plain; charset=utf-8"
        if self._authorization is not None:
            headers["Authorization"] = _header_text(self._authorization.get_secret_value())
        own = {name: _header_text(text.render(tags)) for name, text in self._headers.items()}
        named = {name.lower() for name in own}
        return url, {name: text for name, text in headers.items() if name.lower() not in named} | own, body

    def _judged(self, response: requests.Response) -> flowhost.Outcome:
        status = response.status_code
        answered = f"{self._server} answered {status} {response.reason or ''}".rstrip()
        if status in self._expect:
            return flowhost.Outcome.done(answered)
        shown = " ".join("".join(c if c.isprintable() else " " for c in _beginning(response)).split())
        said = f"{answered}: {shown[:SHOWN_CHARACTERS]}" if shown else answered
        if 300 <= status < 400:
            raise flowhost.Permanent(
                f"{answered}; set 'url' to where it points: {response.headers.get('Location')}"
            )
        if status in WORTH_ANOTHER_TRY or (status >= 500 and status not in NEVER):
            raise flowhost.Retry(said, after=_seconds(response.headers.get("Retry-After"), self._clock.now()))
        raise flowhost.Permanent(said)


class _Quoted(Mapping[str, Any]):
    """Tags whose values are pieces of a URL: nothing of them divides a path, or begins a query."""

    def __init__(self, tags: Mapping[str, Any]) -> None:
        self._tags = tags

    def __getitem__(self, name: str) -> str | None:
        value = self._tags[name]
        if value is None:
            return None
        several = (value,) if isinstance(value, str) or not hasattr(value, "__iter__") else value
        text = ",".join(str(one) for one in several if one is not None)
        return quote(text, safe="", errors="replace")

    def __iter__(self) -> Iterator[str]:
        return iter(self._tags)

    def __len__(self) -> int:
        return len(self._tags)


def _server_of(url: str) -> str:
    """Scheme, host and port, which no tag may choose."""
    found = _SERVER.match(url)
    if found is None or not urlsplit(found[0]).hostname:
        raise ValueError(
            f"'url' begins with {url[:30]!r}, expected http:// or https:// and a server without tags"
        )
    return found[0]


def _checked(headers: Mapping[str, flowhost.Template]) -> Mapping[str, flowhost.Template]:
    for name in headers:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} in 'headers' cannot be the name of a header")
        if name.lower() in _OWN_HEADERS:
            raise ValueError(f"the header {name!r} is set by flowhost; leave it out")
    return headers


def _header_text(text: str) -> bytes:
    """On one line, so that no value becomes another header."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(line.split()).encode(errors="replace")


def _beginning(response: requests.Response) -> str:
    from urllib3.exceptions import HTTPError

    try:
        return response.raw.read(ANSWER_BYTES, decode_content=True).decode(errors="replace")
    except (HTTPError, OSError):  # the status is there; why the rest is not does not matter
        return ""


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """The header in seconds from now; None when there is none, or it cannot be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return min(max(0.0, (until - now).total_seconds()), LONGEST_WAIT) if until.tzinfo else None


def _root_of(error: BaseException) -> str:
    """The innermost reason, in the words of the system."""
    root = error
    while (inner := root.__cause__ or root.__context__) is not None:
        root = inner
    return getattr(root, "strerror", None) or str(root) or type(root).__name__


@flowhost.hookimpl
def flowhost_actions() -> list[type[flowhost.Action]]:
    """Provide the action."""
    return [HttpRequest]
