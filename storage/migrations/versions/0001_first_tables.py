"""First tables."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcMicros
from storage.triggers import trigger_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "answer",
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.Column("at", UtcMicros(), nullable=False),
        sa.PrimaryKeyConstraint(
            "decision", "round", "question", "practice", name=op.f("pk_answer")
        ),
    )
    op.create_table(
        "comment",
        sa.Column("leaf", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("at", UtcMicros(), nullable=False),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_comment")),
    )
    op.create_index(
        "ix_comment_decision_practice", "comment", ["decision", "practice"], unique=False
    )
    op.create_table(
        "decision",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", UtcMicros(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_state"), "decision", ["state"], unique=False)
    op.create_table(
        "late",
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("decision", "round", "person", name=op.f("pk_late")),
    )
    op.create_table(
        "leaf",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_leaf")),
    )
    op.create_index(op.f("ix_leaf_decision"), "leaf", ["decision"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcMicros(), nullable=True),
        sa.Column("next_try_at", UtcMicros(), nullable=False),
        sa.Column("first_try_at", UtcMicros(), nullable=True),
        sa.Column("useless_after", UtcMicros(), nullable=True),
        sa.Column("settled_at", UtcMicros(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("frozen", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("mailing", "letter", "practice", "person", name="uq_letter_meant"),
    )
    op.create_index(op.f("ix_letter_decision"), "letter", ["decision"], unique=False)
    op.create_index("ix_letter_due", "letter", ["status", "next_try_at"], unique=False)
    op.create_table(
        "link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("may_cast", sa.Boolean(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_link")),
        sa.UniqueConstraint("decision", "practice", "person", "generation", name="uq_link_meant"),
    )
    op.create_table(
        "mailing",
        sa.Column("leaf", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("practices", sa.Text(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("at", UtcMicros(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_mailing")),
    )
    op.create_index(op.f("ix_mailing_decision"), "mailing", ["decision"], unique=False)
    op.create_index(op.f("ix_mailing_status"), "mailing", ["status"], unique=False)
    op.create_table(
        "mark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UtcMicros(), nullable=True),
        sa.Column("says", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )
    op.create_table(
        "node",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_node")),
    )
    op.create_table(
        "opening",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n", "field", name=op.f("pk_opening")),
    )
    op.create_index(op.f("ix_opening_key"), "opening", ["key"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_email"), "person", ["email"], unique=False)
    op.create_table(
        "practice",
        sa.Column("ods_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("ccg_code", sa.String(), nullable=False),
        sa.Column("ccg_name", sa.String(), nullable=False),
        sa.Column("locality", sa.String(), nullable=False),
        sa.Column("list_size", sa.Integer(), nullable=True),
        sa.Column("list_date", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ods_code", name=op.f("pk_practice")),
    )
    op.create_index(op.f("ix_practice_ccg_code"), "practice", ["ccg_code"], unique=False)
    op.create_table(
        "published",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_published")),
    )
    op.create_table(
        "trail_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", UtcMicros(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_head")),
    )
    op.create_table(
        "wake",
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcMicros(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcMicros(), nullable=True),
        sa.Column("parked", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("decision", "kind", "at", name=op.f("pk_wake")),
    )
    op.create_index("ix_wake_at", "wake", ["at"], unique=False)
    op.create_table(
        "post",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("ods_code", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_post_person_person")),
        sa.PrimaryKeyConstraint("person", "ods_code", "role", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_ods_code"), "post", ["ods_code"], unique=False)
    op.execute(
        sa.text("INSERT INTO trail_head (id, size, peaks) VALUES (1, 0, :empty)").bindparams(
            sa.bindparam("empty", b"", sa.LargeBinary)
        )
    )
    for statement in trigger_statements(op.get_context().dialect.name):
        op.execute(sa.text(statement))
