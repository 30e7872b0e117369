"""The actions of rules: steps that change items, make media of them, and see where their files are."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.actions.add_to_collection import AddToCollection
from flowhost_plugins.actions.archive import Archive, DeleteFromArchive, Restore
from flowhost_plugins.actions.condition import Condition
from flowhost_plugins.actions.delete_item import DeleteItem
from flowhost_plugins.actions.distribution import MoveCopyFiles
from flowhost_plugins.actions.export import Export
from flowhost_plugins.actions.import_file import ImportFile
from flowhost_plugins.actions.set_access import SetAccess
from flowhost_plugins.actions.set_metadata import SetMetadata
from flowhost_plugins.actions.set_tags import SetTags
from flowhost_plugins.actions.stop import Stop
from flowhost_plugins.actions.transcode import Transcode
from flowhost_plugins.actions.wait import Wait

__all__ = [
    "AddToCollection",
    "Archive",
    "Condition",
    "DeleteFromArchive",
    "DeleteItem",
    "Export",
    "ImportFile",
    "MoveCopyFiles",
    "Restore",
    "SetAccess",
    "SetMetadata",
    "SetTags",
    "Stop",
    "Transcode",
    "Wait",
]


@flowhost.hookimpl
def flowhost_actions() -> Iterable[type[flowhost.Action]]:
    """Provide the actions."""
    return [
        AddToCollection,
        Archive,
        Condition,
        DeleteFromArchive,
        DeleteItem,
        Export,
        ImportFile,
        MoveCopyFiles,
        Restore,
        SetAccess,
        SetMetadata,
        SetTags,
        Stop,
        Transcode,
        Wait,
    ]
