"""Letters that have gone out, and the mail that comes back through a real door on loopback."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from ipaddress import ip_network
from pathlib import Path

import aiosmtplib
from sqlalchemy import select

from app.bootstrap import App, post_settings
from app.inbound import letterbox_of
from notifications.door import Door, DoorSettings
from notifications.letterbox import Letterbox
from notifications.sorting import SortingOffice
from storage import tables
from tests.notifications.misbehaving import MisbehavingServer, Taken
from tests.promises.posting import office, rounds

CORPUS = Path(__file__).parent.parent / "data" / "inbound"
LOOPBACK = (ip_network("127.0.0.0/8"),)
BOUNCE, REPLY = b"bounce+7.0123456789abcdef@nene.example", b"reply+7.0123456789abcdef@nene.example"


@dataclass(frozen=True)
class Gone:
    """A letter that a relay took: its own addresses, as a mail server has them."""

    letter: int
    person: str
    practice: str
    to: str
    bounces: str
    replies: str
    message_id: str


async def send_out(app: App, relay: MisbehavingServer) -> list[Gone]:
    """Send what is owed, each letter with an address of its own for replies."""
    known = office(app, relay.port)
    settings = post_settings(app.settings)
    there = known.settings.__class__(
        **{
            **{name: getattr(known.settings, name) for name in settings.__slots__},
            "takes_replies": True,
        }
    )
    before = len(relay.taken)
    await rounds(SortingOffice(app.store, app.library, there), app.desk.settle)
    return [gone(app, taken) for taken in relay.taken[before:]]


def gone(app: App, taken: Taken) -> Gone:
    mail = message_from_bytes(taken.content)
    column = tables.letter.c
    with app.store.database.reading() as reading:
        found = select(column.id, column.person, column.practice).where(
            column.message_id == mail["Message-ID"]
        )
        row = reading.execute(found).one()
    return Gone(
        letter=row.id,
        person=row.person,
        practice=row.practice,
        to=taken.recipient,
        bounces=taken.sender.strip("<>"),
        replies=str(mail["Reply-To"] or ""),
        message_id=str(mail["Message-ID"]),
    )


def of(letters: list[Gone], address: str) -> Gone:
    """The letter to this address."""
    (found,) = [each for each in letters if each.to == address]
    return found


def bounce(letter: Gone, name: str = "bounced-postfix-no-such-user") -> bytes:
    """A report of the corpus, about this letter."""
    raw = (CORPUS / f"{name}.eml").read_bytes()
    return raw.replace(BOUNCE, letter.bounces.encode()).replace(
        b"lead@queensview.example", letter.to.encode()
    )


def answer(letter: Gone, text: str, sender: str = "", number: int = 1, **header: str) -> bytes:
    """A person's mail in answer to this letter."""
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in header.items())
    return (
        f"From: Somebody <{sender or letter.to}>\nTo: {letter.replies}\nSubject: Re: a letter\n"
        f"Message-ID: <{letter.letter}.{number}@practice.example>\n{more}"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


@asynccontextmanager
async def door_of(
    app: App,
    letterbox: Letterbox | None = None,
    allow: tuple[str, ...] = ("127.0.0.0/8",),
    largest: int = 100_000,
    notice: Callable[[str, str], None] = lambda _kind, _did: None,
) -> AsyncIterator[Door]:
    """A door of this program that listens on loopback."""
    settings = DoorSettings("127.0.0.1", 0, tuple(map(ip_network, allow)), largest)
    door = Door(letterbox or letterbox_of(app), settings, notice)
    await door.open()
    try:
        yield door
    finally:
        await door.close()


async def hand_in(door: Door, to: str, raw: bytes, sender: str = "") -> int:
    """Deliver a mail as a relay does; the reply's code, whichever command it came to."""
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=door.port, timeout=10)
    try:
        await client.connect()
        await client.ehlo()
        await client.mail(sender)
        await client.rcpt(to)
        return (await client.data(raw)).code
    except aiosmtplib.SMTPResponseException as refused:
        return refused.code
    finally:
        client.close()


def status_of(app: App, letter: Gone) -> str:
    column = tables.letter.c
    with app.store.database.reading() as reading:
        found = reading.execute(select(column.status).where(column.id == letter.letter)).scalar()
    return str(found)


def heard(app: App, letter: Gone) -> set[tuple[str, str]]:
    column = tables.heard.c
    with app.store.database.reading() as reading:
        query = select(column.kind, column.status).where(column.letter == letter.letter)
        return {(row.kind, row.status) for row in reading.execute(query)}
