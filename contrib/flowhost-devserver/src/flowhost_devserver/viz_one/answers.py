"""What a page answers with: documents, problems, and the conditions of a request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from lxml import etree
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.vocabulary import PROBLEM_TYPE


class Problem(HTTPException):
    """A request that is refused, told as a problem document (RFC 9457).

    Args:
        status: HTTP status.
        detail: one sentence.
        headers: more headers of the answer.
    """

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail, response=problem(status, detail, headers))
        self.code = status


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """The answer that tells a problem."""
    title = HTTP_STATUS_CODES.get(status, "Unknown")
    body = json.dumps({"title": title, "status": status, "detail": detail}, ensure_ascii=False)
    return Response(body + "\n", status, headers, content_type=PROBLEM_TYPE)


def refuse(status: int, detail: str) -> NoReturn:
    """Refuse the request.

    Raises:
        Problem: always.
    """
    raise Problem(status, detail)


def xml(element: etree._Element, prefixes: Sequence[str] = ()) -> bytes:
    """The element as a document of its own.

    Only the namespaces it uses are declared, and those of `prefixes`: names within texts are none to XML.
    """
    etree.cleanup_namespaces(element, keep_ns_prefixes=list(prefixes))
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


def tag(data: bytes) -> str:
    """The strong entity tag of a representation: same bytes, same tag."""
    return hashlib.sha256(data).hexdigest()[:20]


def document(
    data: etree._Element | bytes,
    media_type: str,
    *,
    status: int = 200,
    etag: str | None = None,
    location: str | None = None,
) -> Response:
    """An answer with a document.

    Args:
        data: the document.
        media_type: its media type.
        status: HTTP status.
        etag: its entity tag; None makes one from its bytes.
        location: URL of what was made, for 201.
    """
    body = data if isinstance(data, bytes) else xml(data)
    response = Response(body, status, content_type=media_type)
    response.set_etag(etag or tag(body))
    if location:
        response.headers["Location"] = location
        response.headers["Content-Location"] = location
    response.autocorrect_location_header = False
    return response


def check_condition(
    request: Request, present_tags: Callable[[], Iterable[str]], *, required: bool = False
) -> None:
    """Refuse a request whose ``If-Match`` names a state that is not the present one (RFC 9110, 13.1.1).

    Args:
        request: the request.
        present_tags: tells the entity tags of the present state, none when there is none; asked for as far as needed.
        required: whether a request without the header is refused, too (RFC 6585, 3).

    Raises:
        Problem: 412 or 428.
    """
    if "If-Match" not in request.headers:
        if required:
            refuse(428, "this server wants a condition; send If-Match with the ETag you have read")
        return
    wanted = request.if_match
    if not any(wanted.star_tag or wanted.is_strong(present) for present in present_tags()):
        now = next(iter(present_tags()), "none: it does not exist")
        refuse(412, f"this changed meanwhile: If-Match has {wanted.to_header()}, its ETag is now {now}")


def parsed(data: bytes, what: str) -> etree._Element:
    """The root of an XML document from a stranger; no entities, no DTD, no network.

    Raises:
        Problem: 400, it is not well-formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        refuse(400, f"the {what} is not well-formed XML: {error}")
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # lxml-stubs leave it out
        refuse(400, f"the {what} has a document type declaration, which is not accepted")
    return root
