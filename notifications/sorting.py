"""The sorting office: from mailings that are owed to letters ready to go. Synchronous, no network.

Units of work here hold no leaf and touch no decision.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifications.bulletins import load_bulletin
from notifications.compose import shared_by_all
from notifications.digests import Digest, load_digest, tokens_of
from notifications.expanding import Expander, error_words
from notifications.frozen import Frozen
from notifications.last_look import require_purpose
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
from notifications.present import NotWanted, Present, present
from notifications.ringing import lost_purpose
from storage import frozen_letters, mailings, outbox
from storage.corrections import forget_ruled
from storage.database import Reading, Trouble
from storage.held_letters import hold_again, owe_held, restored_before, take_held
from storage.keys import Erased
from storage.letter_counts import NOT_ALLOWED
from storage.library import Library
from storage.mailings import OwedMailing
from storage.marks import QUARANTINE, RELAY, clear_mark, raise_mark, read_mark, set_mark
from storage.openings import person_key
from storage.outbox import Claimed, Settlement, Status
from storage.pace import LONG_AWAY, RETURNED, note_used, pace_now, used_until
from storage.parked_letters import take_parked
from storage.register import LEADERS, Contact, contacts
from storage.reminded import DIGEST
from storage.setup import Store

BATCH = 100
"""Letters claimed at once: what four connections send well within a lease."""

SCOUTS = 1
"""Letters claimed at once while the relay is in trouble: enough to see whether it is back."""

LATER = timedelta(minutes=1)
"""How long a letter waits that nothing covers yet."""

DROPPED = "dropped by a person: it may have gone out before the backup was restored"

GIVEN_UP = "given up by a person: it could not be written, or handed over, as it was"

_ERASED = "the person's data has been erased"


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
            frozen_letters.forget_frozen(writing, self.store.ledger.now())
            forget_ruled(writing, self.store.ledger.now())

    def expand_all(self) -> None:
        """Turn every owed mailing into letters, as far as a checkpoint covers their leaves."""
        while self.expand():
            pass

    def expand(self) -> int:
        """The same for some mailings, those that go first before others; how many those were."""
        return self._expander.expand()

    @property
    def _expander(self) -> Expander:
        return Expander(self.store, self.library)

    def take(self, most: int = BATCH) -> Batch | None:
        """Claim letters whose time has come and make them ready; None where there are none."""
        now = self.store.ledger.now()
        with self.store.database.writing() as writing:
            if read_mark(writing, QUARANTINE):
                return None
            claimed = _numbered(writing, self._claim(writing, now, most))
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

    def _claim(self, writing: Reading, now: datetime, most: int) -> list[Claimed]:
        """As many as the pace allows, and the state of the relay."""
        limit = SCOUTS if read_mark(writing, RELAY) else most
        settings = self.settings
        pace = pace_now(writing, settings.letters_per_minute, settings.beat, now)
        if pace is None:
            return outbox.claim(writing, now, limit)
        used = used_until(writing)
        claimed = outbox.claim(writing, now, min(limit, pace.may_take(used, now)))
        note_used(writing, pace.after(used, now, len(claimed)))
        return claimed

    def _sealed_later(self, group: list[Claimed]) -> list[Claimed]:
        """The letters of a mailing with its checkpoint, where an earlier release gave it none.

        What that release has frozen stays as it is; what nothing covers yet is owed again.
        """
        mailing = group[0].mailing
        if mailing.checkpoint is not None or all(each.frozen for each in group):
            return group
        sealed, now = self._expander.sealed(), self.store.ledger.now()
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
            material = self._material(reading, group)
            told = self._present(reading, group[0].mailing, material, now)
        except Trouble:
            raise  # it passes: the letters stay claimed, and are owed again when the lease ends
        except Exception as error:  # noqa: BLE001 - one bad mailing must not stop the others
            says = f"cannot be written: {error_words(error)}"
            return Batch(
                (),
                tuple(
                    settlement(c, Status.PARKED, says, None, message_id_of(self.settings, c))
                    for c in group
                ),
            )
        people = {**material.people, **contacts(reading, {each.person for each in group})}
        if isinstance(material, PeopleNews) and material.to is not None:
            people[material.to.person] = material.to
        self.store.keys.warm(person_key(each.person) for each in group)
        for claimed in group:
            to = people.get(claimed.person)
            try:
                ready.append(self._make(claimed, material, told, to, now))
            except NotWanted as error:
                name = message_id_of(self.settings, claimed)
                settled.append(settlement(claimed, Status.SKIPPED, str(error), to, name))
            except Trouble:
                raise
            except Exception as error:  # noqa: BLE001 - a poison letter must not stop the others
                says = f"cannot be written: {error_words(error)}"
                name = message_id_of(self.settings, claimed)
                settled.append(settlement(claimed, Status.PARKED, says, to, name))
        return Batch(tuple(ready), tuple(settled))

    def _material(self, reading: Reading, group: Sequence[Claimed]) -> Written:
        mailing, keys = group[0].mailing, self.store.keys
        if mailing.decision:
            only = [each.practice for each in group]
            return load_material(reading, keys, self.library, mailing, only)
        if mailing.letter == DIGEST:
            return load_digest(reading, keys, self.library, mailing)
        if mailing.letter == LEADERS:
            return load_month(reading, keys, self.library, mailing)
        if mailing.letter in ABOUT_THE_REGISTER:
            return load_news(reading, keys, mailing)
        return load_bulletin(reading, keys, mailing)

    def _present(
        self, reading: Reading, mailing: OwedMailing, material: Written, now: datetime
    ) -> Present:
        if not isinstance(material, Material):
            return Present(mailing)
        told = present(reading, mailing, material.case, now)
        return replace(told, shared=shared_by_all(self.settings.house, told.mailing, material))

    def _make(
        self,
        claimed: Claimed,
        material: Written,
        told: Present,
        to: Contact | None,
        now: datetime,
    ) -> Ready:
        if to is None:
            raise NotWanted("the person is no longer in the register")
        if not self.settings.allows(to.email):
            raise NotWanted(NOT_ALLOWED)
        if isinstance(material, Material):
            claimed = told.brought_up_to(claimed, material.case, now)
        tokens = self._tokens(claimed, material)
        if claimed.frozen is None:
            self._require_key(claimed.person)
            answers = reply_to(self.settings, claimed, self.store.link_key)
            frozen = write_letter(
                self.settings, claimed, material, to, now, reply_to=answers, shared=told.shared
            )
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
            self.store.keys.require(person_key(person))
        except Erased:
            raise NotWanted(_ERASED) from None

    def _thawed(self, claimed: Claimed) -> Frozen:
        try:
            return Frozen.from_bytes(frozen_letters.thaw(self.store.keys, claimed))
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
            with self.store.database.writing() as writing:
                frozen_letters.freeze(writing, self.store.keys, kept)

    def drop(self, writing: Reading, reference: str, letter: str | None) -> list[Settlement]:
        """Give up a decision's held letters for good: what became of each, to be filed at once.

        Mailings that were held before anybody was addressed are addressed first, so that each of
        their letters has its leaf.
        """
        held = owe_held(writing, reference, letter)
        for mailing in mailings.mailings_of(writing, held):
            self._expander.expand_or_park(writing, mailing)
            hold_again(writing, mailing.leaf)
        return self._given_up(_numbered(writing, take_held(writing, reference, letter)), DROPPED)

    def drop_parked(self, writing: Reading, numbers: Collection[int]) -> list[Settlement]:
        """Give up letters that were set aside, for good; all of them where none is named."""
        return self._given_up(_numbered(writing, take_parked(writing, numbers)), GIVEN_UP)

    def _given_up(self, taken: Iterable[Claimed], why: str) -> list[Settlement]:
        return [
            settlement(each, Status.SKIPPED, why, None, message_id_of(self.settings, each))
            for each in taken
        ]

    def let_go(self, ready: Ready) -> None:
        """The durable mark before DATA. Raises `NotWanted` or `outbox.Gone` to stop the letter."""
        refusals: dict[int, Exception] = {}
        self.in_a_commit(lambda writing: refusals.update(self.mark(writing, [ready])))
        for refusal in refusals.values():
            raise refusal

    def in_a_commit(self, work: Callable[[Reading], None]) -> None:
        """Do this in a leafless unit of work."""
        with self.store.database.writing() as writing:
            work(writing)

    def mark(self, writing: Reading, letters: Iterable[Ready]) -> Mapping[int, Exception]:
        """Mark letters as going out; by letter, why one must not: `NotWanted` or `outbox.Gone`."""
        now, refusals = self.store.ledger.now(), dict[int, Exception]()
        going = {ready.claimed.id: ready for ready in letters}
        for id_, ready in going.items():
            try:
                require_purpose(writing, self.store.keys, self.library, ready, now)
            except NotWanted as refusal:
                refusals[id_] = refusal
        wanted = [ready.claimed for id_, ready in going.items() if id_ not in refusals]
        marked = outbox.mark_going(writing, wanted, now)
        lost = (each.id for each in wanted if each.id not in marked)
        return refusals | {id_: outbox.Gone(id_) for id_ in lost}

    def relay_is_in_trouble(self) -> bool:
        """Whether the last that was heard of the relay was trouble."""
        with self.store.database.reading() as reading:
            return read_mark(reading, RELAY) is not None

    def note_relay(self, says: str) -> bool:
        """Health shows since when the relay has been in trouble, and why; whether that is new.

        One that was away for long gets its letters slowly at first.
        """
        database, now = self.store.database, self.store.ledger.now()
        with database.reading() as reading:
            standing = read_mark(reading, RELAY)
        if bool(says) is bool(standing):
            return False
        with database.writing() as writing:
            if says:
                raise_mark(writing, RELAY, now, says)
                return True
            clear_mark(writing, RELAY)
            since = standing[0] if standing else None
            if since is not None and now - since >= LONG_AWAY:
                set_mark(writing, RETURNED, now)
        return False

    def put_back(self, letters: Iterable[Ready], wait: timedelta) -> None:
        """Owe these again, untried: the relay is in trouble."""
        now = self.store.ledger.now()
        with self.store.database.writing() as writing:
            for each in letters:
                outbox.release(writing, each.claimed, now + wait)


def _numbered(reading: Reading, claimed: Sequence[Claimed]) -> list[Claimed]:
    leaves = {each.mailing.leaf for each in claimed}
    restored = {leaf: restored_before(reading, leaf) for leaf in leaves}
    if not any(restored.values()):
        return list(claimed)
    return [
        replace(each, mailing=replace(each.mailing, restored=restored[each.mailing.leaf]))
        for each in claimed
    ]


def _by_mailing(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    groups: dict[int, list[Claimed]] = {}
    for each in claimed:
        groups.setdefault(each.mailing.leaf, []).append(each)
    return list(groups.values())


def _lost(claimed: Claimed) -> Settlement:
    """A letter whose second try ended in doubt with its postman: a person must look."""
    says = "in doubt twice: the relay never said whether it took it"
    return settlement(claimed, Status.AMBIGUOUS, says, None, claimed.message_id or "")
