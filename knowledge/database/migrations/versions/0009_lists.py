"""Judged queries, synonyms and style beside the entries."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the lists and their history; the files at hand are taken in at the next start."""
    op.create_table(
        "lists",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("shipped", sa.Text, nullable=False),
    )
    op.create_table(
        "list_history",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
