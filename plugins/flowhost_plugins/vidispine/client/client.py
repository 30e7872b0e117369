"""The client of a site: GET, PUT, POST and DELETE of documents."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TypeVar, overload

import flowhost
from flowhost.http_client import Shared
from flowhost_plugins.vidispine.client import paging
from flowhost_plugins.vidispine.client.addresses import Parameters, url_of
from flowhost_plugins.vidispine.client.bodies import (
    MEDIA_TYPES,
    Form,
    Sent,
    data_of,
    document_of,
    text_of,
    written,
)
from flowhost_plugins.vidispine.client.errors import Missing, Refused
from flowhost_plugins.vidispine.client.known import DEFINITIONS, Known
from flowhost_plugins.vidispine.client.settings import Settings
from flowhost_plugins.vidispine.client.wire import Wire
from flowhost_plugins.vidispine.documents import Document, ListDocument, Version

D = TypeVar("D", bound=Document)
L = TypeVar("L", bound=ListDocument)
E = TypeVar("E")

log = logging.getLogger(__name__)


class Client:
    """Speaks with one site over its REST API; safe for several threads, which share the connections.

    Each positional argument of a method is one segment of the path, and is quoted: ``client.get("item", "VX-1",
    "metadata")``. Parameters are given by name, in `query` or in `matrix`. A document is asked for with `into`; without it
    there is the JSON object, and with ``accept="text"`` the text.

    Answers 502, 503 and 504 are tried again; a POST only after 503, and when the connection was refused. Threads that GET
    the same at the same time share a request that begins after each of them asked.

    Every method raises Missing, Refused or Conflicting when the site says no, BadAnswer when the answer is something else
    than was asked for, and Unavailable (of which BadAnswer is one) when there is none.

    Args:
        settings: how to talk to it.
        clock: for tokens, lifetimes, and the pauses before other tries.
    """

    def __init__(self, settings: Settings, clock: flowhost.Clock) -> None:
        self.settings = settings
        self._wire = Wire(settings, clock)
        self._known = Known(clock)
        self._shared: Shared[Any] = Shared()

    def open(self) -> None:
        """Be ready; connections are made when they are needed.

        Raises:
            Unavailable: the PEM file cannot be read.
        """
        self._wire.open()

    def close(self) -> None:
        """Close every connection; whoever waits for another try is told that it will not come."""
        self._wire.close()
        self._known.forget()

    def check(self) -> Version:
        """Ask who answers and whether it knows us; return what it says of itself.

        Raises:
            Unavailable: there is no Vidispine, it does not know us, or we may not act as `run_as`.
        """
        base, user = self.settings.base, self.settings.username
        try:
            version = self.get("version", into=Version)
            who = self.get("whoami", accept="text").strip()
        except Refused as error:
            acting = f" and 'run as' (it is {self.settings.run_as!r})" if self.settings.run_as else ""
            raise flowhost.Unavailable(f"{error}; check 'url'{acting} of [Vidispine]") from error
        log.info(
            "%s is Vidispine %s, which knows %s as %s", base, version.text or "of unknown version", user, who
        )
        return version

    @overload
    def get(
        self,
        *path: str,
        into: type[D],
        query: Parameters | None = None,
        matrix: Parameters | None = None,
        accept: Form = "json",
    ) -> D: ...
    @overload
    def get(
        self,
        *path: str,
        accept: Literal["text"],
        query: Parameters | None = None,
        matrix: Parameters | None = None,
    ) -> str: ...
    @overload
    def get(
        self, *path: str, query: Parameters | None = None, matrix: Parameters | None = None
    ) -> dict[str, Any]: ...
    def get(
        self,
        *path: str,
        into: type[D] | None = None,
        query: Parameters | None = None,
        matrix: Parameters | None = None,
        accept: Form = "json",
    ) -> Any:
        """What is there."""
        url = url_of(self.settings.base, path, matrix, query)
        headers = {"Accept": MEDIA_TYPES[accept]}
        answer = self._shared.get((url, accept), lambda: self._wire.send("GET", url, headers))
        return _read(answer, into, accept, may_be_empty=False)

    @overload
    def found(
        self,
        *path: str,
        into: type[D],
        query: Parameters | None = None,
        matrix: Parameters | None = None,
    ) -> D | None: ...
    @overload
    def found(
        self, *path: str, query: Parameters | None = None, matrix: Parameters | None = None
    ) -> dict[str, Any] | None: ...
    def found(self, *path: str, **options: Any) -> Any:
        """As `get`, but None when the site says that there is no such thing, or nothing can be called so."""
        try:
            return self.get(*path, **options)
        except Missing:
            return None

    def known(
        self,
        lifetime: float,
        *path: str,
        into: type[D],
        query: Parameters | None = None,
        matrix: Parameters | None = None,
    ) -> D:
        """As `get`, but not asked again for a while. All who ask get the same document: do not change it.

        It is asked for again once this client changed something with the same first segment anywhere in its path:
        ``POST /file/VX-1/storage/VX-2`` makes it forget what it knows of storages.

        Args:
            lifetime: seconds; see `STORAGES` and `DEFINITIONS`.
            path: as in `get`.
            into: as in `get`.
            query: as in `get`.
            matrix: as in `get`.
        """
        url = url_of(self.settings.base, path, matrix, query)
        key = (path[0], url, into.__name__)
        found: D = self._known.get(
            key, lifetime, lambda: self.get(*path, into=into, query=query, matrix=matrix)
        )
        return found

    def version(self) -> Version:
        """What the site says of itself, known for a minute."""
        return self.known(DEFINITIONS, "version", into=Version)

    def forget(self, *topics: str) -> None:
        """Ask again for what is known about these first segments; without any for everything."""
        if topics:
            self._known.changed(topics)
        else:
            self._known.forget()

    @overload
    def put(self, *path: str, document: Sent = None, into: type[D], **options: Any) -> D: ...
    @overload
    def put(self, *path: str, document: Sent = None, accept: Literal["text"], **options: Any) -> str: ...
    @overload
    def put(self, *path: str, document: Sent = None, **options: Any) -> dict[str, Any]: ...
    def put(self, *path: str, document: Sent = None, **options: Any) -> Any:
        """Set or ask what is there, with a document. An answer without a body is an empty object; see `post`."""
        return self._change("PUT", path, document, **options)

    @overload
    def post(self, *path: str, document: Sent = None, into: type[D], **options: Any) -> D: ...
    @overload
    def post(self, *path: str, document: Sent = None, accept: Literal["text"], **options: Any) -> str: ...
    @overload
    def post(self, *path: str, document: Sent = None, **options: Any) -> dict[str, Any]: ...
    def post(self, *path: str, document: Sent = None, **options: Any) -> Any:
        """Make something. An answer without a body is an empty object.

        Args:
            path: one argument for each segment.
            document: what is sent: a document or a mapping, as JSON; a text or bytes, as `content_type`.
            options: ``into``, ``query``, ``matrix``, ``accept`` as in `get`, and ``content_type``.
        """
        return self._change("POST", path, document, **options)

    @overload
    def delete(self, *path: str, into: type[D], **options: Any) -> D: ...
    @overload
    def delete(self, *path: str, **options: Any) -> dict[str, Any]: ...
    def delete(self, *path: str, **options: Any) -> Any:
        """Delete what is there. An answer without a body is an empty object; ``options`` as in `post`."""
        return self._change("DELETE", path, None, **options)

    def pages(
        self,
        *path: str,
        into: type[L],
        each: Callable[[L], Sequence[E]],
        document: Sent = None,
        query: Parameters | None = None,
        first: int = 1,
        number: int = 100,
    ) -> Iterator[E]:
        """The entries of a list that comes in pages, which are asked for one after the other.

        Args:
            path: of the list.
            into: what a page is.
            each: the entries of a page.
            document: a search; without it the list is got.
            query: parameters besides those of the page.
            first: number of the first entry: 1, of the files of a storage 0.
            number: entries to ask for at once.
        """
        return paging.pages(self._asking(path, into, document, query), each, first, number)

    def cursor_pages(
        self,
        *path: str,
        into: type[L],
        each: Callable[[L], Sequence[E]],
        document: Sent = None,
        query: Parameters | None = None,
        number: int = 1000,
    ) -> Iterator[E]:
        """As `pages`, along a cursor, which makes the last page as cheap as the first (Vidispine 4.16 and later)."""
        return paging.cursor_pages(self._asking(path, into, document, query), each, number)

    def metrics(self) -> Iterable[flowhost.Metric]:
        """Requests, retries and failures, by method."""
        return self._wire.metrics()

    def _asking(
        self, path: Sequence[str], into: type[L], document: Sent, query: Parameters | None
    ) -> Callable[[dict[str, Any]], L]:
        def ask(page: dict[str, Any]) -> L:
            parameters = {**(query or {}), **page}
            if document is None:
                return self.get(*path, into=into, query=parameters)
            return self.put(*path, document=document, into=into, query=parameters)

        return ask

    def _change(
        self,
        method: str,
        path: Sequence[str],
        document: Sent,
        *,
        into: type[D] | None = None,
        query: Parameters | None = None,
        matrix: Parameters | None = None,
        accept: Form = "json",
        content_type: str | None = None,
    ) -> Any:
        url = url_of(self.settings.base, path, matrix, query)
        body, headers = written(document, content_type)
        try:
            answer = self._wire.send(method, url, {"Accept": MEDIA_TYPES[accept], **headers}, body)
        finally:  # also after an error: it may have been done
            self._known.changed(path)
        return _read(answer, into, accept, may_be_empty=True)


def _read(answer: Any, into: type[D] | None, accept: Form, *, may_be_empty: bool) -> Any:
    if into is not None:
        return document_of(answer, into, accept)
    if accept == "json":
        return data_of(answer, may_be_empty=may_be_empty)
    return text_of(answer)
