"""The account of the management allowance: what is set, what is charged, what is queried."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcMicros

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version. What was approved before it is charged to no year."""
    op.create_table(
        "allowance",
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.Column("pounds", sa.BigInteger(), nullable=False),
        sa.Column("per_head_pence", sa.Integer(), nullable=True),
        sa.Column("patients", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Text(), nullable=False),
        sa.Column("at", UtcMicros(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_allowance"),
    )
    op.create_table(
        "charge",
        sa.Column("leaf", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("money_gbp", sa.BigInteger(), nullable=False),
        sa.Column("patients", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Text(), nullable=False),
        sa.Column("per_head", sa.BigInteger(), nullable=True),
        sa.Column("at", UtcMicros(), nullable=False),
        sa.Column("reversal", sa.Integer(), nullable=True),
        sa.Column("reversed_at", UtcMicros(), nullable=True),
        sa.Column("because", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("leaf", name="pk_charge"),
    )
    op.create_index("ix_charge_decision", "charge", ["decision"])
    op.create_index("ix_charge_year", "charge", ["year"])
    op.create_table(
        "query",
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("asked_at", UtcMicros(), nullable=False),
        sa.Column("due_at", UtcMicros(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcMicros(), nullable=True),
        sa.PrimaryKeyConstraint("decision", "number", name="pk_query"),
    )
