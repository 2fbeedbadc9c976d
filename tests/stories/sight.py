"""What a tale's decision looks like at a moment: its state, its letters, its leaves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select

from app.bootstrap import App
from engine.acts import possible_acts
from engine.case import Case
from engine.commands import Scope
from engine.decision import Decision
from engine.trail import instant_from_text, parse
from storage import tables
from storage.decisions import load_decision
from storage.proofs import read_leaves
from tests.stories.register import HandMovedClock, People, Person, people
from workflows.concluding import comments_of
from workflows.overview import overview


@dataclass
class Sight:
    """The desk of a tale, and the decision that the tale is about."""

    home: Path
    app: App
    clock: HandMovedClock
    people: People = field(default_factory=people)
    reference: str = ""

    @property
    def decision(self) -> Decision:
        """The decision as it stands, with who has answered."""
        with self.app.store.database.reading() as reading:
            return load_decision(reading, self.app.store.keys, self.reference, Scope.TURNOUT)

    @property
    def case(self) -> Case:
        """The decision with the rules, the roll and the calendar that it keeps."""
        with self.app.store.database.reading() as reading:
            return self.app.library.case(reading, self.decision)

    @property
    def comments(self) -> list[dict[str, Any]]:
        """The decision's comments and what became of them, as `decision comments` has them."""
        store = self.app.store
        with store.database.reading() as reading:
            return comments_of(reading, store.keys, self.app.library, self.reference)

    @property
    def shown(self) -> dict[str, Any]:
        """What `decision show` tells."""
        store, now = self.app.store, self.clock.now()
        with store.database.reading() as reading:
            return overview(reading, store.keys, self.app.library, self.reference, now)

    @property
    def possible_acts(self) -> set[str]:
        """What staff may do now, where two can agree."""
        return {act.name for act in possible_acts(self.case, self.clock.now(), two_persons=True)}

    def expects_state(self, state: str) -> Self:
        """The decision is in this state."""
        assert self.decision.state == state
        return self

    def expects_deadline(self, when: str) -> Self:
        """The decision waits until this moment."""
        assert self.deadline == when
        return self

    def expects_letters(self, **counted: int) -> Self:
        """So many letters of each of these kinds have been owed so far."""
        assert {letter: self.letters(letter) for letter in counted} == counted
        return self

    @property
    def deadline(self) -> str:
        """The moment that is waited for, in words."""
        due = self.decision.waiting
        return "none" if due is None else self.words(due.due_at)

    def words(self, moment: datetime) -> str:
        """A moment as letters say it: `5pm on Monday 12 October 2026`."""
        return self.app.rulebook.calendar.words(moment)

    @property
    def outcome(self) -> str:
        """How the decision ended."""
        ended = self.decision.outcome
        return "none" if ended is None else ended.result

    def letters(self, letter: str) -> int:
        """How many letters of this kind have been owed so far."""
        return sum(row.letters for row in self._mailings(letter))

    def _mailings(self, letter: str) -> list[Any]:
        columns = tables.mailing.c
        mine = (columns.decision == self.reference, columns.letter == letter)
        query = select(tables.mailing).where(*mine, columns.status != "superseded")
        with self.app.store.database.reading() as reading:
            return list(reading.execute(query.order_by(columns.leaf)))

    def written_to(self, letter: str) -> list[str]:
        """The practices that the last letter of this kind goes to."""
        return list(json.loads(self._mailings(letter)[-1].practices))

    def role_written_to(self, letter: str) -> str | None:
        """The role in the body that the last letter of this kind goes to."""
        role: str | None = self._mailings(letter)[-1].role
        return role

    def moved_from_and_to(self) -> tuple[str, str]:
        """The old and the new time, as the last letter about a moved deadline has them."""
        context = json.loads(self._mailings("extended")[-1].context)
        was, due = (self.words(instant_from_text(context[key])) for key in ("was", "due_at"))
        return was, due

    def leaves(self, kind: str = "") -> list[Mapping[str, Any]]:
        """The leaves of this decision, or those of one type."""
        with self.app.store.database.reading() as reading:
            whole = [parse(row.data) for row in read_leaves(reading, self.reference)]
        return [leaf for leaf in whole if kind in ("", leaf["type"])]

    def closed_at(self, phase: str) -> str:
        """When a phase closed, as the trail has it."""
        closings = [leaf["body"] for leaf in self.leaves("phase.closed")]
        found = next(body for body in closings if body["phase"] == phase)
        return self.words(instant_from_text(found["closed_at"]))

    def counted(self) -> Mapping[str, int]:
        """How many practices voted for and against, and how many answered at all."""
        ended = self.decision.outcome
        count = ended.count if ended and ended.count else {}
        return {name: count[name] for name in ("for", "against", "returned") if name in count}

    def person_id(self, person: Person) -> str:
        """Under which id the register keeps a person."""
        columns = tables.person.c
        with self.app.store.database.reading() as reading:
            query = select(columns.id).where(columns.name == person.name)
            found: str = reading.execute(query).scalar_one()
        return found
