"""Filing the files that a decision keeps: each under the digest of its canonical bytes, once."""

import hashlib

from engine.events import CalendarPublished, RulesPublished
from engine.trail import canonical
from engine.working_days import Calendar, calendar_value
from storage.ledger import Page


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, hex: the name a leaf gives to a file."""
    return hashlib.sha256(canonical(value)).hexdigest()  # type: ignore[arg-type]


def publish(page: Page, kind: str, name: str, value: object) -> None:
    """File a workflow or an impact table, with a leaf when it is new."""
    made, new = page.publish(kind, name, value)
    if new:
        page.file(RulesPublished(kind=kind, name=name, digest=made))


def publish_calendar(page: Page, calendar: Calendar) -> None:
    """File a calendar, with a leaf when it is new."""
    made, new = page.publish("calendar", calendar.region, calendar_value(calendar))
    if new:
        page.file(CalendarPublished(region=calendar.region, digest=made))
