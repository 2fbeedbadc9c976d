"""Signing in: accounts, visits, failed tries, and what was looked at."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcMicros

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version: four tables more, the trail's rows untouched."""
    op.create_table(
        "account",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("added_at", UtcMicros(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", UtcMicros(), nullable=True),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("factor", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("set_up_at", UtcMicros(), nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_account")),
    )
    op.create_table(
        "visit",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("began_at", UtcMicros(), nullable=False),
        sa.Column("seen_at", UtcMicros(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_person"), "visit", ["person"], unique=False)
    op.create_table(
        "sign_in_miss",
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcMicros(), nullable=False),
        sa.Column("held_until", UtcMicros(), nullable=True),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_sign_in_miss")),
    )
    op.create_table(
        "seen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcMicros(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen")),
    )
    op.create_index(op.f("ix_seen_person"), "seen", ["person"], unique=False)
