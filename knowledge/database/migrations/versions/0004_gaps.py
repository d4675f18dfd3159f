"""Gaps that an editor has chosen to ignore."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table of ignored texts."""
    op.create_table(
        "ignored_gaps",
        sa.Column("text_key", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("editor", sa.String(255), nullable=False),
    )
