"""The table of what practices have asked to have put right about their people."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from storage.base import Base, instant, table_of


class CorrectionRow(Base, table=True):
    """One correction: asked for by link, and what the secretariat made of it.

    `words` holds every name and address, sealed under the key of whoever asked and of whomever it
    is about, so that erasing either takes it away in old copies too.
    """

    __tablename__ = "correction"

    id: str = Field(primary_key=True)  # random: numbers would come again after a restore
    practice: str = Field(index=True)
    kind: str  # add | change | leave
    about: str | None = None  # the person; none for somebody who is not in the register yet
    asked_by: str
    decision: str  # whose link it was
    asked_at: datetime = instant()
    status: str = Field(index=True)  # pending | accepted | refused
    words: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    ruled_at: datetime | None = instant(nullable=True)
    ruled_by: str | None = None  # JSON: the actor, as claimed


correction = table_of(CorrectionRow)
