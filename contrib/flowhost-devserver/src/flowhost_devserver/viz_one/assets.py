"""The asset collection and its entries: listed, searched, made, read, changed, deleted (RFC 5023)."""

from __future__ import annotations

from lxml import etree
from werkzeug.wrappers import Request, Response

import flowhost
from flowhost_devserver.viz_one.answers import check_condition, document, parsed, refuse
from flowhost_devserver.viz_one.asset_entries import (
    CATEGORY_GROUP,
    MEDIA_SCOPE,
    asset_entry,
    asset_url,
    category_groups,
    entry_tags,
    read_access,
)
from flowhost_devserver.viz_one.asset_lookup import found
from flowhost_devserver.viz_one.asset_payloads import DEFAULT_FORM, FORM_FIELD, store_payload
from flowhost_devserver.viz_one.asset_search import matching, records
from flowhost_devserver.viz_one.atom import feed, link
from flowhost_devserver.viz_one.discovery import ASSETS, search_description
from flowhost_devserver.viz_one.group_ids import with_old_ids
from flowhost_devserver.viz_one.numbers import number_of, urn
from flowhost_devserver.viz_one.paging import window
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import ATOM, DCTERMS, ENTRY_TYPE, FEED_TYPE, SEARCH_TYPE, VDF
from flowhost_plugins.catalogue import CatalogueItem

TOPIC = "asset"
"""Where changes of assets are told."""

FIRST_ACCESS = (flowhost.AccessEntry("Administrators", "group", "ALL"),)
"""Who may do what with an asset whose maker does not say."""


def list_assets(site: Site, request: Request) -> Response:
    """The asset feed, or the description of how to search it."""
    if request.args.get("format") == "opensearch":
        return search_description(site)
    shown = window(request, matching(site, request.args))
    inline = wants_inline(request)
    links = shown.links(site, request)
    links.append(link("search", site.link(f"{ASSETS}?format=opensearch"), SEARCH_TYPE))
    if site.sender:
        links.append(link("monitor", site.sender.monitor(TOPIC)))
    page = records(site, shown.things)
    newest = max((record.updated for record in page), default=site.started)
    entries = (asset_entry(site, record, inline=inline) for record in page)
    return document(feed(urn("feed", "asset"), "Assets", newest, links, *entries), FEED_TYPE)


def wants_inline(request: Request) -> bool:
    """Whether the request asks for the metadata within the link to them."""
    return "describedby" in request.headers.get("X-Inline", "").replace(",", " ").split()


def create_asset(site: Site, request: Request) -> Response:
    """Make a placeholder; the answer is its entry (201)."""
    element = _entry(request)
    identity = _identity(element)
    payload = inline_payload(element)
    access = read_access(element, "asset")
    item = site.catalogue.create_item(
        {FORM_FIELD: (DEFAULT_FORM,)},
        title=_title(element),
        external_id=identity or None,
        groups=category_groups(element),
        access=FIRST_ACCESS if access is None else access,
    )
    media_access = read_access(element, "media")
    media_access = list(FIRST_ACCESS) if media_access is None else media_access
    site.catalogue.set_access(item.id, media_access, scope=MEDIA_SCOPE)
    record = site.catalogue.record(item.id)
    if payload is not None:
        try:
            record = store_payload(site, record, payload)
        except Exception:
            site.catalogue.delete_item(item.id)
            raise
    return answer(site, request, record, status=201)


def read_asset(site: Site, request: Request, number: str) -> Response:
    """One entry, with its metadata inline if ``X-Inline: describedby`` asks for them."""
    return answer(site, request, found(site, number))


def update_asset(site: Site, request: Request, number: str) -> Response:
    """Let title, identity, categories and access be what the entry says; what it does not mention stays."""
    record = found(site, number)
    check_condition(request, lambda: entry_tags(site, record), required=site.etags_required)
    element = _entry(request)
    identity = _identity(element)
    others = tuple(group for group in record.groups if group.name != CATEGORY_GROUP)
    changed = site.catalogue.update_item(
        record.id,
        revision=record.revision,
        title=_title(element) or None,
        groups=with_old_ids((*others, *category_groups(element)), record.groups),
        access=read_access(element, "asset"),
        external_ids=(identity, *record.external_ids[1:]) if identity else None,
    )
    media_access = read_access(element, "media")
    if media_access is not None:
        site.catalogue.set_access(record.id, media_access, scope=MEDIA_SCOPE)
        changed = site.catalogue.record(record.id)
    return answer(site, request, changed)


def delete_asset(site: Site, request: Request, number: str) -> Response:
    """Delete an asset and its media."""
    record = found(site, number)
    check_condition(request, lambda: entry_tags(site, record))
    site.catalogue.delete_item(record.id)
    return Response(status=204)


def answer(site: Site, request: Request, record: CatalogueItem, *, status: int = 200) -> Response:
    """The entry of an asset as an answer."""
    inline = wants_inline(request)
    response = document(
        asset_entry(site, record, inline=inline),
        ENTRY_TYPE,
        status=status,
        etag=entry_tags(site, record)[1] if inline else None,
        location=asset_url(site, number_of(record.id)) if status == 201 else None,
    )
    response.vary.add("X-Inline")
    return response


def _entry(request: Request) -> etree._Element:
    element = parsed(request.get_data(), "entry")
    if element.tag != f"{{{ATOM}}}entry":
        refuse(400, f"the document has the root {element.tag!r}, expected an Atom entry")
    return element


def _title(element: etree._Element) -> str:
    return (element.findtext(f"{{{ATOM}}}title") or "").strip()


def _identity(element: etree._Element) -> str:
    """The site identity; older clients write it without a namespace."""
    text = element.findtext(f"{{{DCTERMS}}}identifier") or element.findtext("identifier") or ""
    return text.strip()


def inline_payload(element: etree._Element) -> etree._Element | None:
    """The payload within the link to the metadata of an entry, None when there is none."""
    for each in element.findall(f"{{{ATOM}}}link[@rel='describedby']"):
        payload = each.find(f"{{{VDF}}}payload")
        if payload is not None:
            return payload
    return None


_THIRDPARTY, _API = f"{ASSETS}/<number>", "/api/asset/item/<number>"
ROUTES = (
    Route("GET", ASSETS, list_assets),
    Route("POST", ASSETS, create_asset),
    *(Route("GET", path, read_asset) for path in (_THIRDPARTY, _API)),
    *(Route("PUT", path, update_asset) for path in (_THIRDPARTY, _API)),
    *(Route("DELETE", path, delete_asset) for path in (_THIRDPARTY, _API)),
)
