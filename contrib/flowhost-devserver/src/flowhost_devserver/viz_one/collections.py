"""Folders, series, seasons and programs: collections, their metadata and their members."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import check_condition, document, parsed, refuse, tag, xml
from flowhost_devserver.viz_one.asset_entries import asset_entry, core
from flowhost_devserver.viz_one.asset_payloads import model_url
from flowhost_devserver.viz_one.atom import category, entry, feed, link
from flowhost_devserver.viz_one.discovery import COLLECTIONS
from flowhost_devserver.viz_one.forms import COLLECTION_KINDS
from flowhost_devserver.viz_one.group_ids import with_old_ids
from flowhost_devserver.viz_one.importing import read_uris
from flowhost_devserver.viz_one.numbers import catalogue_id_of, number_of, urn
from flowhost_devserver.viz_one.paging import window
from flowhost_devserver.viz_one.payloads import (
    from_catalogue,
    read_payload,
    to_fields,
    to_groups,
    write_payload,
)
from flowhost_devserver.viz_one.schemas import Form
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import (
    ADD_MEMBERS_REL,
    ATOM,
    ENTRY_TYPE,
    FEED_TYPE,
    PAYLOAD_TYPE,
    TYPES_SCHEME,
    URI_LIST_TYPE,
)
from flowhost_plugins.catalogue import Collection, Member

DEFAULT_KIND = "folder"


def collection_url(site: Site, number: str) -> str:
    """The URL of a collection."""
    return site.link(f"{COLLECTIONS}/{number}")


def collection_entry(site: Site, collection: Collection) -> etree._Element:
    """The entry of a collection."""
    number = number_of(collection.id)
    here = collection_url(site, number)
    forms = f"/api/metadata/form?qType=COLLECTION.Collection.{collection.kind}"
    return entry(
        urn(collection.kind, number),
        collection.name,
        collection.updated or site.started,
        core.ardomeIdentity(number, name="id"),
        category(TYPES_SCHEME, collection.kind),
        link("edit", here, ENTRY_TYPE),
        link("describedby", site.link(f"/api/collection/{number}/metadata"), PAYLOAD_TYPE),
        link("models", site.link(forms), FEED_TYPE),
        link("down", f"{here}/members", FEED_TYPE),
        link(ADD_MEMBERS_REL, f"{here}/members", URI_LIST_TYPE),
        here=here,
        published=collection.created,
    )


def list_collections(site: Site, request: Request) -> Response:
    """All collections, or those of one kind (``type``)."""
    shown = window(request, site.catalogue.collections(kind=request.args.get("type")))
    entries = (collection_entry(site, each) for each in shown.things)
    links = shown.links(site, request)
    return document(feed(urn("feed", "collection"), "Collections", site.started, links, *entries), FEED_TYPE)


def create_collection(site: Site, request: Request) -> Response:
    """Make a collection; a category of the entry tells its kind."""
    element = parsed(request.get_data(), "entry")
    terms = element.xpath("a:category[@scheme=$s]/@term", namespaces={"a": ATOM}, s=TYPES_SCHEME)
    kind = str(terms[0]) if isinstance(terms, list) and terms else DEFAULT_KIND
    if kind not in COLLECTION_KINDS:
        refuse(422, f"the collection is a {kind!r}, expected one of {', '.join(COLLECTION_KINDS)}")
    made = site.catalogue.create_collection(_title(element), kind=kind)
    location = collection_url(site, number_of(made.id))
    return document(collection_entry(site, made), ENTRY_TYPE, status=201, location=location)


def _title(element: etree._Element) -> str:
    title = (element.findtext(f"{{{ATOM}}}title") or "").strip()
    return title or refuse(422, "the entry has no title")


def read_collection(site: Site, request: Request, number: str) -> Response:
    """One collection."""
    return document(collection_entry(site, _found(site, number)), ENTRY_TYPE)


def rename_collection(site: Site, request: Request, number: str) -> Response:
    """Let the title of the entry be the collection's name."""
    present = _found(site, number)
    check_condition(
        request, lambda: (tag(xml(collection_entry(site, present))),), required=site.etags_required
    )
    name = _title(parsed(request.get_data(), "entry"))
    changed = site.catalogue.update_collection(present.id, name=name, revision=present.revision)
    return document(collection_entry(site, changed), ENTRY_TYPE)


def delete_collection(site: Site, request: Request, number: str) -> Response:
    """Delete a collection, not what is in it."""
    site.catalogue.delete_collection(_found(site, number).id)
    return Response(status=204)


def read_metadata(site: Site, request: Request, number: str) -> Response:
    """The payload of a collection."""
    return document(_payload(site, _found(site, number)), PAYLOAD_TYPE)


def write_metadata(site: Site, request: Request, number: str) -> Response:
    """Let the payload of a collection be this one."""
    present = _found(site, number)
    check_condition(request, lambda: (tag(xml(_payload(site, present))),), required=site.etags_required)
    form = _form(site, present)
    content = read_payload(parsed(request.get_data(), "payload"), form)
    groups = (group for rows in to_groups(content).values() for group in rows)
    changed = site.catalogue.update_collection(
        present.id,
        name=content.fields.get(form.title_field) or None,
        fields={name: values for name, values in to_fields(content, form).items() if values},
        groups=with_old_ids(groups, present.groups),
        revision=present.revision,
    )
    return document(_payload(site, changed), PAYLOAD_TYPE)


def _form(site: Site, collection: Collection) -> Form:
    return site.form(collection.kind if collection.kind in site.forms else DEFAULT_KIND)


def _payload(site: Site, collection: Collection) -> etree._Element:
    form = _form(site, collection)
    content = from_catalogue(collection.fields, collection.groups, form)
    if form.title_field:
        content.fields[form.title_field] = collection.name
    return write_payload(content, form, model_url(site, form))


def list_members(site: Site, request: Request, number: str) -> Response:
    """What is in a collection, in its order."""
    shown = window(request, site.catalogue.members(_found(site, number).id))
    links = shown.links(site, request)
    entries = (_member_entry(site, member) for member in shown.things)
    made = feed(urn("feed", f"members-{number}"), "Members", site.started, links, *entries)
    return document(made, FEED_TYPE)


def _member_entry(site: Site, member: Member) -> etree._Element:
    if member.kind == "collection":
        return collection_entry(site, site.catalogue.collection(member.id))
    return asset_entry(site, site.catalogue.record(member.id))


def add_members(site: Site, request: Request, number: str) -> Response:
    """Add the members that a URI list names, at the end."""
    collection = _found(site, number)
    for member in _members(site, request):
        site.catalogue.add_member(collection.id, member.id, kind=member.kind)
    return list_members(site, request, number)


def set_members(site: Site, request: Request, number: str) -> Response:
    """Let exactly those be the members that a URI list names."""
    site.catalogue.set_members(_found(site, number).id, _members(site, request))
    return list_members(site, request, number)


def _members(site: Site, request: Request) -> Sequence[Member]:
    """What the URIs mean: Atom ids, or the URLs of entries."""
    found = []
    for uri in read_uris(request.get_data()):
        name = uri.rstrip("/").replace("/", ":").rpartition(":")[2]
        is_collection = f"{COLLECTIONS}/" in uri or any(f":{kind}:" in uri for kind in COLLECTION_KINDS)
        if is_collection:
            found.append(Member(_found(site, name).id, "collection"))
        else:
            found.append(Member(site.catalogue.record(catalogue_id_of(name)).id))
    return found


def _found(site: Site, number: str) -> Collection:
    return site.catalogue.collection(catalogue_id_of(number))


_ONE, _MEMBERS, _METADATA = (
    f"{COLLECTIONS}/<number>",
    f"{COLLECTIONS}/<number>/members",
    "/api/collection/<number>/metadata",
)
ROUTES = (
    Route("GET", COLLECTIONS, list_collections),
    Route("POST", COLLECTIONS, create_collection),
    Route("GET", _ONE, read_collection),
    Route("PUT", _ONE, rename_collection),
    Route("DELETE", _ONE, delete_collection),
    Route("GET", _METADATA, read_metadata),
    Route("PUT", _METADATA, write_metadata),
    Route("GET", _MEMBERS, list_members),
    Route("POST", _MEMBERS, add_members),
    Route("PUT", _MEMBERS, set_members),
)
