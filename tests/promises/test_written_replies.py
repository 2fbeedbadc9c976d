"""A reply by e-mail is nobody's until its sender says so by link; it is never a vote.

And nothing that a machine sent is answered: two answering machines could go on for ever.
"""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from app.bootstrap import App
from app.inbound import letterbox_of
from engine.correcting import Asking
from engine.people import Actor, How
from notifications.letterbox import Letterbox
from storage import tables
from storage.comments import read_comments
from storage.erasing import people_at
from storage.heard import Sent
from storage.keys import look
from storage.openings import person_key
from storage.proofs import read_head
from storage.replies import KEPT, MOST, Kept, Standing, Written, all_replies
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.checks import read_bodies, trail_faults
from tests.promises.coming_back import CORPUS, REPLY, Gone, answer, door_of, hand_in, of, send_out
from tests.promises.forgetting import AT_DESK, EMAIL, FIRST, SECOND, on_sqlite
from tests.small_body import (
    HandClock,
    as_it_stands,
    closing,
    links,
    open_vote,
    send,
)
from workflows.answers import (
    AlreadyStands,
    Answer,
    Faulty,
    NotOpen,
    Recorded,
    Reply,
    TooLate,
    Unknown,
    WaitingReplies,
)
from workflows.decision_file import read_decision_file
from workflows.people_page import Ask

SAID = "We would need a second nurse."
TYPED = "Anita Patel"
CONSULTATION = """title = "Moving the ear clinic to the county hospital"
summary = "The clinic would move in April."
[facts]
service_change_for_patients = true
localities_touched = "all"
"""
DEPUTY = EMAIL.replace("lead", "deputy")
MACHINES = sorted(path.stem for path in CORPUS.glob("automatic-*.eml"))


def open_consultation(app: App) -> str:
    file = read_decision_file(CONSULTATION.encode(), "decision.toml")
    return app.opener.open(file, {}, Actor(None, How.CLI)).opening.reference


@pytest.fixture
def asked(app: App) -> str:
    """A consultation whose letters are owed."""
    return open_consultation(app)


@pytest_asyncio.fixture
async def letters(app: App, asked: str, relay: MisbehavingServer) -> list[Gone]:
    return await send_out(app, relay)


@pytest.fixture
def letter(letters: list[Gone]) -> Gone:
    """The one to the first practice's lead."""
    return of(letters, EMAIL)


@pytest.fixture
def letterbox(app: App) -> Letterbox:
    return letterbox_of(app)


def take(letterbox: Letterbox, letter: Gone, text: str = SAID, **how: object) -> str:
    """Put a reply into the letterbox; what was done."""
    raw = answer(letter, text, **how)  # type: ignore[arg-type] # its own parameters
    return letterbox.receive(letter.replies, raw, "somebody@practice.example").did


def kept(app: App) -> list[Kept]:
    with app.store.database.reading() as reading:
        return all_replies(reading, app.store.keys)


def owed(app: App) -> int:
    """How many letters about e-mails were ever owed."""
    return sum(body["letter"] == "reply_received" for body in intents(app))


def intents(app: App) -> list[dict[str, object]]:
    return [dict(body) for body in read_bodies(app, "mail.intent").values()]


def size(app: App) -> int:
    with app.store.database.reading() as reading:
        return read_head(reading).size


def comments(app: App, reference: str) -> list[tuple[str, str, str]]:
    with app.store.database.reading() as reading:
        found = read_comments(reading, app.store.keys, reference)
    return [(c.comment.practice, c.comment.text, c.comment.by.name) for c in found]


def page(app: App, reference: str, practice: str = FIRST, role: str = "lead") -> WaitingReplies:
    found = app.practice_desk.replies(links(app, reference, practice)[role])
    assert found is not None
    return found


def confirm(
    app: App, reference: str, name: str = TYPED, *, role: str = "lead", reply: int = 0
) -> Reply:
    """Send the form of the person with this role; `reply` is the first of theirs if not given."""
    meant = reply or page(app, reference).replies[0].id
    token = links(app, reference, FIRST)[role]
    return app.practice_desk.confirm_reply(token, meant, name, "GP partner")


# --- a reply is kept, and its sender asked --------------------------------------------------------


async def test_a_letter_has_an_address_of_its_own_for_replies(letters: list[Gone]) -> None:
    assert len({each.replies for each in letters}) == len(letters) == 6
    assert all(each.replies.startswith(f"reply+{each.letter}.") for each in letters)


async def test_a_reply_is_no_comment(app: App, asked: str, letter: Gone) -> None:
    async with door_of(app) as door:
        assert await hand_in(door, letter.replies, answer(letter, SAID), EMAIL) == 250
    assert (comments(app, asked), read_bodies(app, "comment.received")) == ([], {})


def test_its_sender_alone_is_asked_to_confirm_it(
    app: App, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    (body,) = [body for body in intents(app) if body["letter"] == "reply_received"]
    assert body["count"] == 1


async def test_the_letter_goes_to_the_sender_and_to_nobody_else(
    app: App, letter: Gone, letterbox: Letterbox, relay: MisbehavingServer
) -> None:
    take(letterbox, letter)
    assert [each.to for each in await send_out(app, relay)] == [EMAIL]


async def test_the_letter_holds_nothing_of_what_was_written(
    app: App, letter: Gone, letterbox: Letterbox, relay: MisbehavingServer
) -> None:
    """Whoever forges a sender must not be able to write to people in our name."""
    take(letterbox, letter, "Buy at evil.example today")
    await send_out(app, relay)
    assert b"evil.example" not in relay.taken[-1].content


def test_a_reply_is_kept_sealed(app: App, letter: Gone, letterbox: Letterbox) -> None:
    take(letterbox, letter)
    with app.store.database.reading() as reading:
        row = reading.execute(select(tables.reply)).one()
    assert SAID.encode() not in bytes(row.sealed)
    assert EMAIL not in "".join(map(str, row))


@pytest.mark.parametrize("number", range(1, 4))
def test_the_same_mail_again_changes_nothing(
    app: App, letter: Gone, letterbox: Letterbox, number: int
) -> None:
    take(letterbox, letter)
    before = size(app)
    for _ in range(number):
        assert take(letterbox, letter) == "nothing: it was taken before"
    assert (len(kept(app)), owed(app), size(app)) == (1, 1, before)


async def test_a_mail_that_comes_many_times_at_once_is_kept_once(
    app: App, asked: str, letter: Gone
) -> None:
    async with door_of(app) as door:
        raw = answer(letter, SAID)
        codes = await asyncio.gather(*(hand_in(door, letter.replies, raw, EMAIL) for _ in range(8)))
    assert (set(codes) <= {250, 451}, 250 in codes) == (True, True)
    assert (len(kept(app)), owed(app), trail_faults(app)) == (1, 1, [])


async def test_sent_many_times_at_once_it_is_on_record_once(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    number = kept(app)[0].id
    sent = (asyncio.to_thread(confirm, app, asked, reply=number) for _ in range(8))
    told = [type(each) for each in await asyncio.gather(*sent)]
    assert (told.count(Recorded), told.count(AlreadyStands)) == (1, 7)
    assert (len(comments(app, asked)), trail_faults(app)) == (1, [])


def test_a_relays_own_lines_make_no_other_mail_of_it(
    app: App, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    raw = b"Received: from a by b; Mon, 4 Jan 2027\n" + answer(letter, SAID)
    letterbox.receive(letter.replies, raw, EMAIL)
    assert len(kept(app)) == 1


def test_a_crash_before_the_commit_loses_nothing(
    app: App, letter: Gone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("workflows.replies.note_answered", dies)
        with pytest.raises(MemoryError):
            take(letterbox_of(app), letter)
        assert (kept(app), owed(app)) == ([], 0)
    take(letterbox_of(app), letter)
    assert (len(kept(app)), owed(app)) == (1, 1)


# --- one letter a day -----------------------------------------------------------------------------


def test_several_replies_in_a_day_are_answered_once(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    for number in range(1, 6):
        take(letterbox, letter, f"{SAID} {number}", number=number)
    assert (owed(app), len(page(app, asked).replies)) == (1, 5)


def test_another_day_is_answered_again(
    app: App, clock: HandClock, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    clock.go_on(timedelta(days=1))
    take(letterbox, letter, "One more thing.", number=2)
    assert owed(app) == 2


def test_two_persons_are_answered_each(app: App, letters: list[Gone], letterbox: Letterbox) -> None:
    for address in (EMAIL, DEPUTY):
        take(letterbox, of(letters, address))
    assert owed(app) == 2


def test_a_flood_is_not_kept_without_end(app: App, letter: Gone, letterbox: Letterbox) -> None:
    told = [take(letterbox, letter, f"{n}", number=n) for n in range(1, MOST + 3)]
    assert (len(kept(app)), told[-1].startswith("nothing: too many")) == (MOST, True)


def test_a_flood_from_strangers_keeps_out_no_reply_of_the_person(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    """Whoever has a forwarded letter has the address that its answers go to."""
    for n in range(1, MOST + 2):
        take(letterbox, letter, f"{n}", number=n, sender="nurse@elsewhere.example")
    take(letterbox, letter, number=MOST + 2)
    assert (len(kept(app)), [each.text for each in page(app, asked).replies]) == (MOST + 1, [SAID])


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_is_never_answered_and_nothing_of_it_is_kept(
    app: App, letter: Gone, letterbox: Letterbox, name: str
) -> None:
    before = size(app)
    raw = (CORPUS / f"{name}.eml").read_bytes().replace(REPLY, letter.replies.encode())
    letterbox.receive(letter.replies, raw.replace(b"lead@queensview.example", EMAIL.encode()), "")
    assert (owed(app), kept(app), size(app)) == (0, [], before)


async def test_two_machines_never_answer_each_other(
    app: App, letter: Gone, letterbox: Letterbox, clock: HandClock, relay: MisbehavingServer
) -> None:
    """An answering machine answers each letter: ours is the last word of every such talk."""
    for number in range(1, 4):
        took = len(relay.taken)
        away = answer(letter, "I am away.", number=number, Auto_Submitted="auto-replied")
        letterbox.receive(letter.replies, away, "")
        clock.go_on(timedelta(days=1))
        await send_out(app, relay)
        assert len(relay.taken) == took


async def test_one_that_answers_whatever_comes_would_go_on_for_ever(
    app: App,
    letter: Gone,
    letterbox: Letterbox,
    clock: HandClock,
    relay: MisbehavingServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("notifications.inbound.automatic.certainly", lambda *_: "")
    for number in range(1, 4):
        away = answer(letter, f"I am away. {number}", number=number, Auto_Submitted="auto-replied")
        letterbox.receive(letter.replies, away, "")
        clock.go_on(timedelta(days=1))
        await send_out(app, relay)
    assert owed(app) == 3


# --- from whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", [DEPUTY, "nurse@elsewhere.example", "not an address"])
def test_from_another_address_nothing_is_taken_as_theirs(
    app: App, asked: str, letter: Gone, letterbox: Letterbox, sender: str
) -> None:
    take(letterbox, letter, sender=sender)
    assert (page(app, asked).replies, owed(app)) == ((), 0)
    assert [each.standing for each in kept(app)] in ([Standing.STRANGER], [Standing.UNCLEAR])


def test_the_secretariat_sees_what_a_stranger_wrote(
    app: App, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter, sender="nurse@elsewhere.example")
    (reply,) = kept(app)
    assert reply.written is not None
    assert (reply.written.sender, reply.written.text) == ("nurse@elsewhere.example", SAID)


def test_a_strangers_reply_cannot_be_confirmed_by_anybody(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter, sender="nurse@elsewhere.example")
    (reply,) = kept(app)
    told = [confirm(app, asked, role=role, reply=reply.id) for role in ("lead", "deputy")]
    assert [type(each) for each in told] == [NotOpen, NotOpen]


def test_nobody_confirms_anothers_reply(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    (reply,) = kept(app)
    assert isinstance(confirm(app, asked, role="deputy", reply=reply.id), NotOpen)
    other = links(app, asked, SECOND)["lead"]
    told = app.practice_desk.confirm_reply(other, reply.id, TYPED, "")
    assert (type(told), comments(app, asked)) == (NotOpen, [])


def test_a_link_that_opens_nothing_shows_and_confirms_nothing(
    app: App, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    desk = app.practice_desk
    assert desk.replies("x" * 43) is None
    assert isinstance(desk.confirm_reply("x" * 43, kept(app)[0].id, TYPED, ""), Unknown)


def test_whose_link_was_revoked_is_not_asked(app: App, letter: Gone, letterbox: Letterbox) -> None:
    with app.store.database.writing() as writing:
        writing.execute(update(tables.link).values(revoked=True))
    take(letterbox, letter)
    assert (owed(app), [each.standing for each in kept(app)]) == (0, [Standing.STRANGER])


def test_who_reads_a_new_address_does_not_see_what_came_from_the_old_one(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    """A practice may put another person in the place of one who has left."""
    take(letterbox, letter)
    moved = Ask(Asking.CHANGE, TYPED, letter.person, {"email": "new@practice.example"})
    app.practice_people.correct(links(app, asked, FIRST)["deputy"], moved)
    (waits,) = app.corrections.listed()
    app.corrections.accept(waits.correction.id, Actor(None, How.CLI))
    (reply,) = kept(app)
    now = page(app, asked)
    assert (now.replies, now.page.waiting, reply.standing) == ((), 0, Standing.STRANGER)
    assert isinstance(confirm(app, asked, reply=reply.id), NotOpen)


@pytest.mark.parametrize(
    "address", ["reply+1.0123456789abcdef@ccg.example", "reply+99999.0123456789abcdef@ccg.example"]
)
def test_a_made_up_address_keeps_nothing(
    app: App, letter: Gone, letterbox: Letterbox, address: str
) -> None:
    letterbox.receive(address, answer(letter, SAID), EMAIL)
    assert (kept(app), owed(app)) == ([], 0)


def test_who_believed_the_sender_would_put_words_into_anybodys_mouth(
    app: App, asked: str, letter: Gone
) -> None:
    """The header's sender is all that a mail says, and anybody writes that."""

    def naive(sent: Sent, written: Written, *_: object) -> str:
        token = links(app, asked, sent.claimed.practice)["lead"]
        app.practice_desk.respond(token, Answer({}, "Anita Patel", "", written.text))
        return "on record"

    forged = answer(letter, "We are all for it.", sender=EMAIL)
    replace(letterbox_of(app), take_reply=naive).receive(letter.replies, forged, "evil@x.example")
    assert len(comments(app, asked)) == 1


# --- the sender confirms --------------------------------------------------------------------------


def test_looking_changes_nothing(app: App, asked: str, letter: Gone, letterbox: Letterbox) -> None:
    take(letterbox, letter)
    before = size(app)
    assert [each.text for each in page(app, asked).replies] == [SAID]
    assert (size(app), comments(app, asked), len(kept(app))) == (before, [], 1)


def test_confirmed_it_is_a_comment_like_any_other(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    assert isinstance(confirm(app, asked), Recorded)
    assert (comments(app, asked), trail_faults(app)) == ([(FIRST, SAID, TYPED)], [])


def test_every_contact_gets_the_receipt(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    confirm(app, asked)
    (receipt,) = [body for body in intents(app) if body["letter"] == "receipt"]
    assert receipt["count"] == 2


def test_sent_twice_it_is_on_record_once(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    (reply,) = page(app, asked).replies
    told = [confirm(app, asked, reply=reply.id) for _ in range(3)]
    assert [type(each) for each in told] == [Recorded, AlreadyStands, AlreadyStands]
    assert len(comments(app, asked)) == 1


def test_under_another_name_it_is_not_on_record_twice_either(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    (reply,) = page(app, asked).replies
    confirm(app, asked, reply=reply.id)
    assert isinstance(confirm(app, asked, "Bo Lee", reply=reply.id), AlreadyStands)
    assert len(comments(app, asked)) == 1


def test_its_words_are_no_longer_kept_beside_the_record(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    confirm(app, asked)
    with app.store.database.reading() as reading:
        row = reading.execute(select(tables.reply)).one()
    assert (row.status, row.sealed) == ("confirmed", None)


def test_a_mail_that_comes_again_when_it_is_on_record_changes_nothing(
    app: App, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    confirm(app, asked)
    before = size(app)
    assert take(letterbox, letter) == "nothing: it was taken before"
    assert size(app) == before


@pytest.mark.parametrize("name", ["", " ", "7", "-"])
def test_a_name_must_be_typed(
    app: App, asked: str, letter: Gone, letterbox: Letterbox, name: str
) -> None:
    """A robot that sends the form as it was served has none."""
    take(letterbox, letter)
    told = confirm(app, asked, name)
    assert isinstance(told, Faulty)
    assert (list(told.faults), comments(app, asked)) == (["name"], [])


def test_after_the_close_nothing_goes_on_record(
    app: App, clock: HandClock, asked: str, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    clock.at = closing(app, asked)
    assert isinstance(confirm(app, asked), TooLate)
    assert comments(app, asked) == []


# --- a reply is never a vote ----------------------------------------------------------------------


@pytest_asyncio.fixture
async def voting(app: App, relay: MisbehavingServer) -> tuple[str, Gone]:
    """A vote, and its letter to the first practice's lead."""
    reference = open_vote(app)
    return reference, of(await send_out(app, relay), EMAIL)


WORDS = ["Yes", "yes.", "We vote FOR", "Against", "for", "choice: for", "Abstain", "I agree, carry"]


@pytest.mark.parametrize("text", WORDS)
@on_sqlite
def test_no_words_of_a_reply_are_a_vote(
    app: App, voting: tuple[str, Gone], letterbox: Letterbox, text: str
) -> None:
    reference, letter = voting
    take(letterbox, letter, text)
    told = confirm(app, reference, reply=kept(app)[0].id)
    assert isinstance(told, NotOpen)
    assert "not a vote" in told.words
    assert read_bodies(app, "vote.cast", "comment.received", "vote.rejected") == {}


async def test_a_vote_by_mail_gets_a_letter_that_says_how_to_vote(
    app: App, voting: tuple[str, Gone], letterbox: Letterbox, relay: MisbehavingServer
) -> None:
    take(letterbox, voting[1], "Yes")
    await send_out(app, relay)
    said = relay.taken[-1].content.decode()
    assert "Your e-mail is not a vote: Diabetes local enhanced service" in said
    assert "To vote, open this link" in said


async def test_where_nothing_is_asked_the_letter_says_so(
    app: App,
    clock: HandClock,
    voting: tuple[str, Gone],
    letterbox: Letterbox,
    relay: MisbehavingServer,
) -> None:
    reference, letter = voting
    clock.at = closing(app, reference)
    app.desk.sweep()
    await send_out(app, relay)
    take(letterbox, letter, "Yes")
    await send_out(app, relay)
    said = relay.taken[-1].content.decode()
    assert "Your e-mail is not on record" in said
    assert "Nothing is asked of practices in this now" in said


def test_who_may_only_comment_can_confirm_in_a_vote(
    app: App, voting: tuple[str, Gone], letterbox: Letterbox
) -> None:
    reference, letter = voting
    with app.store.database.writing() as writing:
        mine = tables.link.c.person == letter.person
        writing.execute(update(tables.link).where(mine).values(may_cast=False))
    take(letterbox, letter)
    assert isinstance(confirm(app, reference), Recorded)
    assert (len(comments(app, reference)), read_bodies(app, "vote.cast")) == (1, {})


def test_a_vote_that_stands_is_not_touched_by_a_reply(
    app: App, voting: tuple[str, Gone], letterbox: Letterbox
) -> None:
    reference, letter = voting
    send(app, reference, FIRST, "against")
    take(letterbox, letter, "For, after all")
    (standing,) = page(app, reference).page.standing.values()
    assert (standing.choice, as_it_stands(app, reference).round) == ("against", 1)


# --- kept for a time, and erased ------------------------------------------------------------------


def test_what_nobody_confirms_is_deleted_in_time(
    app: App, clock: HandClock, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    clock.go_on(KEPT - timedelta(hours=1))
    app.tidy()
    assert len(kept(app)) == 1
    clock.go_on(timedelta(hours=2))
    app.tidy()
    with app.store.database.reading() as reading:
        assert reading.execute(select(func.count()).select_from(tables.reply)).scalar() == 0


def test_an_erased_persons_replies_vanish(
    app: App, letters: list[Gone], letterbox: Letterbox
) -> None:
    take(letterbox, of(letters, EMAIL))
    take(letterbox, of(letters, EMAIL), number=2, sender="nurse@elsewhere.example")
    take(letterbox, of(letters, DEPUTY))
    erasure = app.erasure
    assert erasure.plan(erasure.find(EMAIL)).replies == 2
    erasure.person(erasure.find(EMAIL), "request", "As asked.", AT_DESK, although_running=True)
    assert [each.person for each in kept(app)] == [of(letters, DEPUTY).person]


def test_a_reply_that_comes_after_the_erasure_is_not_kept(
    app: App, letter: Gone, letterbox: Letterbox
) -> None:
    erasure = app.erasure
    erasure.person(erasure.find(EMAIL), "request", "As asked.", AT_DESK, although_running=True)
    take(letterbox, letter)
    assert (kept(app), owed(app)) == ([], 0)


@on_sqlite
def test_in_an_old_copy_an_erased_persons_reply_cannot_be_read(
    app: App, letter: Gone, letterbox: Letterbox, tmp_path: Path
) -> None:
    """The copy of the database keeps the row; the key that it is sealed with is gone."""
    take(letterbox, letter)
    with app.store.database.reading() as reading:
        row = reading.execute(select(tables.reply)).one()
        person = people_at(reading, EMAIL)[0].person
    erasure = app.erasure
    erasure.person(erasure.find(EMAIL), "request", "As asked.", AT_DESK, although_running=True)
    with app.store.database.writing() as writing:
        writing.execute(tables.reply.insert().values(**row._asdict()))  # an old copy's
    assert person_key(person) in look(tmp_path / "person_keys.db").erased
    assert [each.written for each in kept(app)] == [None]


@on_sqlite
def test_no_word_and_no_address_of_a_reply_lies_in_the_database_file(
    app: App, letter: Gone, letterbox: Letterbox, tmp_path: Path
) -> None:
    take(letterbox, letter, "Zebedee wants it", sender="quillfeather@elsewhere.example")
    files = b"".join(path.read_bytes() for path in tmp_path.glob("quorate.db*"))
    assert b"Zebedee" not in files
    assert b"quillfeather" not in files


def test_the_trail_holds_no_word_of_a_reply_that_nobody_confirmed(
    app: App, letter: Gone, letterbox: Letterbox
) -> None:
    take(letterbox, letter)
    assert SAID not in json.dumps(list(read_bodies(app, "mail.intent").values()))
