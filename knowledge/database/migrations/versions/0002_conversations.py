"""Replies and escalations of the chat door; who gave feedback, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what conversations need."""
    op.create_table(
        "replies",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("reference", sa.String(32), nullable=False, index=True),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("entry_id", sa.String(64)),
    )
    op.create_index("ix_replies_channel", "replies", ["channel", "thread"])
    op.create_table(
        "escalations",
        sa.Column("reference", sa.String(32), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("support_channel", sa.String(64), nullable=False),
        sa.Column("support_thread", sa.String(64), nullable=False),
        sa.Column("resolved_at", sa.DateTime),
    )
    op.create_index("ix_escalations_channel", "escalations", ["channel", "thread"])
    op.create_index("ix_escalations_support_channel", "escalations", ["support_channel", "support_thread"])
    op.create_index("ix_queries_asker", "queries", ["asker", "at"])
    with op.batch_alter_table("feedback") as feedback:
        feedback.add_column(sa.Column("asker", sa.String(64), nullable=False, server_default=""))
        feedback.add_column(sa.Column("reason", sa.String(32)))
