"""The post's settings, and one letter as it sees it: what it needs to go, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from unicodedata import normalize

from engine.links import make_token
from notifications.bulletins import Bulletin, compose_bulletin
from notifications.calendar_files import Organiser, uid_of
from notifications.compose import House, Shared, compose
from notifications.context import Context
from notifications.deadlines import deadline_file
from notifications.digests import Digest, compose_digest
from notifications.frozen import Envelope, Frozen, digest, fill, freeze, message_id
from notifications.letters import render
from notifications.material import Material
from notifications.month import Month, compose_month
from notifications.people_news import PeopleNews, compose_news
from notifications.returns import reply_address
from notifications.smtp import Relay
from notifications.stages import Attempt, Kind, Ruling, judge, next_try
from notifications.words import one_line
from storage.outbox import Claimed, Settlement, Status
from storage.register import Contact

Matter = Material | Bulletin | PeopleNews
"""What a mailing's letters are written from."""


@dataclass(frozen=True, slots=True)
class PostSettings:
    """How letters leave.

    `only_to`: addresses or domains letters may go to; empty means all. `letters_per_minute`: in any
    minute, over all postmen; 0 means as fast as the relay takes them. `beat` is how far apart a
    postman's rounds are, `silence_seconds` how long a relay may say nothing before it is an alarm,
    `hand` how many letters of one connection a crash may leave in doubt.
    """

    relay: Relay
    sender: str
    sender_name: str
    house: House
    reply_to: str = ""
    connections: int = 4
    only_to: tuple[str, ...] = ()
    takes_replies: bool = False  # whether mail to the letters' own addresses comes in here
    letters_per_minute: int = 0
    beat: timedelta = timedelta(seconds=5)
    silence_seconds: float = 30.0
    hand: int = 8

    def allows(self, address: str) -> bool:
        """Whether a letter may go to this address (staging copies must not reach people)."""
        domain = address.rpartition("@")[2]
        allowed = {each.casefold() for each in self.only_to}
        return not allowed or not allowed.isdisjoint({address.casefold(), domain.casefold()})


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter ready to go: its exact bytes, and where to."""

    claimed: Claimed
    contact: Contact
    content: bytes
    sha256: str
    message_id: str
    new: Frozen | None  # to be kept before the first try
    marks: frozenset[str] = frozenset()  # of its links


def outbox_key(claimed: Claimed) -> str:
    """What makes a letter itself, and its Message-ID the same at every try.

    After a restored backup leaf numbers begin again where the backup ended: the letters of those
    that were lost, and of those that stand in their places now, must not be taken for one.
    """
    mailing = claimed.mailing
    key = f"{mailing.leaf}|{mailing.letter}|{claimed.practice}|{claimed.person}"
    return key if mailing.restored is None else f"{key}|{mailing.restored}"


Written = Material | Bulletin | Digest | Month | PeopleNews
"""What a letter may be written from."""


def token_for(key: bytes, claimed: Claimed, generation: int | None) -> str | None:
    """The secret part of the reader's link, derived anew at each try; None where there is none."""
    if generation is None:
        return None
    decision = claimed.mailing.decision
    return make_token(key, decision, claimed.practice, claimed.person, generation)


def write_letter(
    settings: PostSettings,
    claimed: Claimed,
    material: Written,
    to: Contact,
    now: datetime,
    *,
    reply_to: str,
    shared: Shared | None = None,
) -> Frozen | None:
    """Write and freeze a letter: every byte decided but the links' tokens.

    `shared` is what all letters of a decision's mailing say alike, where that was worked out
    before. None for a digest that has nothing to say any more.
    """
    mailing = claimed.mailing
    context = _compose(settings.house, claimed, material, to, now, shared)
    if context is None:
        return None
    attached, thread = _receipts(material.receipts), ""
    if isinstance(material, Material):
        sender = Organiser(settings.sender_name, settings.sender)
        attached |= deadline_file(mailing, material, sender)
        thread = uid_of(mailing.decision, material.case.decision.opened_at, "thread")
    envelope = Envelope(
        key=outbox_key(claimed),
        date=now,
        sender=settings.sender,
        sender_name=settings.sender_name,
        recipient=to.email,
        reference=mailing.decision,
        letter=mailing.letter,
        reply_to=reply_to,
        thread=thread,
    )
    return freeze(render(mailing.letter, context), envelope, attached)


def reply_to(settings: PostSettings, claimed: Claimed, key: bytes) -> str:
    """Where replies to a letter go: to an address of its own, where those are taken in.

    Letters to people of the body and those about no decision have the configured one.
    """
    own = settings.takes_replies and claimed.practice and claimed.mailing.decision
    if not own:
        return settings.reply_to
    return reply_address(claimed.id, message_id_of(settings, claimed), settings.sender, key)


def _compose(
    house: House,
    claimed: Claimed,
    material: Written,
    to: Contact,
    now: datetime,
    shared: Shared | None,
) -> Context | None:
    mailing, practice = claimed.mailing, claimed.practice
    match material:
        case Bulletin():
            return compose_bulletin(house, mailing, material, to)
        case Digest():
            return compose_digest(house, mailing, material, practice, to, now)
        case Month():
            return compose_month(house, mailing, material, to)
        case PeopleNews():
            return compose_news(house, mailing, material, to)
    return compose(house, mailing, material, practice, to, shared)


def _receipts(receipts: tuple[str, ...]) -> dict[str, str]:
    """Receipts by file name: `receipt.tlog-proof`, then `receipt-2.tlog-proof`, and so on."""
    return {
        f"receipt{f'-{place}' if place > 1 else ''}.tlog-proof": text
        for place, text in enumerate(receipts, 1)
    }


def make_ready(
    settings: PostSettings,
    claimed: Claimed,
    frozen: Frozen,
    tokens: Sequence[str | None],
    to: Contact,
    *,
    new: bool,
) -> Ready:
    """Fill in the tokens. The bytes of a later try must hash as those of the first did."""
    content = fill(frozen, *tokens)
    made = message_id_of(settings, claimed)
    hashed, kept = digest(content), frozen if new else None
    return Ready(claimed, to, content, hashed, made, kept, frozen.marks)


def message_id_of(settings: PostSettings, claimed: Claimed) -> str:
    """The letter's Message-ID, whether it is ever written or not."""
    return message_id(outbox_key(claimed), settings.sender)


def settlement(
    claimed: Claimed,
    status: Status,
    reason: str,
    contact: Contact | None,
    message: str,
    again: datetime | None = None,
) -> Settlement:
    """What became of a letter, ready to be filed: its words in a form that the trail can hold."""
    return Settlement(
        letter=claimed.id,
        fence=claimed.fence,
        status=status,
        reason=normalize("NFC", one_line(reason)),
        mailing=claimed.mailing.leaf,
        practice=claimed.practice,
        person=claimed.person,
        contact=contact.email if contact else "",
        message_id=message,
        next_try_at=again,
    )


def settle_attempt(ready: Ready, attempt: Attempt, now: datetime) -> tuple[Settlement, Ruling]:
    """What became of a letter by a try, and what the try means."""
    claimed = ready.claimed
    ruling = judge(attempt, claimed.doubts)
    again = None
    if ruling.again:
        first = claimed.first_try_at or now
        again = next_try(first, claimed.tries, now, claimed.useless_after, ruling.least_wait)
    status = _status(ruling.kind, again)
    short = f"{attempt.stage}: {attempt.code or attempt.heard}"
    held = settlement(claimed, status, short, ready.contact, ready.message_id, again)
    return replace(held, words=normalize("NFC", one_line(ruling.says))), ruling


def _status(kind: Kind, again: datetime | None) -> Status:
    match kind:
        case Kind.ACCEPTED:
            return Status.ACCEPTED
        case Kind.REFUSED:
            return Status.FAILED
        case Kind.UNKNOWN:
            return Status.DOUBT if again else Status.AMBIGUOUS
    return Status.OWED if again else Status.FAILED
