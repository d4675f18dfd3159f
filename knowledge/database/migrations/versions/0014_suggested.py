"""The entries that were suggested for a question."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; for earlier questions it is not known."""
    op.add_column("queries", sa.Column("suggested", sa.Text, nullable=False, server_default=""))
