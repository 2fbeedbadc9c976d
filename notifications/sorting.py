"""The sorting office: from mailings that are owed to letters ready to go. Synchronous, no network.

Units of work here hold no leaf and touch no decision. The practices written to are an explicit
list from the frozen roll; nothing falls back to anybody else. A letter to a role that nobody holds
goes to the body's overseers; where there are none, health names it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.commands import Scope
from engine.events import Audience
from engine.notes import Checkpoint
from engine.reminding import why_not_needed
from engine.trail import instant_from_text
from notifications.bulletins import load_bulletin
from notifications.digests import (
    Digest,
    load_case,
    load_digest,
    still_needs,
    tokens_of,
    told_in,
)
from notifications.frozen import Frozen
from notifications.letters import ABOUT_THE_REGISTER
from notifications.material import Material, load_material
from notifications.month import load_month
from notifications.people_news import PeopleNews, load_news
from notifications.post import (
    PostSettings,
    Ready,
    Written,
    make_ready,
    message_id_of,
    reply_to,
    settlement,
    token_for,
    write_letter,
)
from notifications.ringing import lost_purpose
from storage import mailings, outbox
from storage.audience import audience_of
from storage.checkpoints import WillNotSign
from storage.corrections import forget_ruled
from storage.database import Reading, Trouble
from storage.decisions import load_decision
from storage.held_letters import hold_again, owe_held, restored_before, take_held
from storage.keys import Erased
from storage.library import Library
from storage.mailings import OwedMailing
from storage.marks import QUARANTINE, raise_mark, read_mark
from storage.openings import person_key
from storage.outbox import Addressee, Claimed, Settlement, Status
from storage.register import LEADERS, Contact, contacts
from storage.reminded import DIGEST
from storage.setup import Store

BATCH = 40
"""Letters claimed at once."""

MAILINGS = 20
"""Mailings expanded at once."""

LATER = timedelta(minutes=1)
"""How long a letter waits that nothing covers yet."""

_PASSING = frozenset(
    {"notice", "consultation_opened", "vote_opened", "reminder", "step_due", "asked_again"}
    | {"silent_practices", "quorum_at_risk"}
)
"""Letters that ask for something by a time, and are useless after it."""

DROPPED = "dropped by a person: it may have gone out before the backup was restored"

_ERASED = "the person's data has been erased"


class NotWanted(Exception):  # noqa: N818 - it says what is so
    """The letter has lost its purpose since it was owed; the words say why."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Claimed letters: those ready to go, and those settled without a try."""

    ready: tuple[Ready, ...]
    settled: tuple[Settlement, ...]


@dataclass(frozen=True, slots=True)
class SortingOffice:
    """Expands mailings, claims letters and makes them ready."""

    store: Store
    library: Library
    settings: PostSettings

    def tidy(self) -> None:
        """Forget the bytes of letters settled long ago."""
        with self.store.database.writing() as writing:
            outbox.forget_frozen(writing, self.store.ledger.now())
            forget_ruled(writing, self.store.ledger.now())

    def expand_all(self) -> None:
        """Turn owed mailings into letters, as far as a released checkpoint covers their leaves.

        Where none can be signed now, the letters wait: none leaves without its evidence.
        """
        while True:
            with self.store.database.reading() as reading:
                if read_mark(reading, QUARANTINE):
                    return
                owed = mailings.owed_mailings(reading, MAILINGS)
            sealed = self._sealed() if owed else None
            covered = [mailing for mailing in owed if sealed and mailing.leaf < sealed.size]
            if sealed is None or not covered:
                return
            with self.store.database.writing() as writing:
                for mailing in covered:
                    self._expand_or_park(writing, replace(mailing, checkpoint=sealed.note))

    def _sealed(self) -> Checkpoint | None:
        try:
            return self.store.sealer.seal()
        except WillNotSign:
            return None  # health says why

    def _expand_or_park(self, writing: Reading, mailing: OwedMailing) -> None:
        """A mailing that cannot be addressed is named in health, and stops no other."""
        try:
            with writing.begin_nested():
                self._expand(writing, mailing)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other mailings must go
            now = self.store.ledger.now()
            outbox.expand(writing, mailing, (), now, None)
            says = f"{mailing.letter} of {mailing.decision}: cannot be addressed: {_words(error)}"
            raise_mark(writing, f"nobody {mailing.leaf}", now, says)

    def _expand(self, writing: Reading, mailing: OwedMailing) -> None:
        now = self.store.ledger.now()
        addressees = self._addressees(writing, mailing)
        due = mailing.context.get("due_at") if mailing.letter in _PASSING else None
        useless = instant_from_text(due) if due else None
        outbox.expand(writing, mailing, addressees, now, useless)
        if not addressees:
            says = f"{mailing.letter} of {mailing.decision}: nobody to write to"
            raise_mark(writing, f"nobody {mailing.leaf}", now, says)

    def _addressees(self, reading: Reading, mailing: OwedMailing) -> list[Addressee]:
        if mailing.letter == DIGEST:
            return [Addressee(*each) for each in mailing.context["readers"]]
        told = mailing.context
        to = Audience(
            mailing.practices,
            mailing.role,
            tuple(told.get("persons", ())),
            told.get("rung", ""),
            told.get("locality", ""),
        )
        return audience_of(reading, self.store.keys, self.library, mailing.decision, to)

    def take(self) -> Batch | None:
        """Claim letters whose time has come and make them ready; None where there are none."""
        now = self.store.ledger.now()
        with self.store.database.writing() as writing:
            if read_mark(writing, QUARANTINE):
                return None
            claimed = [_numbered(writing, each) for each in outbox.claim(writing, now, BATCH)]
            given_up = outbox.lost_in_doubt(writing, now)
        lost = tuple(_lost(each) for each in given_up)
        if not claimed:
            return Batch((), lost) if lost else None
        groups = [self._sealed_later(group) for group in _by_mailing(claimed)]
        with self.store.database.reading() as reading:
            sorted_ = [self._sort(reading, group, now) for group in groups if group]
        ready = tuple(r for batch in sorted_ for r in batch.ready)
        self._keep([each for each in ready if each.new is not None])
        return Batch(ready, (*lost, *(s for batch in sorted_ for s in batch.settled)))

    def _sealed_later(self, group: list[Claimed]) -> list[Claimed]:
        """The letters of a mailing with its checkpoint, where an earlier release gave it none.

        What that release has frozen stays as it is; what nothing covers yet is owed again.
        """
        mailing = group[0].mailing
        if mailing.checkpoint is not None or all(each.frozen for each in group):
            return group
        sealed, now = self._sealed(), self.store.ledger.now()
        with self.store.database.writing() as writing:
            if sealed is None or sealed.size <= mailing.leaf:
                for each in group:
                    outbox.release(writing, each, now + LATER)
                return []
            mailings.give_checkpoint(writing, mailing.leaf, sealed.note)
        return [replace(each, mailing=replace(mailing, checkpoint=sealed.note)) for each in group]

    def _sort(self, reading: Reading, group: Sequence[Claimed], now: datetime) -> Batch:
        """Make the claimed letters of one mailing ready, or settle them with the reason."""
        ready: list[Ready] = []
        settled: list[Settlement] = []
        try:
            material = self._material(reading, group[0].mailing)
        except Trouble:
            raise  # it passes: the letters stay claimed, and are owed again when the lease ends
        except Exception as error:  # noqa: BLE001 - one bad mailing must not stop the others
            says = f"cannot be written: {_words(error)}"
            return Batch(
                (),
                tuple(
                    settlement(c, Status.FAILED, says, None, message_id_of(self.settings, c))
                    for c in group
                ),
            )
        people = {**material.people, **contacts(reading, {each.person for each in group})}
        if isinstance(material, PeopleNews) and material.to is not None:
            people[material.to.person] = material.to
        for claimed in group:
            to = people.get(claimed.person)
            try:
                ready.append(self._make(claimed, material, to, now))
            except NotWanted as error:
                name = message_id_of(self.settings, claimed)
                settled.append(settlement(claimed, Status.SKIPPED, str(error), to, name))
            except Trouble:
                raise
            except Exception as error:  # noqa: BLE001 - a poison letter must not stop the others
                says = f"cannot be written: {_words(error)}"
                name = message_id_of(self.settings, claimed)
                settled.append(settlement(claimed, Status.FAILED, says, to, name))
        return Batch(tuple(ready), tuple(settled))

    def _material(self, reading: Reading, mailing: OwedMailing) -> Written:
        keys = self.store.keys
        if mailing.decision:
            return load_material(reading, keys, self.library, mailing)
        if mailing.letter == DIGEST:
            return load_digest(reading, keys, self.library, mailing)
        if mailing.letter == LEADERS:
            return load_month(reading, keys, self.library, mailing)
        if mailing.letter in ABOUT_THE_REGISTER:
            return load_news(reading, keys, mailing)
        return load_bulletin(reading, keys, mailing)

    def _make(
        self, claimed: Claimed, material: Written, to: Contact | None, now: datetime
    ) -> Ready:
        if to is None:
            raise NotWanted("the person is no longer in the register")
        if not self.settings.allows(to.email):
            raise NotWanted("[mail] only_to does not allow this address")
        if claimed.useless_after is not None and now >= claimed.useless_after:
            raise NotWanted("what it asks for can no longer be done")
        tokens = self._tokens(claimed, material)
        if claimed.frozen is None:
            self._require_key(claimed.person)
            answers = reply_to(self.settings, claimed, self.store.link_key)
            frozen = write_letter(self.settings, claimed, material, to, now, reply_to=answers)
            if frozen is None:
                raise NotWanted("nothing needs the practice any more")
            return make_ready(self.settings, claimed, frozen, tokens, to, new=True)
        ready = make_ready(self.settings, claimed, self._thawed(claimed), tokens, to, new=False)
        if ready.sha256 != claimed.sha256:
            raise ValueError("its bytes are no longer those of the first try")
        return ready

    def _tokens(self, claimed: Claimed, material: Written) -> tuple[str | None, ...]:
        """The secret part of each of its links. Raises `NotWanted` where the letter has no use."""
        key, generation = self.store.link_key, None
        if isinstance(material, Digest):
            return tokens_of(material, key, claimed.mailing, claimed.practice, claimed.person)
        if isinstance(material, Material | PeopleNews) and material.is_erased:
            raise NotWanted("what it tells of has been erased")
        if isinstance(material, Material):
            if why := lost_purpose(claimed.mailing, material):
                raise NotWanted(why)
            generation = material.generations.get((claimed.practice, claimed.person))
            has_own = claimed.mailing.letter != "asked_again"  # whoever came later has no link
            if claimed.practice and generation is None and has_own:
                raise NotWanted("the person's link was revoked")
        return (token_for(key, claimed, generation),)

    def _require_key(self, person: str) -> None:
        """A letter is kept under its reader's key, so without one it cannot be kept, nor sent."""
        try:
            self.store.keys.seal(person_key(person), b"", b"")
        except Erased:
            raise NotWanted(_ERASED) from None

    def _thawed(self, claimed: Claimed) -> Frozen:
        try:
            return Frozen.from_bytes(outbox.thaw(self.store.keys, claimed))
        except Erased:
            raise NotWanted(_ERASED) from None

    def _keep(self, new: Iterable[Ready]) -> None:
        """Keep the bytes of letters that are tried for the first time."""
        kept = [
            (each.claimed, each.new.to_bytes(), each.sha256, each.message_id)
            for each in new
            if each.new is not None
        ]
        if kept:
            self.store.keys.warm(person_key(each.person) for each, *_ in kept)
            with self.store.database.writing() as writing:
                outbox.freeze(writing, self.store.keys, kept)

    def drop(self, writing: Reading, reference: str, letter: str | None) -> list[Settlement]:
        """Give up a decision's held letters for good: what became of each, to be filed at once.

        Mailings that were held before anybody was addressed are addressed first, so that each of
        their letters has its leaf.
        """
        held = owe_held(writing, reference, letter)
        for mailing in mailings.mailings_of(writing, held):
            self._expand_or_park(writing, mailing)
            hold_again(writing, mailing.leaf)
        taken = [_numbered(writing, each) for each in take_held(writing, reference, letter)]
        return [
            settlement(each, Status.SKIPPED, DROPPED, None, message_id_of(self.settings, each))
            for each in taken
        ]

    def let_go(self, ready: Ready) -> None:
        """The durable mark before DATA. Raises `NotWanted` or `outbox.Gone` to stop the letter."""
        now = self.store.ledger.now()
        with self.store.database.writing() as writing:
            if ready.claimed.mailing.letter == "reminder":
                self._require_still_silent(writing, ready.claimed, now)
            if ready.claimed.mailing.letter == DIGEST:
                self._require_still_true(writing, ready, now)
            outbox.mark_going(writing, ready.claimed, now)

    def _require_still_silent(self, reading: Reading, claimed: Claimed, now: datetime) -> None:
        """A reminder goes only to a practice that has not answered, while it still can."""
        mailing = claimed.mailing
        decision = load_decision(reading, self.store.keys, mailing.decision, Scope.TURNOUT)
        due, asked_by = decision.waiting, instant_from_text(mailing.context["due_at"])
        if due is None or due.due_at != asked_by or now >= asked_by:
            raise NotWanted("the time it speaks of has passed or moved")
        case = self.library.case(reading, decision)
        if why := why_not_needed(case, claimed.practice):
            raise NotWanted(f"the practice {why} meanwhile")

    def _require_still_true(self, reading: Reading, ready: Ready, now: datetime) -> None:
        """A digest goes only while each decision it lists still needs the practice."""
        mailing, practice = ready.claimed.mailing, ready.claimed.practice
        for need in told_in(mailing, practice, ready.marks):
            case = load_case(reading, self.store.keys, self.library, need["decision"])
            if not still_needs(case, practice, need, now):
                raise NotWanted("what it says is no longer so")

    def put_back(self, letters: Iterable[Ready], wait: timedelta) -> None:
        """Owe these again, untried: the relay is in trouble."""
        now = self.store.ledger.now()
        with self.store.database.writing() as writing:
            for each in letters:
                outbox.release(writing, each.claimed, now + wait)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _numbered(reading: Reading, claimed: Claimed) -> Claimed:
    restored = restored_before(reading, claimed.mailing.leaf)
    return replace(claimed, mailing=replace(claimed.mailing, restored=restored))


def _by_mailing(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    groups: dict[int, list[Claimed]] = {}
    for each in claimed:
        groups.setdefault(each.mailing.leaf, []).append(each)
    return list(groups.values())


def _lost(claimed: Claimed) -> Settlement:
    """A letter whose second try ended in doubt with its postman: a person must look."""
    says = "in doubt twice: the relay never said whether it took it"
    return settlement(claimed, Status.AMBIGUOUS, says, None, claimed.message_id or "")
