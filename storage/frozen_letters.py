"""The bytes of letters: kept sealed from before the first try until some time after the last."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, update

from storage import tables
from storage.keys import Keys
from storage.openings import person_key
from storage.outbox import Claimed

KEPT_FROZEN = timedelta(days=30)
"""How long the bytes of a settled letter are kept."""

_LETTER = tables.letter.c
_FREEZE = (
    update(tables.letter)
    .where(_LETTER.id == bindparam("its_id"), _LETTER.fence == bindparam("its_fence"))
    .values(frozen=bindparam("bytes"), sha256=bindparam("hash"), message_id=bindparam("name"))
)


def freeze(
    connection: Connection, keys: Keys, letters: Sequence[tuple[Claimed, bytes, str, str]]
) -> None:
    """Keep frozen bytes (sealed), the filled bytes' SHA-256 and the Message-ID, before any try."""
    rows = [
        {
            "its_id": letter.id,
            "its_fence": letter.fence,
            "bytes": keys.seal(person_key(letter.person), frozen, _bound(letter.id)),
            "hash": sha256,
            "name": message_id,
        }
        for letter, frozen, sha256, message_id in letters
    ]
    if rows:
        connection.execute(_FREEZE, rows)


def thaw(keys: Keys, letter: Claimed) -> bytes:
    """The frozen bytes again. Raises `storage.keys.Erased` when the person has been erased."""
    return keys.unseal(person_key(letter.person), letter.frozen or b"", _bound(letter.id))


def _bound(letter: int) -> bytes:
    return f"letter|{letter}".encode()


def forget_frozen(connection: Connection, now: datetime) -> None:
    """Delete the bytes of letters settled long ago; their SHA-256 stays."""
    columns = tables.letter.c
    old = columns.settled_at < now - KEPT_FROZEN
    connection.execute(
        update(tables.letter).where(old, columns.frozen.is_not(None)).values(frozen=None)
    )
