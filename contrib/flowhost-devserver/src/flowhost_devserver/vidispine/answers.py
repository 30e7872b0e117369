"""What pages answer with: documents in the form that was asked for, texts, and nothing at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import Refusal
from flowhost_devserver.vidispine.xml_form import write_xml

JSON_TYPE, XML_TYPE, TEXT_TYPE = "application/json", "application/xml", "text/plain"

LINE = "\r\n"
"""What divides the lines of a text."""


def document(
    call: Call, name: str, data: Mapping[str, Any], *, text: str | None = None, status: int = 200
) -> Response:
    """A document, as JSON or XML.

    Args:
        call: the request.
        name: the root element in XML, one of `forms.DOCUMENTS`.
        data: the document in its JSON form.
        text: what it is as ``text/plain``; None: it has no such form, and JSON is sent.
        status: HTTP status.
    """
    if call.accept == "text" and text is not None:
        return plain(text, status)
    if call.accept == "xml":
        return Response(write_xml(name, data), status, content_type=f"{XML_TYPE};charset=UTF-8")
    return json_document(data, status)


def json_document(data: object, status: int = 200) -> Response:
    """A JSON document, whatever was asked for."""
    return Response(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")), status, content_type=JSON_TYPE
    )


def plain(text: str, status: int = 200) -> Response:
    """A text."""
    return Response(text, status, content_type=f"{TEXT_TYPE};charset=UTF-8")


def uri_list(call: Call, uris: Iterable[str], *, hits: int | None = None) -> Response:
    """A URIListDocument; as text a line for each. Without any the JSON form is ``{}``."""
    found = list(uris)
    data: dict[str, Any] = {} if hits is None else {"hits": hits}
    if found:
        data["uri"] = found
    return document(call, "URIListDocument", data, text="".join(uri + LINE for uri in found))


def empty(status: int = 200) -> Response:
    """No body."""
    answer = Response(b"", status)
    del answer.headers["Content-Type"]
    return answer


def refused(call_accept: str, refusal: Refusal) -> Response:
    """The error document in the form that was asked for."""
    if call_accept == "text":
        return plain(_refusal_text(refusal), refusal.status)
    if call_accept == "xml":
        body = write_xml("ExceptionDocument", refusal.document)
        return Response(body, refusal.status, content_type=f"{XML_TYPE};charset=UTF-8")
    return json_document(refusal.document, refusal.status)


_TITLES = {400: "An invalid parameter was entered", 404: "A resource could not be found"}


def _refusal_text(refusal: Refusal) -> str:
    details = refusal.details
    lines = [f"{refusal.status} {_TITLES.get(refusal.status, refusal.fault)}"]
    names = {"Type": "type", "Context": "context", "ID": "id", "Reason": "explanation"}
    wanted = ("Type", "ID") if refusal.fault == "notFound" else ("Context", "ID", "Reason")
    lines += [f"{name}: {details.get(names[name]) or ''}" for name in wanted]
    return LINE.join(lines) + LINE
