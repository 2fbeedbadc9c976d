"""What the body's staff do in the demo, by the same ways as the commands of `quorate`."""

import asyncio
import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from io import StringIO
from typing import Any

from app.demo import story
from app.demo.cast import ACCOUNTABLE_OFFICER, CHAIR, LAY_CHAIR, SECRETARY
from app.demo.diary import Diary
from app.demo.house import DATA, House
from app.demo.record import Running
from engine.commands import Act, Command, Conclude, RecordLmc, RecordMeeting
from engine.people import Actor, How
from storage.register import body_person, body_roles
from workflows.answer_file import COLUMNS, read_answers
from workflows.concluding import comments_of
from workflows.decision_file import read_decision_file
from workflows.file_texts import clean
from workflows.meeting_file import MeetingFile, read_meeting_file
from workflows.openings import Prepared

_MEETING = """\
held_on = {held_on}
place = "Members' meeting, by video"
minute = "5.1"
attended = {attended}
views = "Those present would have the visits, if they are asked for and not sent."
"""
_VOTE = '\n[[votes]]\npractice = "{practice}"\nchoice = "{choice}"\n'


class Staff:
    """The secretary, at the desk."""

    def __init__(self, house: House, diary: Diary) -> None:
        self._house, self._diary = house, diary

    async def open(self, scene: story.Scene) -> Running:
        """Open a decision from its file."""
        prepared = await asyncio.to_thread(self._open, scene)
        votes = story.voting(scene, self._house.cast) if scene.votes else None
        running = Running(scene, prepared.opening.reference, votes)
        self._diary.opened(running, prepared)
        return running

    def _open(self, scene: story.Scene) -> Prepared:
        file = self._house.folder / "decisions" / f"{scene.name}.toml"
        read = read_decision_file(file.read_bytes(), str(file))
        papers = {name: (file.parent / name).read_bytes() for name in read.documents}
        return self._house.app.opener.open(read, papers, self._actor())

    async def correct(self) -> None:
        """Import the file of people again, with the right address in it."""
        await asyncio.to_thread(self._house.enrol, corrected=True)
        address = self._house.cast.misspelt.typed
        self._diary.corrected(address, self._house.catcher.refused[address])

    # --- consultations ------------------------------------------------------------------------

    async def record_lmc(self, running: Running) -> None:
        """File what the local medical committee thinks."""
        view = _record(running, "lmc")
        await self._act(running, lambda who: RecordLmc(who, view))
        self._diary.lmc(running)

    async def conclude(self, running: Running) -> None:
        """Answer every comment from one file, then file the outcome statement."""
        answered = await asyncio.to_thread(self._answer_all, running)
        self._diary.comments_answered(running, answered)
        statement = _record(running, "statement")
        await self._act(running, lambda who: Conclude(who, statement))

    def _answer_all(self, running: Running) -> Counter[str]:
        """Write the file of answers and hand it in; how many comments came to what."""
        app, file = self._house.app, self._house.folder / f"answers-{running.scene.name}.csv"
        with app.store.database.reading() as reading:
            said = comments_of(reading, app.store.keys, app.library, running.reference)
        file.write_text(_answers(running.scene, said), encoding="utf-8")
        known = {each["comment"] for each in said}
        commands = read_answers(file.read_bytes(), str(file), self._actor(), known)
        app.desk.handle_all(running.reference, commands)
        return Counter(command.disposition for command in commands)

    # --- meetings -----------------------------------------------------------------------------

    async def record_meeting(self, running: Running) -> None:
        """Put a members' meeting on record, with the votes by hand in its minutes."""
        read = await asyncio.to_thread(self._meeting, running)
        await self._act(running, lambda who: _meeting_command(who, read))
        running.answered.update(vote.practice for vote in read.votes)
        self._diary.met(running, read)

    def _meeting(self, running: Running) -> MeetingFile:
        app, file = self._house.app, self._house.folder / f"meeting-{running.scene.name}.toml"
        today = app.rulebook.calendar.day_of(app.clock.now())
        file.write_text(_meeting_text(running, today), encoding="utf-8")
        return read_meeting_file(file.read_bytes(), str(file))

    # --- other bodies -------------------------------------------------------------------------

    async def committee_approves(self, running: Running) -> None:
        """The committee without a GP majority approves what practices carried."""
        reason = "It meets what the LMC asked for, and every practice may sign up."
        await self._body_acts(running, "approve", "minutes", reason, votes=(5, 0))

    async def committee_refuses(self, running: Running) -> None:
        """It refuses what practices carried, and says why."""
        reason = "The money is for one year and the posts would be permanent."
        await self._body_acts(running, "refuse", "minutes", reason, votes=(1, 4))

    async def three_agree(self, running: Running) -> None:
        """Urgent powers: three people agree, each in a role of their own."""
        three = (CHAIR, ACCOUNTABLE_OFFICER, LAY_CHAIR)
        reason = "The service stops tomorrow, and patients must have someone to call."
        await self._body_acts(running, "approve", "agreed", reason, agreed=three)

    async def governing_body_ratifies(self, running: Running) -> None:
        """The governing body ratifies what the three agreed."""
        reason = "It could not wait, and it costs what was said."
        await self._body_acts(running, "ratify", "minutes", reason, votes=(9, 1))

    async def lay_chair_upholds(self, running: Running) -> None:
        """The lay chair finds nothing wrong in how an outcome came about."""
        reason = "The close was in every letter, to the minute, and the same for everybody."
        await self._body_acts(running, "uphold", "ruling", reason)

    async def _body_acts(
        self,
        running: Running,
        name: str,
        record: str,
        reason: str = "",
        agreed: tuple[str, ...] = (),
        votes: tuple[int, int] | None = None,
    ) -> None:
        words = _record(running, record)
        roles = await asyncio.to_thread(self._roles, agreed)
        running.because = reason
        await self._act(running, lambda who: Act(who, name, words, reason, roles, votes))

    def _roles(self, emails: Iterable[str]) -> tuple[frozenset[str], ...]:
        with self._house.app.store.database.reading() as reading:
            return tuple(body_roles(reading, email) for email in emails)

    # --- by whom ------------------------------------------------------------------------------

    async def _act(self, running: Running, command: Callable[[Actor], Command]) -> None:
        actor = await asyncio.to_thread(self._actor)
        handle = self._house.app.desk.handle
        await asyncio.to_thread(handle, running.reference, command(actor))

    def _actor(self) -> Actor:
        with self._house.app.store.database.reading() as reading:
            found = body_person(reading, SECRETARY)
        return Actor(found.person if found else None, How.CLI)


def _text(name: str) -> str:
    return clean((DATA / name).read_text(encoding="utf-8"))


def _record(running: Running, kind: str) -> str:
    """A file about the decision: minutes, a view, a statement."""
    return _text(f"records/{running.scene.name}-{kind}.txt")


def _answers(scene: story.Scene, said: Iterable[Mapping[str, Any]]) -> str:
    """A file with an answer to each comment; what the practices of a scene say is known."""
    written, prepared = StringIO(newline=""), f"answers/{scene.name}.csv"
    known = {row["said"]: row for row in csv.DictReader(StringIO(_text(prepared)))}
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for each in said:
        answer = known[each["text"]]
        rows.writerow([each["comment"], answer["disposition"], answer["answer"]])
    return written.getvalue()


def _meeting_text(running: Running, day: date) -> str:
    ballots = running.voting.by_hand if running.voting else ()
    attended = [ballot.practice for ballot in ballots]
    votes = (_VOTE.format(practice=b.practice, choice=b.choice) for b in ballots)
    return _MEETING.format(held_on=day.isoformat(), attended=attended) + "".join(votes)


def _meeting_command(actor: Actor, read: MeetingFile) -> RecordMeeting:
    return RecordMeeting(
        actor=actor,
        held_on=read.held_on,
        place=read.place,
        minute=read.minute,
        attended=read.attended,
        views=read.views,
        votes=read.votes,
    )
