"""The bundled ledger and store, in SQL: SQLite by default, PostgreSQL when several hosts share the work.

`resource` is the part itself; everything that needs SQLAlchemy is imported when a database is opened.
"""

from __future__ import annotations

import flowhost
from flowhost_plugins.database.resource import Database

__all__ = ["Database"]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """The resource `database`."""
    return [Database]
