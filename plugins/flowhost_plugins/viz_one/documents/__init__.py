"""The documents of Viz One, as objects: Atom, VDF, access lists, URI lists, service and search descriptions, transfers.

Everything here is pure: documents are read from bytes and written as bytes, and nothing is fetched. An object is a view
of an XML tree, so what it does not know survives. lxml is imported when the first document is made.
"""

from __future__ import annotations

from flowhost_plugins.viz_one.documents.acl import Acl, AclEntry
from flowhost_plugins.viz_one.documents.described import DescribedEntry
from flowhost_plugins.viz_one.documents.dictionaries import Dictionary
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.entry import AtomCategory, Content, Entry
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.feed import Feed, Tombstone
from flowhost_plugins.viz_one.documents.forms import MetadataForm, MetadataFormCollection
from flowhost_plugins.viz_one.documents.groupings import Folder, ItemSet, Members, Program, Season, Series
from flowhost_plugins.viz_one.documents.import_export import ImportExport
from flowhost_plugins.viz_one.documents.incoming import Incoming, IncomingCollection
from flowhost_plugins.viz_one.documents.item import Item, ItemCollection
from flowhost_plugins.viz_one.documents.link import Link
from flowhost_plugins.viz_one.documents.media_content import MediaContent
from flowhost_plugins.viz_one.documents.model import Choice, FieldDefinition, Model
from flowhost_plugins.viz_one.documents.payload import Payload
from flowhost_plugins.viz_one.documents.plugin_data import PluginData
from flowhost_plugins.viz_one.documents.search import SearchDescription
from flowhost_plugins.viz_one.documents.service import AppCollection, ServiceDocument
from flowhost_plugins.viz_one.documents.term import DictionaryTerm
from flowhost_plugins.viz_one.documents.timestamps import read_time, write_time
from flowhost_plugins.viz_one.documents.transfer import (
    Progress,
    TransferRequest,
    TransferRequestCollection,
    TransferStep,
)
from flowhost_plugins.viz_one.documents.unmanaged import (
    LocationCollection,
    UnmanagedFile,
    UnmanagedFileCollection,
)
from flowhost_plugins.viz_one.documents.uri_list import UriList
from flowhost_plugins.viz_one.documents.url_template import UrlTemplate

__all__ = [
    "Acl",
    "AclEntry",
    "AppCollection",
    "AtomCategory",
    "Choice",
    "Content",
    "DescribedEntry",
    "Dictionary",
    "DictionaryTerm",
    "Document",
    "DocumentError",
    "Entry",
    "Feed",
    "FieldDefinition",
    "Folder",
    "ImportExport",
    "Incoming",
    "IncomingCollection",
    "Item",
    "ItemCollection",
    "ItemSet",
    "Link",
    "LocationCollection",
    "MediaContent",
    "Members",
    "MetadataForm",
    "MetadataFormCollection",
    "Model",
    "Payload",
    "PluginData",
    "Program",
    "Progress",
    "SearchDescription",
    "Season",
    "Series",
    "ServiceDocument",
    "Tombstone",
    "TransferRequest",
    "TransferRequestCollection",
    "TransferStep",
    "UnmanagedFile",
    "UnmanagedFileCollection",
    "UriList",
    "UrlTemplate",
    "read_time",
    "write_time",
]
