"""The desk as a practice meets it by link: its page, its answers, its receipt, the papers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine import refusals
from engine.commands import CallIn, Challenge, GiveAnswer
from engine.errors import Refused
from engine.notes import Checkpoint
from engine.people import By
from storage.database import Reading
from storage.decisions import load_decision, read_paper
from storage.documents import Documents
from storage.keys import Keys
from storage.links import LinkHolder, find_link
from storage.proofs import prove_inclusion, read_head, read_leaf
from storage.receipts import receipt_of
from storage.replies import replies_to
from workflows import answers
from workflows.answers import (
    Answer,
    PracticePage,
    Proof,
    Receipt,
    Reply,
    WaitingReplies,
    WaitingReply,
)
from workflows.certificate import Source, certify
from workflows.certificate_page import CertificatePage, certificate_page
from workflows.counter import Counter, Sent
from workflows.desk import Desk, Handled
from workflows.file_texts import clean
from workflows.lookers import Look
from workflows.openings import Body
from workflows.practice_pages import Sight, draw, look, voters
from workflows.replies import Replies
from workflows.visit_book import VisitBook


@dataclass(frozen=True, slots=True)
class PracticeDesk:
    """What a link opens, read and answered."""

    desk: Desk
    counter: Counter
    body: Body
    documents: Documents
    recorded: Callable[[], None] = lambda: None  # told when an answer is on record
    visits: VisitBook = field(default_factory=VisitBook)

    def page(self, token: str) -> PracticePage | None:
        """A person's page as it stands now. Writes nothing."""
        with self.desk.store.database.reading() as reading:
            holder = find_link(reading, token)
            return None if holder is None else self._draw(self._look(reading, holder))

    def receipt(self, token: str) -> Receipt | None:
        """What stands recorded for the practice, each with its inclusion proof.

        What is released is read before the trail is looked at, so that the view holds all of it.
        """
        sealed = self.desk.store.sealer.newest()
        with self.desk.store.database.reading() as reading:
            holder = find_link(reading, token)
            if holder is None:
                return None
            page = self._draw(self._look(reading, holder))
            leaves = [s.leaf for s in page.standing.values()] + [r.leaf for r in page.remarks]
            leaves += [request.leaf for request in page.beside.requests]
            return self._proven(reading, page, leaves, sealed)

    def _proven(
        self,
        reading: Reading,
        page: PracticePage,
        leaves: Sequence[int],
        sealed: Checkpoint | None,
    ) -> Receipt:
        """The page with the proofs of what a released checkpoint covers. Signs nothing."""
        store = self.desk.store
        covered = [n for n in leaves if sealed is not None and n < sealed.size]
        proofs = {n: _proof(reading, store.keys, n, sealed) for n in covered if sealed}
        return Receipt(page, proofs, tuple(n for n in leaves if n not in proofs))

    def paper(self, token: str, index: int) -> tuple[str, bytes] | None:
        """One of the decision's documents: its name and content."""
        with self.desk.store.database.reading() as reading:
            holder = find_link(reading, token)
            if holder is None:
                return None
            words = read_paper(reading, self.desk.store.keys, holder.decision)
        if index not in range(len(words.documents)):
            return None
        document = words.documents[index]
        content = self.documents.get(document.sha256)
        return None if content is None else (document.name, content)

    def certificate(self, token: str) -> CertificatePage | None:
        """What became of every letter to the practice. Writes nothing."""
        store, library = self.desk.store, self.desk.library
        sealed = store.sealer.newest()
        with store.database.reading() as reading:
            holder = find_link(reading, token)
            if holder is None:
                return None
            case = library.case(reading, load_decision(reading, store.keys, holder.decision))
            source = Source(reading, store.keys, library, sealed, store.ledger.now())
            made = certify(source, holder.decision, holder.practice)
        return certificate_page(made, case.calendar)

    def note_visit(self, token: str, look: Look) -> None:
        """Put down that a person's page was opened: a hint beside the access log, and no more."""
        with self.desk.store.database.reading() as reading:
            holder = find_link(reading, token)
        if holder is not None:
            self.visits.note(self.desk.store, holder, look)

    def respond(self, token: str, answer: Answer) -> Reply:
        """Record an answer, or say in words why not."""
        with self.desk.store.database.reading() as reading:
            holder = find_link(reading, token)
        if holder is None:
            return answers.Unknown()
        return self._give(
            holder,
            GiveAnswer(
                practice=holder.practice,
                by=By(holder.person, clean(answer.name), clean(answer.role)),
                may_cast=holder.may_cast,
                choices=dict(answer.choices),
                comment=clean(answer.comment),
            ),
        )

    def replies(self, token: str) -> WaitingReplies | None:
        """A person's own e-mails that wait for their word, with their page. Writes nothing."""
        store = self.desk.store
        with store.database.reading() as reading:
            holder = find_link(reading, token)
            if holder is None:
                return None
            sight = self._look(reading, holder)
            mine = (holder.decision, holder.practice, holder.person)
            kept = replies_to(reading, store.keys, *mine)
            words = sight.case.calendar.words_with_zone
            return WaitingReplies(
                self._draw(sight),
                tuple(
                    WaitingReply(each.id, each.written.text, words(each.at), each.written.cut)
                    for each in kept
                    if each.written is not None
                ),
            )

    def confirm_reply(self, token: str, reply: int, name: str, role: str) -> Reply:
        """Record an e-mail that was kept as this person's comment, or say in words why not."""
        with self.desk.store.database.reading() as reading:
            holder = find_link(reading, token)
        if holder is None:
            return answers.Unknown()
        by = By(holder.person, clean(name), clean(role))
        return self._record(holder, lambda: Replies(self.desk).confirm(holder, reply, by))

    def call_in(self, token: str, name: str, comment: str, role: str, to: str = "") -> Reply:
        """Ask, for the practice, that the decision be raised to the next route; or say why not.

        `to` is the route that the page offered, where it is known.
        """

        def asks(holder: LinkHolder, by: By, text: str) -> Sent:
            return CallIn(holder.practice, by, holder.may_cast, text, to)

        return self._request(asks, token, name, comment, role)

    def challenge(self, token: str, name: str, comment: str, role: str) -> Reply:
        """Challenge, for the practice, how the outcome came about; or say why not."""

        def raises(holder: LinkHolder, by: By, text: str) -> Sent:
            return Challenge(holder.practice, by, holder.may_cast, text)

        return self._request(raises, token, name, comment, role)

    def _request(
        self,
        build: Callable[[LinkHolder, By, str], Sent],
        token: str,
        name: str,
        comment: str,
        role: str,
    ) -> Reply:
        with self.desk.store.database.reading() as reading:
            holder = find_link(reading, token)
        if holder is None:
            return answers.Unknown()
        by = By(holder.person, clean(name), clean(role))
        return self._give(holder, build(holder, by, clean(comment)))

    def _give(self, holder: LinkHolder, command: Sent) -> Reply:
        return self._record(holder, lambda: self.counter.give(holder, command))

    def _record(self, holder: LinkHolder, give: Callable[[], Handled | None]) -> Reply:
        """Do what records an answer, and say what came of it; None where it stood already."""
        try:
            handled = give()
        except Refused as refused:
            return self._reply(refused, holder)
        if handled is None:
            return answers.AlreadyStands()
        if handled.refusal is not None:
            return self._reply(handled.refusal, holder)
        self.recorded()
        leaves = tuple(leaf for event, leaf in handled.filed if event.type in _OWN)
        return answers.Recorded(leaves) if leaves else answers.AlreadyStands()

    def ready(self) -> bool:
        """Whether the database answers."""
        with self.desk.store.database.reading() as reading:
            return read_head(reading).size > 0

    def _look(self, reading: Reading, holder: LinkHolder) -> Sight:
        return look(reading, self.desk.store.keys, self.desk.library, holder)

    def _draw(self, sight: Sight) -> PracticePage:
        return draw(sight, self.body.name, self.desk.store.ledger.now())

    def _reply(self, refused: Refused, holder: LinkHolder) -> Reply:
        match refused:
            case refusals.LinkRevoked():
                return answers.Unknown()
            case refusals.TooLate():
                return answers.TooLate(refused.closed_at, refused.closed_words)
            case refusals.Quarantined():
                return answers.Paused()
            case refusals.Faulty():
                return answers.Faulty(refused.faults)
            case refusals.NotYours():
                with self.desk.store.database.reading() as reading:
                    return answers.NotYours(voters(self._look(reading, holder)))
        return _in_words(refused)


def _in_words(refused: Refused) -> Reply:
    words = f"{refused.says} {refused.help}"
    match refused:
        case refusals.HasInterest():
            return answers.KeptOut(words)
        case refusals.NotCalledIn() | refusals.NotChallenged():
            return answers.NotPossible(words)
    return answers.NotOpen(words)


_OWN = frozenset(
    {"vote.cast", "vote.changed", "comment.received", "call_in.requested", "challenge.raised"}
)
"""The leaves that a practice's own answer makes."""


def _proof(reading: Reading, keys: Keys, n: int, sealed: Checkpoint) -> Proof:
    path = prove_inclusion(reading, n, sealed.size)
    return Proof(
        leaf=n,
        leaf_hash=read_leaf(reading, n).hash.hex(),
        size=sealed.size,
        root=sealed.root.hex(),
        path=tuple(step.hex() for step in path),
        signed=receipt_of(reading, keys, n, sealed),
    )
