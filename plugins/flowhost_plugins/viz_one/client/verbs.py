"""GET, PUT, POST and DELETE of documents, following their links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

import flowhost
from flowhost.http_client import asked, is_page, said
from flowhost_plugins.viz_one.client.errors import BadAnswer
from flowhost_plugins.viz_one.client.settings import Settings
from flowhost_plugins.viz_one.client.wire import Wire
from flowhost_plugins.viz_one.documents import Document, DocumentError, Link

if TYPE_CHECKING:
    import requests

D = TypeVar("D", bound=Document)


class Writable(Protocol):
    """What can be sent: a document, or a list of URIs."""

    @property
    def content_type(self) -> str:
        """Its media type."""

    def generate(self) -> bytes:
        """Its bytes."""


class Verbs:
    """The verbs of HTTP on links and documents; safe for several threads.

    Args:
        settings: how to talk to the server.
        clock: tells the time, and waits.
    """

    def __init__(self, settings: Settings, clock: flowhost.Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._wire = Wire(settings, clock)

    def open(self) -> None:
        """Make ready; the server is not asked for anything yet, so that a daemon starts while it is away.

        Raises:
            Unavailable: the PEM file cannot be read.
        """
        self._wire.open()

    def close(self) -> None:
        """Close the sessions; whoever waits to try something again is told that it failed."""
        self._wire.close()

    def get(
        self, link: Link | str, *, headers: Mapping[str, str] | None = None, inline: Iterable[str] = ()
    ) -> requests.Response:
        """GET what a link leads to.

        Args:
            link: a link, or a URL; a relative one is meant from the service document.
            headers: to send along.
            inline: link relations whose documents the answer is to hold within it (``X-Inline``).

        Returns:
            The answer, read to its end; its status is 2xx.

        Raises:
            HTTPClientError: the server refuses it (4xx); NotFound when there is no such thing.
            HTTPServerError: the server cannot do it just now (5xx).
            Unavailable: there is no answer, or not all of it.
        """
        wanted = {"X-Inline": ", ".join(inline)} if (inline := tuple(inline)) else {}
        return self._send("GET", link, {**wanted, **(headers or {})})

    def put(
        self,
        link: Link | str,
        document: Writable | bytes | str,
        *,
        etag: str | None = None,
        headers: Mapping[str, str] | None = None,
        content_type: str | None = None,
    ) -> requests.Response:
        """PUT a document.

        Args:
            link: where to; see `get`.
            document: a document, or its bytes or text.
            etag: the state the document was made for; the server refuses it when there is another by now.
            headers: to send along.
            content_type: of bytes or text; of a document it is known.

        Raises:
            HTTPConflict: somebody else changed it first.
            HTTPClientError, HTTPServerError, Unavailable: see `get`.
        """
        body, kind = _written(document, content_type)
        return self._send("PUT", link, kind | _if_match(etag) | dict(headers or {}), body)

    def post(
        self,
        link: Link | str,
        document: Writable | bytes | str,
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str | None = None,
    ) -> requests.Response:
        """POST a document. It is sent again only when the server has done nothing; see `put`."""
        body, kind = _written(document, content_type)
        return self._send("POST", link, kind | dict(headers or {}), body)

    def delete(self, link: Link | str, *, etag: str | None = None) -> requests.Response:
        """DELETE what a link leads to; see `put`."""
        return self._send("DELETE", link, _if_match(etag))

    def read(
        self,
        document: type[D],
        link: Link | str,
        *,
        headers: Mapping[str, str] | None = None,
        inline: Iterable[str] = (),
    ) -> D:
        """GET a document and read it; it knows its ETag.

        Args:
            document: its class.
            link: where it is; see `get`.
            headers: to send along.
            inline: see `get`.

        Raises:
            BadAnswer: the answer is no such document: a page for people, or cut off.
            HTTPClientError, HTTPServerError, Unavailable: see `get`.
        """
        accept = {"Accept": document.content_type} if document.content_type else {}
        answer = self.get(link, headers=accept | dict(headers or {}), inline=inline)
        return self.read_answer(document, answer)

    def read_answer(self, document: type[D], answer: requests.Response) -> D:
        """Read the document that an answer holds.

        Raises:
            BadAnswer: it holds another, or half of it.
        """
        return self._understood(document, answer, lambda: document(answer))

    def save(self, document: Document, link: Link | str) -> None:
        """PUT a document where it came from; it then holds what the server answered, with its new ETag.

        Raises:
            HTTPConflict: somebody else changed it since it was read.
            HTTPClientError, HTTPServerError, Unavailable: see `get`.
        """
        answer = self.put(link, document, etag=document.response_etag)
        if answer.content.strip():
            self._understood(type(document), answer, lambda: _parsed(document, answer))
        else:
            document.response_etag = answer.headers.get("ETag")

    def _understood(self, kind: type[D], answer: requests.Response, parse: Callable[[], D]) -> D:
        """The document that `parse` makes of an answer; it knows where it comes from, so that relative links lead on."""
        if is_page(answer):
            raise BadAnswer(f"{said(answer)}; that is a page for people, expected {_named(kind)}", answer)
        try:
            document = parse()
        except DocumentError as error:
            media_type = answer.headers.get("Content-Type", "no content type")
            raise BadAnswer(
                f"{asked(answer)} was answered with {len(answer.content)} bytes ({media_type}) that are not "
                f"{_named(kind)}: {error}",
                answer,
            ) from error
        document.element.getroottree().docinfo.URL = answer.url
        return document

    def _send(
        self, method: str, link: Link | str, headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        if not self.settings.enabled:
            raise flowhost.Permanent(
                "[Viz One] has 'enabled = no', so nothing can be asked of the server; take that line out"
            )
        url = link if isinstance(link, str) else link.href
        return self._wire.send(method, url, headers=headers, body=body)


def _parsed(document: D, answer: requests.Response) -> D:
    document.parse(answer)
    return document


def _written(document: Writable | bytes | str, content_type: str | None) -> tuple[bytes, dict[str, str]]:
    if isinstance(document, bytes | str):
        body = document.encode() if isinstance(document, str) else document
        kind = content_type or "application/octet-stream"
    else:
        body, kind = document.generate(), content_type or document.content_type
    return body, {"Content-Type": kind}


def _if_match(etag: str | None) -> dict[str, str]:
    return {"If-Match": etag} if etag else {}


def _named(document: type[Document]) -> str:
    return f"the document {document.__name__!r}"
