"""Signing in: the place that an account's owner came from last."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version: one column more, empty until the next sign-in."""
    op.add_column("account", sa.Column("usual_place", sa.LargeBinary(), nullable=True))
