"""A decision's leaves are found by their type, so that a page costs the same after many votes."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version: one index in the place of another, the trail's rows untouched."""
    op.create_index("ix_leaf_decision_type", "leaf", ["decision", "type"])
    op.drop_index("ix_leaf_decision", table_name="leaf")
