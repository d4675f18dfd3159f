"""The verdicts of editors on answers that were given."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "answer_verdicts",
        sa.Column("reference", sa.String(32), primary_key=True),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("entry_id", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("editor", sa.String(255), nullable=False),
    )
    op.create_index("ix_answer_verdicts_week", "answer_verdicts", ["week"])
