"""The error an answer stands for."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import flowhost
from flowhost.http_client import is_page, said, shown, wished, without_logins
from flowhost_plugins.vidispine.client.errors import BadAnswer, Conflicting, Missing, Refused
from flowhost_plugins.vidispine.documents import ExceptionDocument, Fault, ReadError, read_xml

if TYPE_CHECKING:
    import requests

LONGEST_EXPLANATION = 400
"""Characters of an error document that go into a sentence; some sites explain with a stack trace."""

REQUEST_TIMEOUT = 408
"""The request came too slowly: of all 4xx the one that another try may help."""


def check(answer: requests.Response, username: str, now: datetime) -> None:
    """Raise the error an answer stands for; nothing for 2xx.

    Args:
        answer: read to its end.
        username: who asked.
        now: the time of day, for a Retry-After that names a date.

    Raises:
        Missing, Refused, Conflicting: the site says no.
        Unavailable: the site is in trouble, does not know us, or this was not said by a Vidispine.
        Retry: too many requests (429).
    """
    status = answer.status_code
    if 200 <= status < 300:
        return
    name, fault = fault_of(answer)
    sentence = f"{said(answer, text=False)}: {_words(name, fault)}" if name else said(answer)
    if status == 429:
        raise flowhost.Retry(sentence, after=wished(answer.headers.get("Retry-After"), now))
    if status == 401:
        way = f"check 'username' (it is {username!r}) and 'password' of [Vidispine]"
        raise flowhost.Unavailable(f"{sentence}; {way}")
    if 300 <= status < 400:
        place = shown(answer.headers.get("Location", "nowhere"))
        raise flowhost.Unavailable(f"{sentence}; it leads to {place}: check 'url' of [Vidispine]")
    if is_page(answer):
        raise BadAnswer(f"{sentence}; that is a page for people, not the answer of a Vidispine")
    if status == REQUEST_TIMEOUT or (status >= 500 and status != 501):  # what it cannot do it will not learn
        raise flowhost.Unavailable(sentence)
    raise _refusal(status, name)(
        sentence,
        status=status,
        fault=name,
        kind=fault.type,
        id=fault.id,
        context=fault.context,
        explanation=fault.explanation,
    )


def fault_of(answer: requests.Response) -> tuple[str, Fault]:
    """What the error document of an answer says: the name of the fault and the fault; an empty name when it has none."""
    text = answer.content.decode("utf-8", errors="replace").strip()
    if text.startswith("{"):
        document = _exception(_json(text))
    elif text.startswith("<"):
        document = _exception_in_xml(answer.content)
    else:
        return _fault_in_text(text, str(answer.status_code))
    return document.told if document is not None else ("", Fault())


def _refusal(status: int, name: str) -> type[Refused | Conflicting]:
    if status in (409, 412):
        return Conflicting
    return Missing if status == 404 and name == "notFound" else Refused


def _words(name: str, fault: Fault) -> str:
    """A fault in words: ``notFound: Item VX-1``."""
    about = " ".join(part for part in (fault.type or fault.context, fault.id or fault.value) if part)
    words = " ".join(": ".join(part for part in (name, about, fault.explanation) if part).split())
    told = words if len(words) <= LONGEST_EXPLANATION else f"{words[: LONGEST_EXPLANATION - 1]}…"
    return without_logins(told)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _exception(data: Any) -> ExceptionDocument | None:
    try:
        return ExceptionDocument.from_json(data)
    except ReadError:
        return None


def _exception_in_xml(content: bytes) -> ExceptionDocument | None:
    try:
        return read_xml(ExceptionDocument, content)
    except ReadError:
        return None


_TEXT_NAMES = {
    "type": "type",
    "id": "id",
    "context": "context",
    "reason": "explanation",
    "explanation": "explanation",
}
_TEXT_FAULTS = {"400": "invalidInput", "403": "forbidden", "404": "notFound", "409": "conflict"}


def _fault_in_text(text: str, status: str) -> tuple[str, Fault]:
    """An error in plain text: its first line says the status and what that means, the others ``Type: Item`` and so on."""
    first, *lines = text.splitlines() or [""]
    name = _TEXT_FAULTS.get(status, "") if first.startswith(f"{status} ") else ""
    pairs = (
        (key.strip().lower(), value.strip()) for key, _, value in (line.partition(":") for line in lines)
    )
    told = {_TEXT_NAMES[key]: value for key, value in pairs if name and key in _TEXT_NAMES}
    return name, Fault.from_json(told)
