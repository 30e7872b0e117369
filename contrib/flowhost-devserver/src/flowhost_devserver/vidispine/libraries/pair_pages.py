"""Pages: the pairs kept with libraries."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata
from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.libraries.records import library_of
from flowhost_devserver.vidispine.routing import Route

PAIRS = "library metadata"
"""Kind of what is kept with libraries: see `simple_metadata`."""


def read_pairs(call: Call, library_id: str) -> Response:
    """All pairs kept with a library."""
    return simple_metadata.read_all(call, PAIRS, _library(call, library_id, "READ"))


def write_pairs(call: Call, library_id: str) -> Response:
    """Keep more pairs with a library."""
    return simple_metadata.write_all(call, PAIRS, _library(call, library_id, "WRITE"))


def remove_pairs(call: Call, library_id: str) -> Response:
    """Keep no pairs with a library any more."""
    call.site.keeping.delete(PAIRS, _library(call, library_id, "WRITE"))
    return empty()


def read_pair(call: Call, library_id: str, key: str) -> Response:
    """One of the pairs kept with a library."""
    return simple_metadata.read_one(call, PAIRS, _library(call, library_id, "READ"), key)


def write_pair(call: Call, library_id: str, key: str) -> Response:
    """Keep a pair with a library: the value is the body."""
    return simple_metadata.write_one(call, PAIRS, _library(call, library_id, "WRITE"), key)


def remove_pair(call: Call, library_id: str, key: str) -> Response:
    """Keep a pair with a library no longer."""
    return simple_metadata.remove_one(call, PAIRS, _library(call, library_id, "WRITE"), key)


def _library(call: Call, library_id: str, wanted: str) -> str:
    library = library_of(call.site, library_id)
    require(call, wanted, "library", library.id)
    return library.id


ROUTES = (
    Route("GET", "/library/<library_id>/metadata", read_pairs),
    Route("PUT", "/library/<library_id>/metadata", write_pairs),
    Route("DELETE", "/library/<library_id>/metadata", remove_pairs),
    Route("GET", "/library/<library_id>/metadata/<key>", read_pair),
    Route("PUT", "/library/<library_id>/metadata/<key>", write_pair),
    Route("DELETE", "/library/<library_id>/metadata/<key>", remove_pair),
)
