"""Who restored an ignored gap, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("ignored_gaps", sa.Column("restored_at", sa.DateTime))
    op.add_column("ignored_gaps", sa.Column("restored_by", sa.String(255), nullable=False, server_default=""))
