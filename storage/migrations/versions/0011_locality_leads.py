"""People of the body who lead a locality."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version: one column more, empty for everyone who is there."""
    op.add_column("person", sa.Column("locality", sa.String(), nullable=False, server_default=""))
