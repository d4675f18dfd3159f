"""The arrays of an index in parts; what is kept of it is deleted, since the next start computes it anew."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table anew."""
    op.drop_table("index_parts")
    op.create_table(
        "index_parts",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
