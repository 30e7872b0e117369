"""Alembic's entry: migrate on the connection, and in the transaction, that the caller opened."""

from __future__ import annotations

from alembic import context

from flowhost_plugins.catalogue.database.schema import metadata
from flowhost_plugins.catalogue.index import indexing

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,  # SQLite changes a table by making a new one
)
with context.begin_transaction():
    before = context.get_context().get_current_revision()
    context.run_migrations()
    if before is not None and before < indexing.SINCE:  # its items are not in the index yet
        indexing.build(connection)
