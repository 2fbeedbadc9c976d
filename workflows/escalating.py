"""A practice that no letter reached: who is written to next, and when a person has to ring."""

from engine.definition import Open
from engine.event import plain
from engine.events import PracticeUnreached
from engine.mailing import mail_to_persons
from storage.decisions import load_decision
from storage.ledger import Page
from storage.library import Library
from storage.next_contacts import is_noted, is_waited_for, next_contacts
from storage.reaching import heard, last_asked


def escalate(page: Page, library: Library, reference: str, practice: str) -> None:
    """Write to the practice's next contacts, or say on record that somebody has to ring.

    Does nothing while a letter is still to go, where the practice has been reached, or where it
    can no longer answer. What was filed on this page before must have been flushed.
    """
    connection = page.connection
    since, known = last_asked(connection, reference), heard(connection, reference)
    if since is None or known is None or practice in known:
        return
    case = library.case(connection, load_decision(connection, page.keys, reference))
    due = case.decision.waiting
    if due is None or page.now >= due.due_at or case.state.open_for is Open.NOTHING:
        return
    line = case.roll.by_practice.get(practice)
    asked = (connection, reference, practice, since)
    if line is None or is_waited_for(*asked, known=line.has_contact):
        return
    persons = tuple(each.person for each in next_contacts(*asked))
    if not persons and is_noted(*asked):
        return
    page.file(PracticeUnreached(decision=reference, practice=practice, next=len(persons)))
    if persons:
        context = {"due_at": plain(due.due_at), "state": due.state}
        page.file(mail_to_persons(case, "asked_again", practice, persons, context))
    page.flush()
