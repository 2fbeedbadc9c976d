"""The tables of the evidence: which leaf tells of a letter's end, and whose page was opened."""

from datetime import datetime

from sqlmodel import Field

from storage.base import Base, instant, table_of


class Ending(Base, table=True):
    """The leaf that says what became of a letter; one that was accepted may come back later."""

    __tablename__ = "ending"

    leaf: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    letter: int = Field(index=True)


class PageVisit(Base, table=True):
    """How often a person's page was opened, people and machines apart.

    `looks` is empty for a visit that looks like a person's, else the name of the first rule of
    `web.machines` that it met. A hint: no leaf tells of it, and nothing depends on it.
    """

    __tablename__ = "page_visit"

    decision: str = Field(primary_key=True)
    practice: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    looks: str = Field(primary_key=True)
    first_at: datetime = instant()
    last_at: datetime = instant()
    times: int


ending = table_of(Ending)
page_visit = table_of(PageVisit)
