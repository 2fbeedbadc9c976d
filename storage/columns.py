"""Column types: an instant is a 64-bit count of microseconds since 1970, UTC, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """An instant as the database holds it. Naive ones are refused."""
    if at.tzinfo is None:
        message = f"a naive datetime cannot be stored: {at}"
        raise ValueError(message)
    return (at - EPOCH) // timedelta(microseconds=1)


class UtcMicros(TypeDecorator[datetime]):
    """Stores aware datetimes as whole microseconds, reads them back as aware UTC.

    SQLite drops zones in silence; whole numbers cannot be misread. Naive datetimes are refused.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """From the database."""
        return None if value is None else EPOCH + timedelta(microseconds=value)
