"""The embedded catalogue: a library of items on folders of this machine, in SQLite or PostgreSQL.

A resource for daemons (role `AssetSystem`), and a library besides::

    catalogue = Catalogue(url=flowhost.Secret("sqlite:////srv/catalogue.db"), clock=flowhost.SystemClock())
    catalogue.open()

`resource` and the `*_methods` files are its face; everything that needs SQLAlchemy is imported when it is opened.
"""

from __future__ import annotations

import flowhost
from flowhost_plugins.catalogue.records import (
    Access,
    CatalogueItem,
    Change,
    ChangeAction,
    ChangeKind,
    Collection,
    File,
    FilePage,
    FileState,
    Group,
    ImportMode,
    Job,
    Member,
    NotFound,
    Shape,
    Storage,
    StorageKind,
)
from flowhost_plugins.catalogue.resource import Catalogue
from flowhost_plugins.catalogue.watching import Listening

__all__ = [
    "Access",
    "Catalogue",
    "CatalogueItem",
    "Change",
    "ChangeAction",
    "ChangeKind",
    "Collection",
    "File",
    "FilePage",
    "FileState",
    "Group",
    "ImportMode",
    "Job",
    "Listening",
    "Member",
    "NotFound",
    "Shape",
    "Storage",
    "StorageKind",
]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """The resource `catalogue`."""
    return [Catalogue]
