"""Alembic's entry: migrate on the connection, and in the transaction, that the caller opened."""

from __future__ import annotations

from alembic import context

from flowhost_plugins.rules.journal.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,  # SQLite changes a table by making a new one
)
with context.begin_transaction():
    context.run_migrations()
