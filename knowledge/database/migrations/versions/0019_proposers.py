"""Who proposed something, where an editor may take any name."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the column; "" stands for the editor, who proposed everything before."""
    op.add_column("proposals", sa.Column("person", sa.String(255), nullable=False, server_default=""))
