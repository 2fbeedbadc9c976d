"""A page's deadline for the reader's calendar: the entry that the letters bring and move."""

from engine.definition import Open
from notifications.calendar_files import calendar_file
from notifications.deadlines import CLOSES, Matter, deadline_entry
from workflows.answers import Form, PracticePage, Stage


def deadline_of(page: PracticePage) -> str | None:
    """The file; None where nothing is asked of the practice now."""
    if page.form is Form.NONE or page.due_at is None:
        return None
    what = CLOSES[Open.VOTES if page.stage is Stage.VOTING else Open.COMMENTS]
    matter = Matter(
        reference=page.reference,
        title=page.title,
        opened_at=page.opened_at,
        house=page.organisation,
    )
    entry = deadline_entry(matter, page.due_at, page.due_words, what, page.drawn_at)
    return calendar_file((entry,))
