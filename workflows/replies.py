"""Replies by e-mail: kept until their sender confirms them by link, and never an answer before.

Anybody can write a sender's address into a mail, so a reply is believed of nobody. The person whose
letter it answers gets one letter with their own link, behind which the words stand with a form that
asks for their name: what they send there is a comment like any other. A reply is never a vote.
"""

from dataclasses import dataclass
from datetime import datetime

from engine.case import Case
from engine.commands import GiveAnswer
from engine.event import plain
from engine.events import Audience
from engine.mailing import mail
from engine.people import By
from engine.refusals import Faulty, LinkRevoked, NotOpen
from storage.decisions import Asker, load_decision
from storage.heard import Sent
from storage.keys import Erased
from storage.ledger import Page
from storage.links import LinkHolder, is_live, live_generations
from storage.register import contacts
from storage.replies import (
    Kept,
    Standing,
    Written,
    confirm_reply,
    digest_of,
    find_reply,
    has_room,
    is_known,
    keep_reply,
    last_answered,
    note_answered,
)
from workflows.answers import Form
from workflows.desk import Desk, Handled
from workflows.practice_pages import form_of

LETTER = "reply_received"


class NoSuchReply(NotOpen):
    """This e-mail is not kept any more: what is not confirmed is deleted after 30 days."""

    remedy = "Open the link in your newest letter: the page says what can be sent now."


class NoVote(NotOpen):
    """A vote is open, and an e-mail is not a vote: it is cast on the decision's page."""

    remedy = "Your words can go on record beside it: copy them into the comment there."


@dataclass(frozen=True, slots=True)
class Replies:
    """Takes replies in, and puts on record those that their sender confirms."""

    desk: Desk

    def take(self, sent: Sent, written: Written, message_id: str, is_clear: bool) -> str:  # noqa: FBT001 - see notifications.letterbox.TakeReply
        """Keep a reply, and owe its sender one letter a day; what was done, in words.

        The same mail may come again: that changes nothing.
        """
        store = self.desk.store
        digest = digest_of(store.link_key, sent.claimed.id, message_id, written)
        with store.ledger.page() as page:
            if is_known(page.connection, digest):
                return "nothing: it was taken before"
            standing = _standing(page, sent, written, is_clear=is_clear)
            if standing is None:
                return "nothing: the person is not in the register any more"
            if not has_room(page.connection, _decision(sent), sent.claimed.person, standing):
                return "nothing: too many replies of this person wait already"
            try:
                kept = keep_reply(
                    page.connection, store.keys, sent, written, standing, digest, page.now
                )
            except Erased:
                return "nothing: the person's data has been erased"
            if standing is not Standing.WAITING:
                return f"kept for the secretariat, as reply {kept}"
            return self._answer(page, sent, kept)

    def _answer(self, page: Page, sent: Sent, kept: int) -> str:
        """Owe a letter about it, unless one about this decision was owed today."""
        reference, claimed = _decision(sent), sent.claimed
        decision = load_decision(page.connection, self.desk.store.keys, reference)
        case = self.desk.library.case(page.connection, decision)
        last = last_answered(page.connection, reference, claimed.person)
        day = case.calendar.day_of
        if last is not None and day(last) == day(page.now):
            return f"kept as reply {kept}; a letter about one of today went already"
        context = _context(case, claimed.practice, page.now)
        to = Audience((claimed.practice,), persons=(claimed.person,))
        page.file(mail(case, LETTER, to, context))
        note_answered(page.connection, kept, page.now)
        return f"kept as reply {kept}; its sender is asked to confirm it"

    def confirm(self, holder: LinkHolder, reply: int, by: By) -> Handled | None:
        """Put a reply on record as its sender's comment; None where it is already.

        Raises `Refused` as an answer on the page does, and `NoSuchReply`, `NoVote`.
        """
        with self.desk.store.ledger.page() as page:
            if not is_live(page.connection, holder):
                raise LinkRevoked
            kept = find_reply(page.connection, self.desk.store.keys, reply)
            if kept is None or not _is_of(kept, holder):
                raise NoSuchReply
            if kept.standing is Standing.CONFIRMED:
                return None
            if kept.written is None:
                raise NoSuchReply
            command = GiveAnswer(
                holder.practice, by, holder.may_cast, choices={}, comment=kept.written.text
            )
            asker = Asker(holder.practice, holder.person)
            try:
                handled = self.desk.rule(page, holder.decision, command, asker)
            except Faulty as faulty:
                if any(field.startswith("choice") for field in faulty.faults):
                    raise NoVote from None
                raise
            confirm_reply(page.connection, reply)
            return handled


def _decision(sent: Sent) -> str:
    return sent.claimed.mailing.decision


def _standing(page: Page, sent: Sent, written: Written, *, is_clear: bool) -> Standing | None:
    """Whose a reply is to be taken for; None where there is nobody left to ask."""
    claimed = sent.claimed
    known = contacts(page.connection, [claimed.person]).get(claimed.person)
    if known is None:
        return None
    if not is_clear:
        return Standing.UNCLEAR
    links = live_generations(page.connection, _decision(sent), [claimed.person])
    linked = (claimed.practice, claimed.person) in links
    same = written.sender == known.email.casefold()
    return Standing.WAITING if same and linked else Standing.STRANGER


def _is_of(kept: Kept, holder: LinkHolder) -> bool:
    mine = (holder.decision, holder.practice, holder.person)
    waits = kept.standing in {Standing.WAITING, Standing.CONFIRMED}
    return waits and (kept.decision, kept.practice, kept.person) == mine


def _context(case: Case, practice: str, now: datetime) -> dict[str, object]:
    """Which form is open to the practice, and until when: what a letter written later tells."""
    form, due = form_of(case, practice, now), case.decision.waiting
    is_open = form is not Form.NONE and due is not None
    until = {"due_at": plain(due.due_at)} if is_open and due is not None else {}
    return {"state": case.decision.state, "form": str(form), **until}
