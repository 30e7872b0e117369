"""What a request asks for: its document, which page of what is found, and whether that goes into a library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.conforming import Unfit, read_json
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.searching import forms as _forms  # noqa: F401  # makes its documents known
from flowhost_devserver.vidispine.searching.keeping import SAVED, kept_search
from flowhost_devserver.vidispine.searching.walking import Place, cursor_of, read_cursor
from flowhost_devserver.vidispine.xml_form import Unreadable, read_xml

USUAL, MOST = 100, 1000
"""Things in an answer: when nobody says, and at most."""

DOCUMENTS = ("ItemSearchDocument", "ShapeSearchDocument", "FileSearchDocument")

T = TypeVar("T")


def search_document(call: Call) -> dict[str, Any]:
    """The ItemSearchDocument in the body or in the parameter ``q``; empty: everything is wanted.

    Raises:
        Refusal: it cannot be read.
    """
    if number := call.text(SAVED):
        return kept_search(call.site, number)
    text = call.text("q").strip()
    if not text:
        return _body(call)
    try:
        if text.startswith("<"):
            return _named(*read_xml(text.encode()))
        return read_json(DOCUMENTS[0], text.encode())
    except (Unreadable, Unfit, UnicodeEncodeError) as error:
        raise invalid_input("q", explanation=str(error)) from None


def _body(call: Call) -> dict[str, Any]:
    body = call.body().lstrip()
    for name in DOCUMENTS[1:]:  # what clients call the document where shapes or files are searched
        if body.startswith(b"<") and f"{name}".encode() in body[:1000]:
            return call.document(name)
    return call.document(DOCUMENTS[0])


def _named(name: str, data: dict[str, Any]) -> dict[str, Any]:
    if name not in DOCUMENTS:
        raise invalid_input("q", explanation=f"expected {DOCUMENTS[0]}", value=name)
    return data


class Paging:
    """Which page a request asks for.

    Args:
        call: the request.
        cursor: the one in its document; None: there is none.

    Raises:
        Refusal: the parameters make no sense.
    """

    def __init__(self, call: Call, cursor: str | None = None) -> None:
        text = call.text("cursor") or cursor
        self.number = call.number("number", USUAL, highest=MOST)
        self._by_cursor = bool(text)
        self.place = read_cursor(text) if text else Place()
        self._skip = 0 if text else call.number("first", 1, lowest=1) - 1
        self.counts = call.flag("count", default=True)

    @property
    def about(self) -> int:
        """How many things to look at, from `place` on, to know the page and whether there is another one."""
        return self._skip + self.number + 1

    def of(self, walked: Iterable[tuple[T, Place]]) -> tuple[list[T], dict[str, str]]:
        """The things on the page, and the cursor for the next one under its key.

        Args:
            walked: all from `place` on, each with the place behind it.
        """
        rest: Iterator[tuple[T, Place]] = islice(walked, self._skip, None)
        shown = list(islice(rest, self.number))
        if not self._by_cursor or not shown or next(iter(rest), None) is None:
            return [one for one, _ in shown], {}
        return [one for one, _ in shown], {"nextCursor": cursor_of(shown[-1][1])}

    def of_all(self, found: list[T]) -> tuple[list[T], dict[str, str]]:
        """As `of`, of everything there is."""
        walked = [(one, Place(None, number, "")) for number, one in enumerate(found, 1)]
        return self.of(walked[self.place.passed :])
