"""How many letters an audience comes to: for a role, as many as hold it when they are owed."""

from dataclasses import replace

from engine.event import Event
from engine.events import MailIntended
from storage.database import Reading
from storage.register import written_to


def counted(reading: Reading, event: Event) -> Event:
    """The event; letters to a role with the number of those who will get one.

    The rules know the roll and not who holds an office, so they cannot count them. Whoever holds it
    later than that is not written to.
    """
    if not isinstance(event, MailIntended) or event.to.role is None:
        return event
    return replace(event, count=len(written_to(reading, event.to.role, event.to.locality)))
