"""Clients of Viz One."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import flowhost
from flowhost_plugins.viz_one import HTTPClientError, HTTPServerError, Link, VizOne
from vizone.servicedoc import ServiceDocument

__all__ = ["HTTPClientError", "HTTPServerError", "Instance", "get_default_instance", "init"]

_defaults: list[VizOne] = []
_lock = threading.Lock()


class Instance:
    """A client, with the old names for what it does.

    Args:
        viz_one: the client of flowhost that does it.
    """

    def __init__(self, viz_one: VizOne) -> None:
        self.viz_one = viz_one
        self.session = Session(self)

    @property
    def servicedoc(self) -> ServiceDocument:
        """The service document."""
        return ServiceDocument(self.viz_one.service)

    def GET(self, link: Any, headers: Mapping[str, str] | None = None, check_status: bool = True) -> Any:  # noqa: N802  # its old name
        """The answer to a GET.

        Args:
            link: a link, or a URL.
            headers: of the request.
            check_status: whether an answer 4xx or 5xx is raised as an error.
        """
        return self._answer(check_status, lambda: self.viz_one.get(_target(link), headers=headers))

    def PUT(  # noqa: N802  # its old name
        self,
        link: Any,
        payload: Any = b"",
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        check_status: bool = True,
    ) -> Any:
        """The answer to a PUT; see `GET`.

        Args:
            link: a link, or a URL.
            payload: a document, a list of URIs, bytes or text.
            headers: of the request.
            etag: the state of the thing that the change was made for; a document's own by default.
            check_status: whether an answer 4xx or 5xx is raised as an error.
        """
        if etag is None:
            etag = getattr(payload, "response_etag", None)
        options = _options(headers, etag)
        return self._answer(
            check_status, lambda: self.viz_one.put(_target(link), _sendable(payload), **options)
        )

    def POST(  # noqa: N802  # its old name
        self,
        link: Any,
        payload: Any = b"",
        headers: Mapping[str, str] | None = None,
        check_status: bool = True,
    ) -> Any:
        """The answer to a POST; see `PUT`."""
        options = _options(headers, None)
        return self._answer(
            check_status, lambda: self.viz_one.post(_target(link), _sendable(payload), **options)
        )

    def DELETE(self, link: Any, etag: str | None = None, check_status: bool = True) -> Any:  # noqa: N802  # its old name
        """The answer to a DELETE; see `PUT`."""
        options = {"etag": etag} if etag else {}
        return self._answer(check_status, lambda: self.viz_one.delete(_target(link), **options))

    def _answer(self, check_status: bool, ask: Any) -> Any:
        try:
            return ask()
        except (HTTPClientError, HTTPServerError) as error:
            if check_status:
                raise
            return error.response


class Session:
    """What the old clients had as their HTTP session: who we are there.

    Args:
        instance: the client.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._auth: tuple[str, str] | None = None

    @property
    def auth(self) -> tuple[str, str] | None:
        """User and password that were set here; None: those of the profile."""
        return self._auth

    @auth.setter
    def auth(self, pair: tuple[str, str]) -> None:
        user, password = pair
        self._auth = (user, password)
        self._instance.viz_one = self._instance.viz_one.with_credentials(user, password)


def init(
    hostname: str = "localhost",
    user: str = "user",
    password: str = "user",  # noqa: S107  # the old library's default
    secure: bool = True,
    verify: bool | str = True,
    timeout: float = 60,
) -> Instance:
    """Make a client and make it the default one; for programs that are no daemon.

    Args:
        hostname: of the server.
        user: who we are there.
        password: belongs to the user.
        secure: whether to speak TLS.
        verify: whether to check the server's certificate, or the PEM file to check it with.
        timeout: seconds an answer may take.
    """
    viz_one = VizOne(
        hostname=hostname,
        username=user,
        password=flowhost.Secret(password),
        use_https=secure,
        check_certificates=bool(verify),
        pem_file=verify if isinstance(verify, str) else "",
        time_out=timeout,
        clock=flowhost.SystemClock(),
    )
    viz_one.open()
    set_default(viz_one)
    return Instance(viz_one)


def get_default_instance() -> Instance:
    """The default client: that of the daemon, or the one `init` made.

    Raises:
        Permanent: there is none.
    """
    return Instance(viz_one_of(None))


def set_default(viz_one: VizOne) -> None:
    """Make this the default client; of several daemons in a process the last one counts."""
    with _lock:
        _defaults.append(viz_one)


def unset_default(viz_one: VizOne) -> None:
    """Undo one `set_default`."""
    with _lock:
        if viz_one in _defaults:
            _defaults.remove(viz_one)


def viz_one_of(client: Any, *, required: bool = True) -> Any:
    """The client of flowhost behind an old one.

    Args:
        client: an `Instance`, a client of flowhost, or None for the default one.
        required: whether there must be one; otherwise it may be None.

    Raises:
        Permanent: there is no default client.
    """
    if client is not None:
        return getattr(client, "viz_one", client)
    with _lock:
        if _defaults:
            return _defaults[-1]
    if required:
        raise flowhost.Permanent(
            "there is no client for Viz One: run in a daemon with [Viz One], or call vizone.client.init() first"
        )
    return None


def _target(link: Any) -> Any:
    return link if isinstance(link, Link | str) else getattr(link, "href", link)


def _sendable(payload: Any) -> Any:
    """What the client sends: a document as it is, and a list of URIs as text."""
    return b"" if payload is None else payload


def _options(headers: Mapping[str, str] | None, etag: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, value in (headers or {}).items():
        if name.lower() == "content-type":
            options["content_type"] = value
        else:
            options.setdefault("headers", {})[name] = value
    return options | ({"etag": etag} if etag else {})
