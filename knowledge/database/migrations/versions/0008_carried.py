"""The messages that were carried between both sides of an escalation; the workspace in which a reply was posted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "carried",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("reference", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
    )
    op.create_index("ix_carried_at", "carried", ["at"])
    op.create_index("ix_carried_reference", "carried", ["reference"])
    with op.batch_alter_table("replies") as replies:
        replies.add_column(sa.Column("team", sa.String(32), nullable=False, server_default=""))
