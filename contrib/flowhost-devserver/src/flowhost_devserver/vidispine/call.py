"""A request as pages see it: its parameters, wherever they stood, its document, its user."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from werkzeug.datastructures import Accept as Accepted
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request

from flowhost_devserver.vidispine.conforming import Unfit, read_json
from flowhost_devserver.vidispine.refusals import Refusal, invalid_input
from flowhost_devserver.vidispine.xml_form import Unreadable, read_xml

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

Accept: TypeAlias = Literal["json", "xml", "text"]

_ACCEPTS: dict[str, Accept] = {
    "*/*": "xml",
    "application/*": "xml",
    "text/*": "text",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "text/plain": "text",
}


DOCUMENT_BYTES = 64 * 1024**2  # largest document read; media comes as a stream
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,18}\s*")  # what fits into 64 bits


class Call:
    """One request.

    Args:
        site: what it is about.
        request: the request.
        path: its path without matrix parameters, decoded, below the base: ``/item/VX-1``.
        parameters: name → values; those in the path (matrix) and those in the query are one to Vidispine.
        user: who asks.
        run_as: for whom; the same when nobody else was named.

    Attributes:
        body_is_unusable: whether the body was too large or broken, so that nothing behind it can be read.
    """

    def __init__(
        self,
        site: Site,
        request: Request,
        path: str,
        parameters: dict[str, list[str]],
        user: str,
        run_as: str,
    ) -> None:
        self.site = site
        self.request = request
        self.path = path
        self.parameters = parameters
        self.user = user
        self.run_as = run_as
        self.body_is_unusable = False

    def text(self, name: str, default: str = "") -> str:
        """The parameter, the last when it was given several times."""
        return self.parameters.get(name, [default])[-1]

    def texts(self, name: str) -> list[str]:
        """Every value of a parameter that may be repeated."""
        return self.parameters.get(name, [])

    def words(self, name: str) -> list[str]:
        """The parts of a parameter that commas divide."""
        return [part for text in self.texts(name) for part in text.split(",") if part]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A parameter that is true or false; ``yes``, ``1`` and nothing at all are true, too.

        Raises:
            Refusal: it is something else.
        """
        if name not in self.parameters:
            return default
        value = self.text(name).lower()
        if value in ("true", "yes", "1", ""):
            return True
        if value in ("false", "no", "0"):
            return False
        raise invalid_input(name, explanation="expected true or false", value=self.text(name))

    def number(self, name: str, default: int, *, lowest: int = 0, highest: int | None = None) -> int:
        """A parameter that is a whole number; one above the highest counts as that.

        Raises:
            Refusal: it is none, or too small.
        """
        text = self.text(name, str(default))
        if not _NUMBER.fullmatch(text):
            raise invalid_input(name, explanation="expected a whole number", value=text)
        number = int(text)
        if number < lowest:
            raise invalid_input(name, explanation=f"expected {lowest} or more", value=text)
        return number if highest is None else min(number, highest)

    @cached_property
    def accept(self) -> Accept:
        """What the answer shall be: what the client likes best, of that a form before any, and the first; else XML."""
        given = parse_accept_header(self.request.headers.get("Accept"), Accepted)
        kinds = [(value.partition(";")[0].strip().lower(), quality) for value, quality in given]
        best = max((quality for kind, quality in kinds if kind in _ACCEPTS), default=0)
        if not best:
            return "xml"
        named = self.request.headers.get("Accept", "").lower()
        liked = [kind for kind, quality in kinds if kind in _ACCEPTS and quality == best]
        return _ACCEPTS[min(liked, key=lambda kind: ("*" in kind, named.index(kind)))]

    def document(self, name: str) -> dict[str, Any]:
        """The document in the body, in its JSON form; nothing when there is no body.

        Args:
            name: its root element in XML.

        Raises:
            Refusal: it cannot be read, or is another document.
        """
        body = self.body()
        if not body.strip():
            return {}
        mimetype = self.request.mimetype or ""
        if "xml" in mimetype or (body.lstrip()[:1] == b"<" and "json" not in mimetype):
            return _xml_document(body, name)
        try:
            return read_json(name, self._in_utf8(body))
        except Unfit as error:
            raise invalid_input(name, explanation=str(error)) from None

    def text_body(self) -> str:
        """The body that is a text.

        Raises:
            Refusal: it is none.
        """
        try:
            text = self._in_utf8(self.body()).decode()
        except UnicodeDecodeError:
            raise invalid_input("body", explanation="expected text in UTF-8") from None
        if "\0" in text:
            raise invalid_input("body", explanation="a text cannot have NUL characters")
        return text

    def _in_utf8(self, body: bytes) -> bytes:
        """A body that is a text, which was sent in the charset that its type names.

        Raises:
            Refusal: there is no such charset, or it is not written in it.
        """
        charset = self.request.mimetype_params.get("charset", "utf-8")
        if charset.lower() in ("utf-8", "utf8"):
            return body
        try:
            return body.decode(charset).encode()
        except (UnicodeError, LookupError) as error:
            raise invalid_input("body", explanation=f"it is no {charset}: {error}", value=None) from None

    def body(self) -> bytes:
        """The body of a request that is no media.

        Raises:
            Refusal: it is larger than a document can be, or broken.
        """
        self.request.max_content_length = DOCUMENT_BYTES
        self.body_is_unusable = True
        try:
            body = self.request.get_data()
        except RequestEntityTooLarge:
            told = f"expected {DOCUMENT_BYTES} bytes or less"
            raise Refusal(
                413, "invalidInput", context="body", id=None, explanation=told, value=None
            ) from None
        except (HTTPException, ValueError, OSError):  # it ended too early, or its chunks are no chunks
            raise invalid_input("body", explanation="the body ended before its end") from None
        self.body_is_unusable = False
        return body


def _xml_document(body: bytes, name: str) -> dict[str, Any]:
    try:
        found, data = read_xml(body)
    except Unreadable as error:
        raise invalid_input(name, explanation=str(error)) from None
    if found != name:
        raise invalid_input(name, explanation=f"expected {name}", value=found)
    return data
