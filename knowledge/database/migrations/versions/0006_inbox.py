"""The inbox: events of the chat door, kept until they are answered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the inbox."""
    op.create_table(
        "inbox",
        sa.Column("event", sa.String(128), primary_key=True),
        sa.Column("key", sa.String(255)),
        sa.Column("body", sa.JSON),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(32)),
        sa.Column("leased_until", sa.DateTime, index=True),
        sa.Column("reference", sa.String(32)),
        sa.Column("message", sa.String(64)),
        sa.Column("received_at", sa.DateTime, nullable=False, index=True),
        sa.Column("done_at", sa.DateTime),
    )
    op.create_index("ix_inbox_key", "inbox", ["key"], unique=True)
