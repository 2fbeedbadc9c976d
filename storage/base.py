"""What all tables share: one metadata with named constraints, and their columns' own kinds."""

from typing import Any, cast

from sqlalchemy import BigInteger, Column, MetaData, Table
from sqlmodel import Field, SQLModel

from storage.columns import UtcMicros

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)


class Base(SQLModel):
    """All tables share one metadata with named constraints, so that migrations can name them."""

    metadata = metadata


def instant(*, nullable: bool = False) -> Any:  # noqa: ANN401 - sqlmodel's own typing
    """A column that holds an instant."""
    return Field(sa_column=Column(UtcMicros, nullable=nullable))


def whole(*, nullable: bool = False) -> Any:  # noqa: ANN401 - sqlmodel's own typing
    """A column that holds a whole number of money, which may be large."""
    return Field(sa_column=Column(BigInteger, nullable=nullable))


def table_of(model: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a model, for statements without the session."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]
