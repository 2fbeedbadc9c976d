"""The play: the clock jumps from moment to moment, and at each what is due is done.

Practices and staff act at the moments that the story lays down. Whatever else happens, deadlines
and reminders above all, happens because the program itself says when it must be woken next.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from app.clock import steady_seconds
from app.demo import story
from app.demo.agenda import Agenda
from app.demo.diary import Diary
from app.demo.duties import DUTIES
from app.demo.house import House
from app.demo.practices import Practices
from app.demo.record import Counted, Running, Seen
from app.demo.staff import Staff
from app.demo.timetable import Timetable
from engine.commands import Scope
from engine.decision import Decision
from engine.definition import Open, State
from storage.decisions import load_decision
from storage.wakes import next_wake_at

Act = Callable[[Running], Awaitable[None]]


class Play:
    """Plays the story in a house, and tells the diary."""

    def __init__(self, house: House, timetable: Timetable, diary: Diary) -> None:
        self._house, self._timetable, self._diary = house, timetable, diary
        self._agenda, self.counted = Agenda(), Counted()
        self._postman = house.app.postman()
        self._staff = Staff(house, diary)
        self.practices = Practices(house, timetable, diary, self._agenda, self.counted)
        self._practice_of = {p.email: p.practice for p in house.cast.people.values()}
        self.running: dict[str, Running] = {}  # by reference

    async def perform(self, wall: Callable[[], datetime]) -> None:
        """Play it all, from the first Monday to the moment that the wall clock shows."""
        self._plan_staff()
        try:
            while await self._go_on():
                await self._do_what_is_due()
                self._diary.progress(self._house.clock.now(), self.counted)
            self._house.clock.jump(wall())
            await self._do_what_is_due()
        finally:
            await self._postman.aclose()
            self.practices.close()

    def _plan_staff(self) -> None:
        moment, plan = self._timetable.moment, self._agenda.plan
        for scene in story.SCENES:
            plan(moment(scene.day, scene.at), partial(self._open, scene))
        plan(moment(*story.CORRECTION), self._staff.correct)
        for duty in DUTIES:
            act = partial(duty.act, self._staff)
            plan(moment(duty.day, duty.at), partial(self._about, duty.scene, act))
        plan(moment(*story.CHALLENGED), partial(self._about, story.PRESCRIBING, self._challenge))

    async def _open(self, scene: story.Scene) -> None:
        running = await self._staff.open(scene)
        self.running[running.reference] = running

    async def _about(self, scene: story.Scene, act: Act) -> None:
        await act(next(each for each in self.running.values() if each.scene is scene))

    async def _challenge(self, running: Running) -> None:
        await self.practices.challenge(running)
        running.seen = replace(running.seen, due_at=self._house.clock.now())  # it goes on

    # --- time -------------------------------------------------------------------------------

    async def _go_on(self) -> bool:
        """Jump to the next moment at which anything happens; False once it lies in the future."""
        planned = self._agenda.next_at
        wake = await asyncio.to_thread(self._next_wake)
        moment = min((each for each in (planned, wake) if each is not None), default=None)
        if moment is None or moment > self._timetable.end:
            return False
        self._house.clock.jump(moment)
        if moment == planned:
            await self._agenda.take()()
        return True

    def _next_wake(self) -> datetime | None:
        with self._house.app.store.database.reading() as reading:
            return next_wake_at(reading)

    async def _do_what_is_due(self) -> None:
        """Pass deadlines, send letters, and look at what has changed."""
        await asyncio.to_thread(self._house.app.desk.sweep)
        await asyncio.to_thread(self._house.app.owe)
        began, already = steady_seconds(), len(self._house.catcher.letters)
        await self._postman.deliver()
        self.counted.posting += steady_seconds() - began
        self._count_letters(already)
        for running in self.running.values():
            if not running.seen.over:
                self._look(running, await asyncio.to_thread(self._decision, running.reference))

    def _count_letters(self, already: int) -> None:
        """Count what the catcher got, and see to whom reminders went."""
        letters = self._house.catcher.letters[already:]
        self.counted.letters += len(letters)
        reminded: dict[str, list[str]] = {}
        for letter in letters:
            if letter.letter == "reminder":
                practices = reminded.setdefault(letter.decision, [])
                practices.append(self._practice_of[letter.recipient])
        for reference, practices in reminded.items():
            running = self.running[reference]
            self.counted.reminders += len(practices)
            self.counted.reminders_to_answered += sum(p in running.answered for p in practices)
            self._diary.reminded(running, len(set(practices)))

    def _decision(self, reference: str) -> Decision:
        store = self._house.app.store
        with store.database.reading() as reading:
            return load_decision(reading, store.keys, reference, Scope.TURNOUT)

    # --- what follows from where a decision stands --------------------------------------------

    def _look(self, running: Running, decision: Decision) -> None:
        """Where a decision has moved on, say so, and plan how practices answer."""
        before, running.seen = running.seen, Seen.of(decision)
        now, state = running.seen, self._state(decision)
        if before.workflow and now.workflow != before.workflow:
            self._diary.rerouted(running, decision)
        for act in decision.acts[before.acts :]:
            self._diary.acted(running, act)
        if now.result not in (before.result, story.UPHELD):
            self._diary.ended(running, decision, state)
        elif now.state != before.state and now.result is None:
            self._enter(running, decision, state, within=before.workflow == now.workflow)
        elif now.state != before.state and now.acts == before.acts:
            self._diary.waits(running, decision, state)
        elif now.due_at != before.due_at and now.state == before.state:
            running.extensions += 1
            self._diary.extended(running, decision)
            self.practices.plan_extension(running)

    def _enter(self, running: Running, decision: Decision, state: State, *, within: bool) -> None:
        """A phase has begun; `within` a workflow, the one before it has ended."""
        if within:
            self._diary.entered(running, decision)
        running.answered = set()
        if running.scene.called_in and state.call_in and state.call_in.to == "consult":
            self.practices.plan_call_ins(running)
        elif state.open_for is Open.COMMENTS:
            self.practices.plan_comments(running)
        elif state.open_for is Open.VOTES and decision.waiting is not None:
            self.practices.plan_votes(running, decision.waiting)

    def _state(self, decision: Decision) -> State:
        app = self._house.app
        with app.store.database.reading() as reading:
            return app.library.case(reading, decision).state
