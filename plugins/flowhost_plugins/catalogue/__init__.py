"""The embedded catalogue: a library of items on folders of this machine, in SQLite or PostgreSQL.

A resource for daemons (role `AssetSystem`), and a library besides::

    catalogue = Catalogue(url=flowhost.Secret("sqlite:////srv/catalogue.db"), clock=flowhost.SystemClock())
    catalogue.open()

`resource` and the `methods` of the rooms are its face. A room is a folder for one topic; each says what it is for, and
`docs/architecture.md` has them in their order. What needs SQLAlchemy is imported when a catalogue is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost.query import (
    All,
    Any,
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Not,
    Query,
    QueryError,
    Range,
    Sort,
    Text,
    all_of,
    parse,
    query_text,
)
from flowhost_plugins.catalogue.changes.notifications import Notification, notification
from flowhost_plugins.catalogue.changes.source import CatalogueChanges
from flowhost_plugins.catalogue.changes.watching import Listening
from flowhost_plugins.catalogue.records import (
    Access,
    ArchivedShape,
    ArchiveStatus,
    CatalogueItem,
    Change,
    ChangeAction,
    ChangeKind,
    Collection,
    Component,
    Consumer,
    DeletionLock,
    DeletionLocked,
    FfmpegMissing,
    File,
    FilePage,
    FileState,
    Group,
    ImportMode,
    InUse,
    Job,
    Keep,
    LastCopy,
    MediaTypeMismatch,
    Member,
    NotFound,
    Shape,
    ShapeExists,
    ShapeTag,
    Storage,
    StorageKind,
    Trashed,
    User,
    UserGroup,
)
from flowhost_plugins.catalogue.resource import Catalogue
from flowhost_plugins.catalogue.search.evaluation import Explanation
from flowhost_plugins.catalogue.search.records import SavedSearch, SearchPage

if TYPE_CHECKING:
    import click

__all__ = [
    "Access",
    "All",
    "Any",
    "ArchiveStatus",
    "ArchivedShape",
    "Catalogue",
    "CatalogueChanges",
    "CatalogueItem",
    "Change",
    "ChangeAction",
    "ChangeKind",
    "Collection",
    "Component",
    "Consumer",
    "DeletionLock",
    "DeletionLocked",
    "Everything",
    "Exact",
    "Exists",
    "Explanation",
    "FfmpegMissing",
    "Field",
    "File",
    "FilePage",
    "FileState",
    "Group",
    "ImportMode",
    "InCollection",
    "InUse",
    "Job",
    "Keep",
    "LastCopy",
    "Listening",
    "MediaTypeMismatch",
    "Member",
    "Not",
    "NotFound",
    "Notification",
    "Query",
    "QueryError",
    "Range",
    "SavedSearch",
    "SearchPage",
    "Shape",
    "ShapeExists",
    "ShapeTag",
    "Sort",
    "Storage",
    "StorageKind",
    "Text",
    "Trashed",
    "User",
    "UserGroup",
    "all_of",
    "notification",
    "parse",
    "query_text",
]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """The resource `catalogue`."""
    return [Catalogue]


@flowhost.hookimpl
def flowhost_sources() -> list[type[flowhost.Source]]:
    """The source `catalogue-changes`."""
    return [CatalogueChanges]


@flowhost.hookimpl
def flowhost_commands() -> dict[str, click.Command]:
    """The commands `catalogue ...`."""
    from flowhost_plugins.catalogue.commands import catalogue_commands  # only who uses them pays for them

    return {"catalogue": catalogue_commands}
