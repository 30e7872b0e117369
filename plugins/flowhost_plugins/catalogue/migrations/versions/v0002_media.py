"""What is in a shape, how shapes are made, and remarks of jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables and the column."""
    op.create_table(
        "catalogue_components",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("shape", NUMBER, sa.ForeignKey("catalogue_shapes.number", ondelete="CASCADE")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("codec", sa.Text, nullable=False),
        sa.Column("duration", sa.Double),
        sa.Column("bit_rate", sa.BigInteger),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("frame_rate", sa.Text, nullable=False),
        sa.Column("pixel_format", sa.Text, nullable=False),
        sa.Column("channels", sa.Integer),
        sa.Column("sample_rate", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_index("catalogue_components_shape", "catalogue_components", ["shape"])
    op.create_table(
        "catalogue_presets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("preset", sa.Text, nullable=False),
    )
    op.add_column("catalogue_jobs", sa.Column("remark", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("catalogue_jobs", "remark")
    op.drop_table("catalogue_presets")
    op.drop_table("catalogue_components")
