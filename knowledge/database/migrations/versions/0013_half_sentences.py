"""Half sentences among the replies, to be read with the next message."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("replies") as replies:
        replies.add_column(sa.Column("said", sa.Text, nullable=False, server_default=""))
