"""The namespaces, media types and link relations of the protocol, each in one place.

Where the protocol is not published, the word here is a choice; such words are marked. Whoever knows better changes
them here.
"""

from __future__ import annotations

ATOM = "http://www.w3.org/2005/Atom"
APP = "http://www.w3.org/2007/app"
VDF = "http://www.vizrt.com/types"
VAEXT = "http://www.vizrt.com/atom-ext"
MAM = "http://www.vizrt.com/2010/mam"
ACL = "http://www.vizrt.com/2012/acl"
CORE = "http://ns.vizrt.com/ardome/core"
TRANSFER = "http://ns.vizrt.com/ardome/transfer"
VIZID = "http://www.vizrt.com/opensearch/vizid"
VIZMEDIA = "http://www.vizrt.com/opensearch/mediatype"
VIZSORT = "http://www.vizrt.com/opensearch/sortorder"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
DCTERMS = "http://purl.org/dc/terms/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"

PREFIXES: dict[str | None, str] = {
    "atom": ATOM,
    "app": APP,
    "vdf": VDF,
    "vaext": VAEXT,
    "mam": MAM,
    "acl": ACL,
    "core": CORE,
    "transfer": TRANSFER,
    "vizid": VIZID,
    "vizmedia": VIZMEDIA,
    "vizsort": VIZSORT,
    "opensearch": OPENSEARCH,
    "media": MEDIA,
    "dcterms": DCTERMS,
    "at": TOMBSTONES,
}

SERVICE_TYPE = "application/atomsvc+xml"
FEED_TYPE = "application/atom+xml;type=feed"
ENTRY_TYPE = "application/atom+xml;type=entry"
PAYLOAD_TYPE = "application/vnd.vizrt.payload+xml"
MODEL_TYPE = "application/vnd.vizrt.model+xml"
SEARCH_TYPE = "application/opensearchdescription+xml"
URI_LIST_TYPE = "text/uri-list"
BYTES_TYPE = "application/octet-stream"
PROBLEM_TYPE = "application/problem+json"
TOMBSTONE_TYPE = "application/atomdeleted+xml"

TYPES_SCHEME = VDF
"""Scheme of the keywords by which a service document names its collections."""

# choices: these words are not published
IMPORT_REL = "import-unmanaged"
DELETE_REL = "delete"
UPLOAD_REL = "upload-task"
ADD_MEMBERS_REL = "addmembers"
ASSET_MEDIA_TYPE_SCHEME = "http://www.vizrt.com/2010/mam/assetmediatype"
