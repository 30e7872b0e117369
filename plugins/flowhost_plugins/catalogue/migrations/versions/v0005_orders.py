"""Keys and marks of jobs, who made an item, and collections by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("catalogue_items", sa.Column("creator", sa.Text, nullable=False, server_default=""))
    op.add_column("catalogue_jobs", sa.Column("key", sa.Text))
    op.add_column("catalogue_jobs", sa.Column("mark", sa.Text, nullable=False, server_default=""))
    op.create_index("catalogue_jobs_key", "catalogue_jobs", ["key"], unique=True)
    # names may be longer than what PostgreSQL's usual index takes
    op.create_index("catalogue_collections_name", "catalogue_collections", ["name"], postgresql_using="hash")


def downgrade() -> None:
    """Remove them."""
    op.drop_index("catalogue_collections_name", "catalogue_collections")
    op.drop_index("catalogue_jobs_key", "catalogue_jobs")
    op.drop_column("catalogue_jobs", "mark")
    op.drop_column("catalogue_jobs", "key")
    op.drop_column("catalogue_items", "creator")
