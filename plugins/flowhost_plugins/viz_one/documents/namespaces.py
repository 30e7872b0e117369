"""The XML namespaces of Viz One's documents, and the prefixes they are written with."""

from __future__ import annotations

ATOM = "http://www.w3.org/2005/Atom"
APP = "http://www.w3.org/2007/app"
TYPES = "http://www.vizrt.com/types"
ESCENIC_TYPES = "http://www.escenic.com/types"
ATOM_EXTENSION = "http://www.vizrt.com/atom-ext"
MAM = "http://www.vizrt.com/2010/mam"
ACL = "http://www.vizrt.com/2012/acl"
CORE = "http://ns.vizrt.com/ardome/core"
TRANSFER = "http://ns.vizrt.com/ardome/transfer"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
DUBLIN_CORE = "http://purl.org/dc/terms/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
VIZ_MEDIA = "http://www.vizrt.com/opensearch/mediatype"

VDF = (TYPES, ESCENIC_TYPES)
"""Both namespaces of payloads and models; the second is the older one."""

PREFIXES = {
    "atom": ATOM,
    "app": APP,
    "vdf": TYPES,
    "vaext": ATOM_EXTENSION,
    "mam": MAM,
    "acl": ACL,
    "core": CORE,
    "transfer": TRANSFER,
    "opensearch": OPENSEARCH,
    "media": MEDIA,
    "dcterms": DUBLIN_CORE,
    "at": TOMBSTONES,
    "vizmedia": VIZ_MEDIA,
}


def qualified(namespace: str, name: str) -> str:
    """The name as lxml spells it: ``{namespace}name``."""
    return f"{{{namespace}}}{name}"


def local(tag: object) -> str:
    """The name without its namespace; empty for comments and processing instructions, which have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace_of(tag: str) -> str:
    """The namespace of a qualified name; empty when it has none."""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
