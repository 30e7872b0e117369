"""The resource `iconik`: requests to its API, and what is done when it is busy."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import urljoin, urlsplit

import flowhost
from flowhost_plugins.iconik.answers import BUSY, STUMBLED, document, refusal, seconds
from flowhost_plugins.iconik.newest import Newest

if TYPE_CHECKING:
    import requests

TRIES = 5
FIRST_PAUSE = 1.0  # seconds; doubles with each try
LONGEST_PAUSE = 60.0  # seconds; who shall wait longer gives the thread back meanwhile
PAGE = 100  # objects asked for at a time
PAGES = 1000  # a list longer than this has no end

log = logging.getLogger(__name__)


class Iconik(flowhost.Resource):
    """Speaks the API of iconik, as the user an application token was made for.

    Requests that were not taken on (429, 503) are sent again after a pause, or after what Retry-After says; those of
    which that is unknown (500, 502, 504) when they may be done twice.

    Args:
        url: where it is.
        app_id: of the application token.
        token: the application token.
        timeout: how long it may be silent.
        clock: the time.

    Attributes:
        newest: the assets made just now.
    """

    name: ClassVar[str] = "iconik"
    section: ClassVar[str] = "iconik"

    def __init__(
        self,
        *,
        url: Annotated[str, "where it is"] = "https://app.iconik.io",
        app_id: Annotated[str, "App-ID of an application token (Admin, Settings, Application Tokens)"],
        token: Annotated[flowhost.Secret, "the application token"],
        timeout: Annotated[flowhost.Seconds, "how long it may be silent"] = 60,
        clock: flowhost.Clock,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "@" in parts.netloc:
            raise ValueError(f"'url' is {url!r}, expected e.g. https://app.iconik.io")
        if timeout <= 0:
            raise ValueError(f"'timeout' is {timeout:g} s, expected more than 0")
        for key, text in (("app id", app_id), ("token", token.get_secret_value())):
            if not text.isascii() or not text.isprintable() or not text.strip():
                raise ValueError(f"{key!r} is empty or has characters that no header can hold")
        self._url = url.rstrip("/") + "/"
        self._headers = {"App-ID": app_id, "Auth-Token": token.get_secret_value(), "User-Agent": "flowhost"}
        self._timeout = timeout
        self._clock = clock
        self.newest = Newest(self._url, clock)
        self._session: requests.Session | None = None

    def open(self) -> None:
        """Make ready; nothing is asked."""
        from http.cookiejar import DefaultCookiePolicy

        import requests

        self._session = requests.Session()
        self._session.trust_env = False  # which would also read ~/.netrc
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # threads share no state

    def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def probe(self) -> None:
        """Search for something that is not there: the token must be right for that.

        Raises:
            Unavailable: it cannot be reached, or refuses the token.
        """
        body = {"doc_types": ["assets"], "query": "", "filter": {"operator": "AND", "terms": []}}
        try:
            self.ask("POST", "API/search/v1/search/?per_page=1", body, repeatable=True)
        except (flowhost.Permanent, flowhost.Retry) as error:
            raise flowhost.Unavailable(str(error)) from error

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        repeatable: bool | None = None,
        cancelled: threading.Event | None = None,
    ) -> Any:
        """Ask for something.

        Args:
            method: of HTTP.
            path: below the URL, with its query.
            body: a JSON value; None: no body.
            repeatable: whether it does no harm when it is done twice; None: as HTTP has it, all but POST.
            cancelled: nobody waits for it any more.

        Returns:
            The JSON of the answer.

        Raises:
            Permanent: iconik refuses it.
            Retry: it is busy, or the answer got lost.
            Unavailable: it cannot be reached.
        """
        again = BUSY | (STUMBLED if (method != "POST" if repeatable is None else repeatable) else set())
        flag = cancelled or threading.Event()
        asked = f"iconik, {method} {path.partition('?')[0]}"
        for number in range(TRIES):
            answer = self.send(method, urljoin(self._url, path.lstrip("/")), json=body, headers=self._headers)
            if 200 <= answer.status_code < 300:
                return document(answer.content, asked)
            after = seconds(answer.headers.get("Retry-After"))
            error = refusal(answer.status_code, answer.content, asked, after)
            pause = FIRST_PAUSE * 2**number if after is None else after
            is_last = number == TRIES - 1 or pause > LONGEST_PAUSE
            if answer.status_code not in again or is_last or self._clock.wait(flag, pause):
                raise error
            log.info("%s; another try", error)
        raise AssertionError("the last try returns or raises")

    def objects(
        self, method: str, path: str, body: Any = None, *, cancelled: threading.Event | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """All objects of a list, page by page.

        Args:
            method: GET, or POST for a search.
            path: of the list, without a query.
            body: of a search.
            cancelled: see `ask`.

        Raises:
            FlowhostError: see `ask`.
        """
        following: str | None = f"{path}?page=1&per_page={PAGE}"
        for _ in range(PAGES):
            if not following:
                return
            page = self.ask(method, following, body, repeatable=True, cancelled=cancelled)
            if not isinstance(page, Mapping) or not isinstance(page.get("objects"), list):
                raise flowhost.Unavailable(f"iconik, {method} {path}: the answer is no list of objects")
            yield from page["objects"]
            following = self._own(page.get("next_url"))
        raise flowhost.Permanent(f"iconik, {method} {path}: the list has no end")

    def send(self, method: str, url: str, **more: Any) -> requests.Response:
        """One request, wherever to; the answer is read whole.

        Args:
            method: of HTTP.
            url: whole.
            more: what requests takes.

        Raises:
            Unavailable: there was no answer.
        """
        import requests

        if self._session is None:
            raise flowhost.Unavailable("iconik is not open (any more)")
        try:
            return self._session.request(method, url, timeout=self._timeout, allow_redirects=False, **more)
        except requests.RequestException as error:
            where = urlsplit(url).netloc
            raise flowhost.Unavailable(
                f"no answer of iconik, {method} to {where}: {_root_of(error)}"
            ) from error

    def may_upload_to(self, url: str) -> bool:
        """Whether files may be sent there: nowhere in the clear, unless iconik itself is spoken to in the clear."""
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.scheme in {"https", urlsplit(self._url).scheme}

    def _own(self, address: Any) -> str | None:
        """The path of the next page; one at another machine is none, because the token would go there."""
        if not address:
            return None
        parts, own = urlsplit(str(address)), urlsplit(self._url)
        if parts.netloc and parts.netloc != own.netloc:
            raise flowhost.Unavailable(
                f"iconik names a next page at {parts.netloc}, which is not {own.netloc}"
            )
        return f"{parts.path}?{parts.query}"


def _root_of(error: BaseException) -> str:
    """The innermost reason, in the words of the system."""
    root = error
    while (inner := root.__cause__ or root.__context__) is not None:
        root = inner
    return getattr(root, "strerror", None) or str(root) or type(root).__name__
