"""What is sent, and what an answer's body is read as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import flowhost
from flowhost.http_client import asked, is_page, said
from flowhost_plugins.vidispine.client.errors import BadAnswer
from flowhost_plugins.vidispine.documents import Document, ReadError, read_xml

if TYPE_CHECKING:
    import requests

D = TypeVar("D", bound=Document)

Form: TypeAlias = Literal["json", "xml", "text"]
"""What a document is written as."""

MEDIA_TYPES: dict[Form, str] = {"json": "application/json", "xml": "application/xml", "text": "text/plain"}

Sent: TypeAlias = Document | Mapping[str, Any] | str | bytes | None
"""What can be sent: a document, the same as a mapping, or a text or bytes of any type."""


def written(document: Sent, content_type: str | None) -> tuple[bytes | None, dict[str, str]]:
    """The body that says this, and its header; neither when there is none.

    Args:
        document: what is sent.
        content_type: of a text or bytes; documents are JSON.

    Raises:
        Permanent: a text in it is none (half a character, as JSON may have it), or a number none.
    """
    try:
        return _encoded(document, content_type)
    except ValueError as error:  # UnicodeEncodeError is one, too
        raise flowhost.Permanent(f"the document cannot be sent: {error}") from None


def _encoded(document: Sent, content_type: str | None) -> tuple[bytes | None, dict[str, str]]:
    if document is None:  # a Content-Type without a body is refused by some releases
        return None, {}
    if isinstance(document, str | bytes):
        body = document.encode() if isinstance(document, str) else document
        return body, {"Content-Type": content_type or "application/octet-stream"}
    data = document.to_json() if isinstance(document, Document) else document
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text.encode(), {"Content-Type": MEDIA_TYPES["json"]}


def text_of(answer: requests.Response) -> str:
    """The body as text.

    Raises:
        BadAnswer: it is a page for people.
    """
    if is_page(answer):
        raise BadAnswer(_page(answer, MEDIA_TYPES["text"]))
    return answer.content.decode("utf-8", errors="replace")


def data_of(answer: requests.Response, *, may_be_empty: bool) -> dict[str, Any]:
    """The body as a JSON object.

    Args:
        answer: the answer.
        may_be_empty: whether no body at all stands for an empty object.

    Raises:
        BadAnswer: it is something else.
    """
    if may_be_empty and not answer.content.strip():
        return {}
    data = _json(answer, "a JSON object")
    if not isinstance(data, dict):
        raise BadAnswer(f"{_came(answer)} a JSON {_kind(data)}, expected an object")
    return data


def document_of(answer: requests.Response, kind: type[D], form: Form) -> D:
    """The body as a document.

    Raises:
        BadAnswer: it holds another, or half of it.
    """
    name = kind.__name__
    try:
        if form == "xml":
            _check(answer, name)
            return read_xml(kind, answer.content)
        return kind.from_json(_json(answer, name))
    except ReadError as error:
        raise BadAnswer(f"{_came(answer)} something that is no {name}: {error}") from None


def _json(answer: requests.Response, expected: str) -> Any:
    _check(answer, expected)
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        media_type = answer.headers.get("Content-Type", "no content type")
        what = f"{len(answer.content)} bytes ({media_type}) that are no JSON"
        raise BadAnswer(f"{_came(answer)} {what}, expected {expected}: {error}") from None


def _check(answer: requests.Response, expected: str) -> None:
    """That there is a body which is not made for people.

    Raises:
        BadAnswer: it is not so.
    """
    if not answer.content.strip():
        raise BadAnswer(f"{_came(answer)} nothing, expected {expected}")
    if is_page(answer):
        raise BadAnswer(_page(answer, expected))


def _page(answer: requests.Response, expected: str) -> str:
    way = "check 'url' of [Vidispine], and what stands before the site"
    return f"{said(answer)}; that is a page for people, expected {expected}: {way}"


def _came(answer: requests.Response) -> str:
    return f"{asked(answer)} was answered {answer.status_code} with"


def _kind(data: object) -> str:
    names = {list: "array", str: "text", bool: "flag", int: "number", float: "number"}
    return names.get(type(data), "null")
