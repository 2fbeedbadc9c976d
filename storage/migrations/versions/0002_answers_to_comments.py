"""Answers to comments: which leaf answers a comment, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version: the comments there are have no answer yet."""
    op.add_column("comment", sa.Column("answer", sa.Integer(), nullable=True))
    op.add_column("comment", sa.Column("disposition", sa.String(), nullable=True))
