"""Assets as Atom entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

import flowhost
from flowhost_devserver.viz_one.answers import tag, xml
from flowhost_devserver.viz_one.asset_payloads import form_of, metadata_url, payload_of
from flowhost_devserver.viz_one.atom import category, dcterms, entry, link, media
from flowhost_devserver.viz_one.building import maker
from flowhost_devserver.viz_one.numbers import number_of, urn
from flowhost_devserver.viz_one.site import Site
from flowhost_devserver.viz_one.vocabulary import (
    ACL,
    ASSET_MEDIA_TYPE_SCHEME,
    ATOM,
    BYTES_TYPE,
    CORE,
    ENTRY_TYPE,
    FEED_TYPE,
    IMPORT_REL,
    MAM,
    PAYLOAD_TYPE,
    PREFIXES,
    UPLOAD_REL,
    URI_LIST_TYPE,
)
from flowhost_plugins.catalogue import CatalogueItem, Group

core = maker(CORE, PREFIXES)
mam = maker(MAM, PREFIXES)
acl = maker(ACL, PREFIXES)

CATEGORY_GROUP = "viz-one.category"
"""The group of the catalogue that holds the Atom categories of an item."""

MEDIA_SCOPE = "media"
"""The scope of the access entries that are about an item's media."""

PLACEHOLDER = "placeholder"

_RIGHTS = {"ALL": ("1", "1", "1"), "WRITE": ("1", "1", "0"), "READ": ("1", "0", "0"), "NONE": ("0", "0", "0")}


def asset_url(site: Site, number: str) -> str:
    """The URL of an asset."""
    return site.link(f"/thirdparty/asset/item/{number}")


def api_url(site: Site, number: str, page: str) -> str:
    """The URL of something that belongs to an asset."""
    return site.link(f"/api/asset/item/{number}/{page}")


def media_status(site: Site, record: CatalogueItem) -> str:
    """``online``, ``importing``, ``failed`` or ``empty``."""
    if record.media_type:
        return "online"
    jobs = site.catalogue.jobs(item=record.id, number=1)
    if not jobs:
        return "empty"
    return ("failed" if jobs[0].status != "FINISHED" else "online") if jobs[0].ended else "importing"


def asset_entry(site: Site, record: CatalogueItem, *, inline: bool = False) -> etree._Element:
    """The entry of an asset.

    Args:
        site: the server.
        record: the asset.
        inline: whether its metadata stands in the link that leads to them.
    """
    number = number_of(record.id)
    mime_type = record.shapes[0].mime_type if record.shapes else ""
    content = (api_url(site, number, "media"), mime_type or BYTES_TYPE) if record.shapes else None
    return entry(
        urn("asset", number),
        record.title or next(iter(record.external_ids), number),
        record.updated,
        core.ardomeIdentity(number, name="id"),
        *(dcterms.identifier(identity) for identity in record.external_ids[:1]),
        mam.mediastatus(media_status(site, record)),
        mam.assetmediatype(record.media_type or PLACEHOLDER),
        category(ASSET_MEDIA_TYPE_SCHEME, record.media_type or PLACEHOLDER),
        *_categories(record),
        *_links(site, record, number, inline=inline),
        *_contents(site, record, number),
        _access("asset", record, ""),
        _access("media", record, MEDIA_SCOPE),
        here=asset_url(site, number),
        published=record.created,
        content=content,
    )


def entry_tags(site: Site, record: CatalogueItem) -> tuple[str, str]:
    """The entity tags of an asset's entry: without its metadata, and with them inline."""
    plain = tag(xml(asset_entry(site, record)))
    return plain, f"{plain}-inline"


def deleted_asset_entry(site: Site, item_id: str, title: str, when: datetime) -> etree._Element:
    """What is told of an asset that is gone."""
    number = number_of(item_id)
    return entry(
        urn("asset", number),
        title or number,
        when,
        core.ardomeIdentity(number, name="id"),
        mam.mediastatus("deleted"),
        here=asset_url(site, number),
    )


def _links(site: Site, record: CatalogueItem, number: str, *, inline: bool) -> Iterator[etree._Element]:
    form = form_of(site, record)
    payload = [payload_of(site, record)] if inline else []
    yield link("edit", asset_url(site, number), ENTRY_TYPE)
    yield link("edit-media", api_url(site, number, "media"), BYTES_TYPE)
    yield link("describedby", metadata_url(site, number), PAYLOAD_TYPE, *payload)
    yield link("models", site.link(f"/api/metadata/form?qType=ASSET.Item&qId={number}"), FEED_TYPE)
    yield link("model", site.link(f"/api/metadata/form/{form.name}/r1"))
    yield link(UPLOAD_REL, api_url(site, number, "upload"))
    yield link(IMPORT_REL, api_url(site, number, "import"), URI_LIST_TYPE)


def _categories(record: CatalogueItem) -> Iterator[etree._Element]:
    for group in record.groups:
        if group.name == CATEGORY_GROUP:
            values = {name: next(iter(texts), "") for name, texts in group.fields.items()}
            yield category(values.get("scheme", ""), values.get("term", ""), values.get("label", ""))


def category_groups(element: etree._Element) -> list[Group]:
    """The categories of an entry as the catalogue keeps them."""
    made = []
    for each in element.findall(f"{{{ATOM}}}category"):
        if each.get("scheme") == ASSET_MEDIA_TYPE_SCHEME:
            continue  # ours to tell
        fields = {name: (text,) for name in ("scheme", "term", "label") if (text := each.get(name))}
        made.append(Group(CATEGORY_GROUP, fields))
    return made


def _contents(site: Site, record: CatalogueItem, number: str) -> Iterator[etree._Element]:
    if not record.shapes:
        return
    shape = record.shapes[0]
    size = {"fileSize": str(shape.files[0].size)} if shape.files else {}
    kind = {"type": shape.mime_type} if shape.mime_type else {}
    url = api_url(site, number, "media")
    yield media.group(media.content({"url": url, "isDefault": "true", **kind, **size}))


def _access(name: str, record: CatalogueItem, scope: str) -> etree._Element:
    made = acl(name)
    for access in record.access:
        if access.scope == scope and access.entry.kind == "group":
            read, write, admin = _RIGHTS[access.entry.permission]
            made.append(acl.group(name=access.entry.grantee, read=read, write=write, admin=admin))
    return made


def read_access(element: etree._Element, name: str) -> list[flowhost.AccessEntry] | None:
    """The access entries in an entry; None when it says nothing about them."""
    found = element.find(f"{{{ACL}}}{name}")
    if found is None:
        return None
    return [
        flowhost.AccessEntry(each.get("name", ""), "group", _permission(each))
        for each in found.findall(f"{{{ACL}}}group")
    ]


def _permission(element: etree._Element) -> flowhost.Permission:
    if element.get("admin") == "1":
        return "ALL"
    if element.get("write") == "1":
        return "WRITE"
    return "READ" if element.get("read") == "1" else "NONE"
