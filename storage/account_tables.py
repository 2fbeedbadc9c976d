"""The tables of the management allowance's account: projections of its leaves."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from storage.base import Base, instant, table_of, whole


class AllowanceRow(Base, table=True):
    """A financial year's allowance as it was set last; money in pounds and pence."""

    __tablename__ = "allowance"

    year: str = Field(primary_key=True)
    leaf: int
    pounds: int = whole()
    per_head_pence: int | None = None
    patients: int
    unknown: str = Field(sa_column=Column(Text, nullable=False))  # JSON list of ODS codes
    at: datetime = instant()


class ChargeRow(Base, table=True):
    """What a decision drew from the allowance; `reversal` is the leaf that gave it back."""

    __tablename__ = "charge"

    leaf: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    decision: str = Field(index=True)
    year: str = Field(index=True)
    money_gbp: int = whole()
    patients: int
    unknown: str = Field(sa_column=Column(Text, nullable=False))  # JSON list of ODS codes
    per_head: int | None = whole(nullable=True)  # millionths of a pound
    at: datetime = instant()
    reversal: int | None = None
    reversed_at: datetime | None = instant(nullable=True)
    because: str | None = None


class QueryRow(Base, table=True):
    """A query of a decision's entry; its words and those of the answer are openings of leaves."""

    __tablename__ = "query"

    decision: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    leaf: int
    role: str
    asked_at: datetime = instant()
    due_at: datetime = instant()
    overdue: bool = False
    answer: int | None = None
    answered_at: datetime | None = instant(nullable=True)


allowance = table_of(AllowanceRow)
charge = table_of(ChargeRow)
query = table_of(QueryRow)
