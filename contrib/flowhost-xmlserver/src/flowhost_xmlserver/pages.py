"""The pages: what each URL answers."""

from __future__ import annotations

import re
import threading
from xml.etree import ElementTree

import bottle

import flowhost
from flowhost_xmlserver.jobs import Jobs

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")  # safe in a URL, a header, a file name
XML = "application/xml; charset=utf-8"
LONGEST_WAIT = 30.0  # seconds a request may ask to wait for its job


class Pages:
    """The web application: `app` is what a WSGI server runs.

    Args:
        store: where the documents are.
        emit: takes the jobs.
        stop: set when no more are taken.
    """

    def __init__(self, store: flowhost.Store, emit: flowhost.Emit, stop: threading.Event) -> None:
        self._store = store
        self._emit = emit
        self._stop = stop
        self._jobs = Jobs()
        self.app = bottle.Bottle()
        self.app.default_error_handler = _error_page
        self.app.route("/", "GET", self.index)
        self.app.route("/<name>", "GET", self.document)
        self.app.route("/<name>", ["PUT", "POST"], self.put)
        self.app.route("/jobs/<number:int>", "GET", self.job)

    def index(self) -> bytes:
        """The names of all documents."""
        root = ElementTree.Element("documents")
        for name in filter(NAME.fullmatch, self._store.keys()):  # others cannot be asked for
            ElementTree.SubElement(root, "document", {"name": name, "href": f"/{name}"})
        return _page(root)

    def document(self, name: str) -> bytes:
        """One document."""
        text = self._store.get(name) if NAME.fullmatch(name) else None
        if text is None:
            raise bottle.HTTPError(404, f"There is no document {name!r}.")
        bottle.response.content_type = XML
        bottle.response.set_header("Content-Disposition", f'attachment; filename="{name}.xml"')
        return str(text).encode()

    def put(self, name: str) -> bytes:
        """Make a job of what was sent, and say which."""
        if not NAME.fullmatch(name):
            raise bottle.HTTPError(400, f"{name!r} cannot be a name; use up to 100 of A-Z a-z 0-9 . _ -")
        event = flowhost.Event("document.put", _body(), subject=name, key=name, source="web")
        try:
            number = self._jobs.add(self._emit(event))
        except RuntimeError as error:  # what emit raises once the daemon stops
            raise bottle.HTTPError(503, "The daemon is stopping; send it again.") from error
        self._jobs.wait(number, _patience(), self._stop)
        bottle.response.status = 202
        bottle.response.set_header("Location", f"/jobs/{number}")
        return self.job(number)

    def job(self, number: int) -> bytes:
        """How a job is."""
        state = self._jobs.state(number)
        if state is None:
            raise bottle.HTTPError(404, f"There is no job {number}, or it was long ago.")
        root = ElementTree.Element("job", {"number": str(number), "state": state.name})
        root.text = _printable(state.reason)
        return _page(root)


def _body() -> bytes:
    length = bottle.request.content_length
    if length < 0 or bottle.request.chunked:
        raise bottle.HTTPError(411, "The length of the document is needed: send Content-Length.")
    body: bytes = bottle.request.body.read()
    if len(body) < length:
        raise bottle.HTTPError(400, "The document broke off.")
    return body


def _patience() -> float:
    """Seconds the client is ready to wait, by the header ``Prefer: wait=10`` (RFC 7240)."""
    asked = re.search(r"\bwait=(\d{1,4})\b", bottle.request.get_header("Prefer", ""))
    return min(float(asked[1]), LONGEST_WAIT) if asked else 0.0


def _page(root: ElementTree.Element) -> bytes:
    """The element as it is sent; ElementTree escapes what is in it."""
    bottle.response.content_type = XML
    page: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return page


def _error_page(error: bottle.HTTPError) -> bytes:
    root = ElementTree.Element("error", {"status": str(error.status_code)})
    root.text = _printable(str(error.body))
    return _page(root)


def _printable(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(c if c.isprintable() else "?" for c in text)
