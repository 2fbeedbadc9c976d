"""The letters of a tale as the post makes them ready: exact bytes, and where each goes."""

from dataclasses import dataclass
from email import message_from_bytes, policy

from notifications.post import settlement
from storage.outbox import Status
from tests.stories.sight import Sight


@dataclass(frozen=True)
class Posted:
    """A letter in its envelope; `words` is its text part on one line, `whole` every byte of it."""

    letter: str
    to: str
    subject: str
    words: str
    whole: str


def everything_posted(story: Sight) -> list[Posted]:
    """All that is owed now, made ready to go, and taken by the relay."""
    office = story.app.office()
    office.expand_all()
    found: list[Posted] = []
    while batch := office.take():
        found += [_read(each.contact.email, each.content) for each in batch.ready]
        taken = [
            settlement(each.claimed, Status.ACCEPTED, "250", each.contact, each.message_id)
            for each in batch.ready
        ]
        story.app.desk.settle((*taken, *batch.settled))
    return found


def _read(to: str, content: bytes) -> Posted:
    message = message_from_bytes(content, policy=policy.default)
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return Posted(
        letter=str(message["X-Quorate-Letter"]),
        to=to,
        subject=str(message["Subject"]),
        words=" ".join(str(parts[0]).split()),
        whole="\n".join(map(str, parts)),
    )
