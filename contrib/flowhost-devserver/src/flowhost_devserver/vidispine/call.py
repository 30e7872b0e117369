"""A request as pages see it: its parameters, wherever they stood, its document, its user."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import parse_qsl, unquote

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request

from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.xml_form import Unreadable, read_xml

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

Accept: TypeAlias = Literal["json", "xml", "text"]

_ACCEPTS: dict[str, Accept] = {
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "text/plain": "text",
}


class Call:
    """One request.

    Args:
        site: what it is about.
        request: the request.
        path: its path without matrix parameters, decoded, below the base: ``/item/VX-1``.
        parameters: name → values; those in the path (matrix) and those in the query are one to Vidispine.
        user: who asks.
        run_as: for whom; the same when nobody else was named.
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
        try:
            number = int(text)
        except ValueError:
            raise invalid_input(name, explanation="expected a whole number", value=text) from None
        if number < lowest:
            raise invalid_input(name, explanation=f"expected {lowest} or more", value=text)
        return number if highest is None else min(number, highest)

    @property
    def accept(self) -> Accept:
        """What the answer shall be; XML when the client takes anything."""
        wanted = parse_accept_header(self.request.headers.get("Accept"), MIMEAccept)
        best = wanted.best_match(list(_ACCEPTS), default="application/xml") if wanted else "application/xml"
        return _ACCEPTS[best or "application/xml"]

    def document(self, name: str) -> dict[str, Any]:
        """The document in the body, in its JSON form; nothing when there is no body.

        Args:
            name: its root element in XML.

        Raises:
            Refusal: it cannot be read, or is another document.
        """
        body = self.request.get_data()
        if not body.strip():
            return {}
        if "xml" in (self.request.mimetype or "") or (
            body.lstrip()[:1] == b"<" and "json" not in self.request.mimetype
        ):
            return _xml_document(body, name)
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise invalid_input(name, explanation=f"not well-formed JSON: {error}") from None
        if not isinstance(data, dict):
            raise invalid_input(name, explanation="expected a JSON object")
        return data


def _xml_document(body: bytes, name: str) -> dict[str, Any]:
    try:
        found, data = read_xml(body)
    except Unreadable as error:
        raise invalid_input(name, explanation=str(error)) from None
    if found != name:
        raise invalid_input(name, explanation=f"expected {name}", value=found)
    return data


def split_matrix(raw_path: str, query: str) -> tuple[str, dict[str, list[str]]]:
    """A path without its matrix parameters, decoded; and those together with the ones of the query.

    Args:
        raw_path: as it was sent: ``/item;first=1;number=10/``.
        query: as it was sent, without the question mark.
    """
    segments, pairs = [], list[tuple[str, str]]()
    for segment in raw_path.split("/"):
        name, *matrix = segment.split(";")
        segments.append(unquote(name))
        for one in filter(None, matrix):
            key, _, value = one.partition("=")
            pairs.append((unquote(key), unquote(value)))
    pairs += parse_qsl(query, keep_blank_values=True)
    parameters: dict[str, list[str]] = {}
    for key, value in pairs:
        parameters.setdefault(key, []).append(value)
    return "/".join(segments), parameters
