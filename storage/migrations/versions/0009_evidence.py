"""The evidence of each letter: the leaf that tells of its end, and whose page was opened."""

import json

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcMicros

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ENDS = ("mail.accepted", "mail.undeliverable", "mail.skipped", "mail.bounced")


def upgrade() -> None:
    """Go to this version: two tables more, and the leaves of letters that have ended before."""
    ending = op.create_table(
        "ending",
        sa.Column("leaf", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_ending")),
    )
    op.create_index(op.f("ix_ending_letter"), "ending", ["letter"], unique=False)
    op.create_table(
        "page_visit",
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("looks", sa.String(), nullable=False),
        sa.Column("first_at", UtcMicros(), nullable=False),
        sa.Column("last_at", UtcMicros(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "decision", "practice", "person", "looks", name=op.f("pk_page_visit")
        ),
    )
    _fill(op.get_bind(), ending)


def _fill(connection: sa.Connection, ending: sa.Table) -> None:
    """A leaf names its letter by Message-ID; a letter that was given up unwritten kept none."""
    letter = sa.table("letter", sa.column("id"), sa.column("message_id"))
    leaf = sa.table("leaf", sa.column("n"), sa.column("type"), sa.column("data"))
    known = {row.message_id: row.id for row in connection.execute(sa.select(letter))}
    ends = connection.execute(sa.select(leaf.c.n, leaf.c.data).where(leaf.c.type.in_(_ENDS)))
    named = ((row.n, known.get(json.loads(bytes(row.data))["body"]["message"])) for row in ends)
    rows = [{"leaf": n, "letter": id_} for n, id_ in named if id_ is not None]
    if rows:
        connection.execute(ending.insert(), rows)
