"""Proposals; why a refusal was overridden and who approved; what a removed entry came from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what editing needs."""
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("editor", sa.String(255), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("change", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("override", sa.Text, nullable=False, server_default=""),
        sa.Column("revision", sa.Integer),
    )
    with op.batch_alter_table("revisions") as revisions:
        revisions.add_column(sa.Column("override", sa.Text, nullable=False, server_default=""))
        revisions.add_column(sa.Column("approved_by", sa.String(255), nullable=False, server_default=""))
    with op.batch_alter_table("entry_history") as history:
        history.add_column(sa.Column("shipped_digest", sa.String(64)))
