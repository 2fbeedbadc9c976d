"""Corrections of who a practice's people are, and letters with words for one reader."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcMicros

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version: a table more, and a column of mailings, empty for those there are."""
    op.create_table(
        "correction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("asked_at", UtcMicros(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("ruled_at", UtcMicros(), nullable=True),
        sa.Column("ruled_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_practice"), "correction", ["practice"], unique=False)
    op.create_index(op.f("ix_correction_status"), "correction", ["status"], unique=False)
    op.add_column("mailing", sa.Column("sealed", sa.LargeBinary(), nullable=True))
