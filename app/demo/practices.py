"""What practices do in the demo: they open the links in their letters, comment and vote.

Links come from letters that were caught, answers go over HTTP; nothing reaches into the program.
"""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from app.clock import steady_seconds
from app.demo import story
from app.demo.agenda import Agenda
from app.demo.cast import Person
from app.demo.diary import Diary
from app.demo.house import DATA, House
from app.demo.record import Counted, Running, Unexpected
from app.demo.story import Ballot
from app.demo.timetable import Timetable
from app.demo.visits import CALL_IN, CHALLENGE, Visit
from engine.decision import Due

CLIENTS = 8
"""How many people answer at the same time."""

OPENS_THE_PAGE, SENDS = timedelta(seconds=-30), timedelta(seconds=4)
"""The late voter, before and after the close."""

A_MOMENT = timedelta(seconds=1)

SO_MANY_AT_A_TIME = 3
"""Practices that call a decision in while they sit down to answer."""

_ASKS = "Nobody has asked us how long it takes. All practices should be consulted on this."
_CHALLENGES = "Our vote came seconds after five, and it would have carried the scheme."


class Practices:
    """Everyone who answers by link."""

    def __init__(
        self, house: House, timetable: Timetable, diary: Diary, agenda: Agenda, counted: Counted
    ) -> None:
        self._house, self._timetable, self._diary = house, timetable, diary
        self._agenda, self._counted = agenda, counted
        self._clients = ThreadPoolExecutor(CLIENTS, thread_name_prefix="practice")

    def close(self) -> None:
        """Everyone goes home."""
        self._clients.shutdown(wait=False, cancel_futures=True)

    # --- planning ---------------------------------------------------------------------------

    def plan_comments(self, running: Running) -> None:
        """Spread the comments over the phase, from leads and managers in turn."""
        moments = self._visits(running)
        file = DATA / "comments" / f"{running.scene.name}.txt"
        words = file.read_text(encoding="utf-8").splitlines()
        codes = story.commenting(running.scene, self._house.cast)
        for n, code in enumerate(codes):
            person = self._house.cast.commenter(code, n)
            step = partial(self._comment, running, person, words[n % len(words)])
            self._agenda.plan(moments[len(moments) * n // len(codes)], step)

    def plan_call_ins(self, running: Running) -> None:
        """One lead after the other calls the decision in, early in the phase."""
        moments = self._visits(running)
        for n, code in enumerate(story.calling_in(running.scene, self._house.cast)):
            moment = moments[min(1 + n // SO_MANY_AT_A_TIME, len(moments) - 1)]
            lead = self._house.cast.people[code, "lead"]
            self._agenda.plan(moment, partial(self._call_in, running, lead))

    def plan_votes(self, running: Running, close: Due) -> None:
        """Spread the votes over the phase; the quick and the late one have moments of their own."""
        voting = running.voting
        if voting is None:
            return
        self._spread(running, voting.at_first)
        if voting.quick is not None and close.remind:
            last = close.remind[-1]
            step = partial(self._vote_quickly, running, voting.quick, last)
            self._agenda.plan(last - A_MOMENT, step)
        if voting.late is not None:
            step = partial(self._vote_late, running, voting.late, close.due_at)
            self._agenda.plan(close.due_at + OPENS_THE_PAGE, step)

    def plan_extension(self, running: Running) -> None:
        """Spread the votes that come once there is more time."""
        if running.voting is not None:
            self._spread(running, running.voting.once_extended)

    def _spread(self, running: Running, ballots: Iterable[Ballot]) -> None:
        moments = self._visits(running)
        together: dict[datetime, list[Ballot]] = {}
        for ballot in ballots:
            moment = moments[len(moments) * ballot.when // 100]
            together.setdefault(moment, []).append(ballot)
        for moment, group in together.items():
            self._agenda.plan(moment, partial(self._vote, running, group))

    def _visits(self, running: Running) -> Sequence[datetime]:
        now = self._house.clock.now()
        return self._timetable.visits(now, running.seen.due_at or now)

    # --- answering --------------------------------------------------------------------------

    async def _comment(self, running: Running, person: Person, words: str) -> None:
        await self._answer(running, [(person, "", words)])
        self._counted.comments += 1
        running.answered.add(person.practice)

    async def _call_in(self, running: Running, person: Person) -> None:
        """Ask that all practices be consulted, unless enough have asked already."""
        if running.seen.workflow != running.scene.route:
            await self._ask(running, person, CALL_IN, _ASKS)
            self._counted.call_ins += 1
            running.called_in.add(person.practice)

    async def challenge(self, running: Running) -> None:
        """The late voter challenges how the outcome came about."""
        if running.voting is not None and running.voting.late is not None:
            person = self._person(running.voting.late)
            await self._ask(running, person, CHALLENGE, _CHALLENGES)
            self._counted.challenges += 1

    async def _ask(self, running: Running, person: Person, part: str, words: str) -> None:
        """Send a form that stands beside the answer's own."""
        began, loop = steady_seconds(), asyncio.get_running_loop()
        send = partial(self._request, running.reference, person, part, words)
        status = await loop.run_in_executor(self._clients, send)
        self._counted.visiting += steady_seconds() - began
        if status != HTTPStatus.SEE_OTHER:
            raise Unexpected(f"{running.reference}: a {part} was met with status {status}")

    def _request(self, reference: str, who: Person, part: str, words: str) -> int:
        with self.visit(reference, who) as visit:
            return visit.request(part, who, words)

    async def _vote(self, running: Running, ballots: Sequence[Ballot]) -> None:
        await self._answer(running, [(self._person(b), b.choice, "") for b in ballots])
        self._counted.votes += len(ballots)
        for ballot in ballots:
            if ballot.practice in running.answered:
                self._diary.voted_again(running, ballot)
            running.answered.add(ballot.practice)

    async def _vote_quickly(self, running: Running, ballot: Ballot, reminder: datetime) -> None:
        """Vote between the reminder's falling due and its going out."""
        self._house.clock.jump(reminder)
        await asyncio.to_thread(self._house.app.desk.sweep)
        await self._vote(running, [ballot])
        self._diary.quick(running, ballot)

    async def _vote_late(self, running: Running, ballot: Ballot, close: datetime) -> None:
        """The page is open in time; the vote comes seconds after the close, before any sweep."""
        loop = asyncio.get_running_loop()
        status = await loop.run_in_executor(
            self._clients, self._too_late, running.reference, ballot, close
        )
        running.late_status = status
        self._diary.late(running, ballot, status, (self._house.clock.now() - close).seconds)

    def _too_late(self, reference: str, ballot: Ballot, close: datetime) -> int:
        with self.visit(reference, self._person(ballot)) as visit:
            form = visit.form()
            self._house.clock.jump(close + SENDS)
            return visit.send(form, self._person(ballot), choice=ballot.choice)

    def _person(self, ballot: Ballot) -> Person:
        return self._house.cast.people[ballot.practice, ballot.role]

    async def _answer(self, running: Running, answers: Sequence[tuple[Person, str, str]]) -> None:
        """Several people answer at once."""
        began, loop = steady_seconds(), asyncio.get_running_loop()
        sent = [
            loop.run_in_executor(self._clients, self._send, running.reference, *answer)
            for answer in answers
        ]
        for status in await asyncio.gather(*sent):
            if status != HTTPStatus.SEE_OTHER:
                raise Unexpected(f"{running.reference}: an answer was met with status {status}")
        self._counted.visiting += steady_seconds() - began

    def _send(self, reference: str, who: Person, choice: str, words: str) -> int:
        with self.visit(reference, who) as visit:
            return visit.send(visit.form(), who, choice=choice, comment=words)

    def visit(self, reference: str, who: Person) -> Visit:
        """This person, with the link of their latest letter in hand."""
        return Visit(self.link(reference, who))

    def link(self, reference: str, who: Person) -> str:
        """The link in the latest letter to this person."""
        return self._house.catcher.latest(reference, who.email).link(self._house.base_url)

    def someone_who_voted(self, running: Running) -> Person:
        """Somebody whose practice has voted, in the order of the ballots."""
        if running.voting is None or not running.voting.standing():
            raise Unexpected(f"nobody has voted on {running.reference}")
        return self._house.cast.people[next(iter(running.voting.standing())), "lead"]

    def silent(self, running: Running) -> list[Person]:
        """The leads of practices that could still answer, by code."""
        cast = self._house.cast
        codes = [code for code in sorted(cast.reachable("")) if code not in running.answered]
        return [cast.people[code, "lead"] for code in codes]
