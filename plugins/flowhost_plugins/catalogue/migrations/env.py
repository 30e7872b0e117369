"""Alembic's entry: migrate on the connection, and in the transaction, that the caller opened."""

from __future__ import annotations

from alembic import context

from flowhost_plugins.catalogue.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite changes a table by making a new one
)
with context.begin_transaction():
    context.run_migrations()
