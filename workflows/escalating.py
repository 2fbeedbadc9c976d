"""A practice that no letter reached: who is written to next, and when a person has to ring."""

from collections.abc import Iterable

from engine.definition import Open
from engine.event import plain
from engine.events import Audience, PracticeUnreached
from engine.mailing import mail
from storage.database import Reading
from storage.decisions import load_decision
from storage.keys import Keys
from storage.ledger import Page
from storage.library import Library
from storage.links import LinkHolder
from storage.next_contacts import is_noted, lost, next_contacts, running, waited_for
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
    asked = (connection, reference, practice, since)
    coming = waited_for(connection, reference, since, case.roll.unreachable)
    if practice in coming or practice not in case.roll.by_practice:
        return
    persons = tuple(each.person for each in next_contacts(*asked))
    if not persons and is_noted(*asked):
        return
    page.file(PracticeUnreached(decision=reference, practice=practice, next=len(persons)))
    if persons:
        context = {"due_at": plain(due.due_at), "state": due.state}
        page.file(mail(case, "asked_again", Audience((practice,), persons=persons), context))
    page.flush()


def bring_new_links(page: Page, library: Library, renewed: Iterable[LinkHolder]) -> None:
    """Write at once to those whose links were renewed, where something is asked of them now.

    The next letter may be the outcome's. A practice that nothing has reached is written to by
    `escalate`. What was filed on this page before must have been flushed.
    """
    by_decision: dict[str, list[LinkHolder]] = {}
    for holder in renewed:
        by_decision.setdefault(holder.decision, []).append(holder)
    for reference, holders in by_decision.items():
        case = library.case(page.connection, load_decision(page.connection, page.keys, reference))
        known, due = heard(page.connection, reference), case.decision.waiting
        if due is None or page.now >= due.due_at or case.state.open_for is Open.NOTHING:
            continue
        context = {"due_at": plain(due.due_at), "state": due.state, "renewed": True}
        for holder in holders:
            if holder.practice in (known or ()) and holder.practice not in case.decision.kept_out:
                to = Audience((holder.practice,), persons=(holder.person,))
                page.file(mail(case, "asked_again", to, context))


def lost_of_running(
    reading: Reading, keys: Keys, library: Library
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each running decision that asks something of practices, with those that it has lost."""
    found = []
    for reference in running(reading):
        case = library.case(reading, load_decision(reading, keys, reference))
        codes = lost(reading, case) if case.state.open_for is not Open.NOTHING else ()
        if codes:
            found.append((reference, codes))
    return tuple(found)
