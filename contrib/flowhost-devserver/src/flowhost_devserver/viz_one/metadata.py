"""The metadata of an asset: its payload, read and written with ETags."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

from collections.abc import Iterator

from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import check_condition, document, parsed, tag, xml
from flowhost_devserver.viz_one.asset_entries import entry_tags
from flowhost_devserver.viz_one.asset_lookup import found
from flowhost_devserver.viz_one.asset_payloads import payload_of, store_payload
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import PAYLOAD_TYPE
from flowhost_plugins.catalogue import CatalogueItem


def read_metadata(site: Site, request: Request, number: str) -> Response:
    """The payload of an asset."""
    return _answer(site, found(site, number))


def write_metadata(site: Site, request: Request, number: str) -> Response:
    """Let the payload of an asset be this one; the answer is what it then is."""
    record = found(site, number)
    check_condition(request, lambda: _tags(site, record), required=site.etags_required)
    payload = parsed(request.get_data(), "payload")
    return _answer(site, store_payload(site, record, payload))


def _tags(site: Site, record: CatalogueItem) -> Iterator[str]:
    """The entity tag of the payload, and those of the entry it belongs to: they name the same state."""
    yield tag(xml(payload_of(site, record)))
    yield from entry_tags(site, record)


def _answer(site: Site, record: CatalogueItem) -> Response:
    return document(payload_of(site, record), PAYLOAD_TYPE)


_PATH = "/api/asset/item/<number>/metadata"
ROUTES = (
    Route("GET", _PATH, read_metadata),
    Route("PUT", _PATH, write_metadata),
)
