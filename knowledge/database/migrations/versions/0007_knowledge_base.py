"""The knowledge base that the database belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table of one row."""
    op.create_table("knowledge_base", sa.Column("name", sa.String(200), primary_key=True))
