"""The checkpoint that a mailing's letters carry: all of them the same."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version: mailings that were expanded before have none."""
    op.add_column("mailing", sa.Column("checkpoint", sa.Text(), nullable=True))
