"""Viz One, the asset system of Vizrt: what integrations use, and the parts for profiles.

The names below are a library besides: ``from flowhost_plugins.viz_one import Item, VizOne``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.viz_one.client import (
    BadAnswer,
    ClientConfig,
    HTTPClientError,
    HTTPConflict,
    HTTPServerError,
    NotFound,
    VizOne,
)
from flowhost_plugins.viz_one.documents import (
    Acl,
    AclEntry,
    AppCollection,
    AtomCategory,
    Choice,
    Content,
    DescribedEntry,
    Dictionary,
    DictionaryTerm,
    Document,
    DocumentError,
    Entry,
    Feed,
    FieldDefinition,
    Folder,
    ImportExport,
    Incoming,
    IncomingCollection,
    Item,
    ItemCollection,
    ItemSet,
    Link,
    LocationCollection,
    MediaContent,
    Members,
    MetadataForm,
    MetadataFormCollection,
    Model,
    Payload,
    PluginData,
    Program,
    Progress,
    SearchDescription,
    Season,
    Series,
    ServiceDocument,
    Tombstone,
    TransferRequest,
    TransferRequestCollection,
    TransferStep,
    UnmanagedFile,
    UnmanagedFileCollection,
    UriList,
    UrlTemplate,
    read_time,
    write_time,
)
from flowhost_plugins.viz_one.metadata_mapper import MetadataMapper
from flowhost_plugins.viz_one.multi_parser import MultiParser
from flowhost_plugins.viz_one.new_transfer_plugin import transfer_plugin
from flowhost_plugins.viz_one.operations import (
    create_or_update_asset,
    delete_unmanaged_file,
    import_unmanaged_file,
    set_group_permissions,
)
from flowhost_plugins.viz_one.sources import AssetEntries, UnmanagedFiles
from flowhost_plugins.viz_one.transfer import (
    PluginDataParser,
    Transfer,
    TransferFailed,
    TransferPlugin,
)
from flowhost_plugins.viz_one.xml_export import XmlExportArdftp, XmlExportFxp
from flowhost_plugins.viz_one.xml_import import XmlImport

if TYPE_CHECKING:
    import click

__all__ = [
    "Acl",
    "AclEntry",
    "AppCollection",
    "AssetEntries",
    "AtomCategory",
    "BadAnswer",
    "Choice",
    "ClientConfig",
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
    "HTTPClientError",
    "HTTPConflict",
    "HTTPServerError",
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
    "MetadataMapper",
    "Model",
    "MultiParser",
    "NotFound",
    "Payload",
    "PluginData",
    "PluginDataParser",
    "Program",
    "Progress",
    "SearchDescription",
    "Season",
    "Series",
    "ServiceDocument",
    "Tombstone",
    "Transfer",
    "TransferFailed",
    "TransferPlugin",
    "TransferRequest",
    "TransferRequestCollection",
    "TransferStep",
    "UnmanagedFile",
    "UnmanagedFileCollection",
    "UnmanagedFiles",
    "UriList",
    "UrlTemplate",
    "VizOne",
    "XmlExportArdftp",
    "XmlExportFxp",
    "XmlImport",
    "create_or_update_asset",
    "delete_unmanaged_file",
    "import_unmanaged_file",
    "read_time",
    "set_group_permissions",
    "write_time",
]


@flowhost.hookimpl
def flowhost_sources() -> list[type[flowhost.Source]]:
    """Changes of assets, and files in import storages."""
    return [AssetEntries, UnmanagedFiles]


@flowhost.hookimpl
def flowhost_workers() -> list[type[flowhost.Worker]]:
    """The applications that come with flowhost."""
    return [XmlImport, MetadataMapper, XmlExportFxp, XmlExportArdftp]


@flowhost.hookimpl
def flowhost_parsers() -> list[type[flowhost.Parser]]:
    """What the transfer subsystem gives to a transfer plugin."""
    return [PluginDataParser]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """The server, and the store on it."""
    return [VizOne, ClientConfig]


@flowhost.hookimpl
def flowhost_commands() -> dict[str, click.Command]:
    """Writing a transfer plugin."""
    return {"new transfer-plugin": transfer_plugin}
