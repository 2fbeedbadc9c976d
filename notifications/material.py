"""Everything a mailing's letters are written from, loaded once for all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.allowance import Account
from engine.case import Case
from engine.charging import is_charged, sum_drawn
from engine.commands import Scope
from engine.decision import Outcome
from engine.definition import Open
from engine.financial_year import year_of
from engine.notes import footer, read_checkpoint
from engine.paper import Paper
from engine.trail import instant_from_text
from storage.allowance import Queried, read_allowance, read_entries, read_queried
from storage.database import Reading
from storage.decisions import load_decision, read_paper
from storage.keys import Keys
from storage.library import Library
from storage.links import live_generations
from storage.mailings import OwedMailing, last_mailing
from storage.marks import read_mark
from storage.moments import moments_of
from storage.next_contacts import lost
from storage.openings import read_openings
from storage.phones import FIRST, PhoneList, phone_list
from storage.receipts import receipt_of
from storage.register import Contact, contacts
from storage.told import Told, last_before, read_told


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """What a receipt tells of: the leaf, what it holds, and who gave it."""

    leaf: int
    question: str | None  # None for a comment
    text: str  # the choice, or the comment
    person: str
    name: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Material:
    """A decision as its letters tell of it. `generations` are those of live links.

    `outcome` is the last one declared when the letters were owed, `act` and `why` what a body did
    and why the decision goes another way, where the letters tell of that.
    """

    case: Case
    paper: Paper
    people: Mapping[str, Contact]
    generations: Mapping[tuple[str, str], int]
    answers: tuple[RecordedAnswer, ...]
    outcome: Told | None = None
    act: Told | None = None
    why: Told | None = None
    of_answers: bool = False  # a receipt: the mailing names the leaves it tells of
    vkey: str = ""  # the trail's key in force
    footer: tuple[str, ...] = ()  # the checkpoint's lines, at the end of every letter
    receipts: tuple[str, ...] = ()  # signed proofs of what a receipt tells of
    queried: Queried | None = None  # the query of its entry in the account
    phones: PhoneList = field(default_factory=dict)  # whom to ring, where the letter is about that
    unreached: frozenset[str] = frozenset()  # practices that no letter has reached, as far as known
    balance: Account | None = None  # that account, where approving it would draw on the allowance
    moved: Told | None = None  # the leaf by which staff moved a time, where the letters tell of it
    announced: datetime | None = None  # what practices were told last, still ahead, is called off

    @property
    def is_erased(self) -> bool:
        """Whether what the letter would tell of is gone."""
        return self.paper.erased or (self.of_answers and not self.answers)


def load_material(
    reading: Reading,
    keys: Keys,
    library: Library,
    mailing: OwedMailing,
    only: Iterable[str] | None = None,
) -> Material:
    """Load what this mailing's letters need, or those of its letters that go to these practices."""
    scope = Scope.COMMENTS if mailing.letter == "outcome" else Scope.TURNOUT
    decision = load_decision(reading, keys, mailing.decision, scope)
    before = _Before.this(reading, mailing)
    told = read_told(reading, keys, before.leaves)
    case = _as_owed(library.case(reading, decision), mailing, before, told)
    queried = _queried(reading, keys, mailing)
    if queried is not None:  # it may be asked when the decision's own calendar has run out
        case = replace(case, calendar=library.calendar(reading, queried.calendar))
    written_to = mailing.practices if only is None else dict.fromkeys(filter(None, only))
    lines = [case.roll.by_practice[code] for code in written_to]
    persons = [person.person for line in lines for person in line.persons]
    answers = _answers(reading, keys, mailing.context)
    known = contacts(reading, {*persons, *(answer.person for answer in answers)})
    return Material(
        case=case,
        paper=read_paper(reading, keys, mailing.decision),
        people=known,
        generations=live_generations(reading, mailing.decision, persons),
        answers=answers,
        outcome=_outcome(before, told),
        act=told.get(mailing.context.get("act", 0)),
        why=told.get(mailing.context.get("why", 0)),
        moved=told.get(mailing.context.get("leaf") or 0) if mailing.letter == "extended" else None,
        of_answers=bool(mailing.context.get("leaves")),
        vkey=key_in_force(reading),
        footer=footer_of(mailing),
        receipts=_receipts(reading, keys, mailing),
        queried=queried,
        balance=_balance(reading, case, mailing),
        announced=_announced(reading, case, mailing),
        phones=phone_list(reading, mailing.context.get("silent", ()), FIRST),
        unreached=_unreached(reading, case, mailing),
    )


def _unreached(reading: Reading, case: Case, mailing: OwedMailing) -> frozenset[str]:
    """The practices that nothing has reached: asked for letters about silence alone."""
    if "silent" not in mailing.context:
        return frozenset()
    return frozenset(lost(reading, case))


def footer_of(mailing: OwedMailing) -> tuple[str, ...]:
    """The lines of the mailing's checkpoint; ValueError where it does not cover its event."""
    if mailing.checkpoint is None:
        return ()
    checkpoint = read_checkpoint(mailing.checkpoint)
    if checkpoint.size <= mailing.leaf:
        message = f"its checkpoint of {checkpoint.size} leaves does not cover leaf {mailing.leaf}"
        raise ValueError(message)
    return footer(checkpoint)


def key_in_force(reading: Reading) -> str:
    """The verifier key that the trail names now."""
    mark = read_mark(reading, "vkey")
    return mark[1] if mark else ""


def _receipts(reading: Reading, keys: Keys, mailing: OwedMailing) -> tuple[str, ...]:
    if mailing.letter != "receipt" or mailing.checkpoint is None:
        return ()
    checkpoint = read_checkpoint(mailing.checkpoint)
    return tuple(receipt_of(reading, keys, n, checkpoint) for n in mailing.context["leaves"])


_ON_QUERIES = frozenset({"query_raised", "query_overdue", "query_answered"})
_BEFORE_AN_ACT = frozenset({"step_due", "step_overdue"})


def _queried(reading: Reading, keys: Keys, mailing: OwedMailing) -> Queried | None:
    """The query that a letter is about: the last one that was raised when it was owed."""
    if mailing.letter not in _ON_QUERIES:
        return None
    return read_queried(reading, keys, mailing.decision, mailing.leaf)


def _balance(reading: Reading, case: Case, mailing: OwedMailing) -> Account | None:
    """The account that a body reads of before it approves what draws on it."""
    draws = sum_drawn(case.decision) is not None and not is_charged(case.decision)
    if mailing.letter not in _BEFORE_AN_ACT or not draws:
        return None
    year = str(year_of(case.calendar, mailing.at))
    return Account(year, read_allowance(reading, year), read_entries(reading, year))


ANNOUNCE = frozenset({"notice", "consultation_opened", "vote_opened", "extended"})
"""Letters that tell practices by when something is asked of them."""

END = frozenset({"outcome", "withdrawn", "acted", "challenged"})
"""Letters after which nothing is: a time that is still ahead then is called off."""


def _announced(reading: Reading, case: Case, mailing: OwedMailing) -> datetime | None:
    """The time that practices last read of, where this letter calls it off before it has come."""
    if mailing.letter not in END:
        return None
    last = last_mailing(reading, mailing, ANNOUNCE | END)
    due = last.context.get("due_at") if last and last.letter in ANNOUNCE else None
    if last is None or due is None:
        return None
    state = case.machinery.workflow.states.get(last.context.get("state", ""))
    was_open = state is None or state.open_for is not Open.NOTHING
    moment = instant_from_text(due)
    return moment if was_open and moment > mailing.at else None


_TOLD = ("act", "why", "leaf")  # where a mailing's context names a leaf that its letters tell of


@dataclass(frozen=True, slots=True)
class _Before:
    """The leaves that say how a decision stood when a mailing was owed, and those it tells of."""

    routed: int | None
    outcome: int | None  # or the order to vote once more, which takes it back
    told: tuple[int, ...]

    @classmethod
    def this(cls, reading: Reading, mailing: OwedMailing) -> "_Before":
        reference, leaf, context = mailing.decision, mailing.leaf, mailing.context
        return cls(
            last_before(reading, reference, leaf, "decision.opened", "decision.routed"),
            last_before(reading, reference, leaf, "outcome.declared", "revote.ordered"),
            tuple(context[name] for name in _TOLD if context.get(name)),
        )

    @property
    def leaves(self) -> tuple[int, ...]:
        return (*(n for n in (self.routed, self.outcome) if n is not None), *self.told)


def _outcome(before: _Before, told: Mapping[int, Told]) -> Told | None:
    found = told.get(before.outcome or 0)
    return found if found is not None and found.type == "outcome.declared" else None


def _as_owed(case: Case, mailing: OwedMailing, before: _Before, told: Mapping[int, Told]) -> Case:
    """The case with state, workflow, outcome, acts and challenge as when the mailing was owed.

    A letter may be written a day late, when the decision has gone on; it tells of its own day.
    """
    decision, outcome = case.decision, _outcome(before, told)
    held = decision.held if decision.held and decision.held.at <= mailing.at else None
    routed = told.get(before.routed or 0)
    workflow = routed.body["workflow"] if routed else decision.workflow
    name = routed.body.get("name") if routed else None
    then = replace(
        decision,
        state=mailing.context.get("state") or decision.state,
        workflow=workflow,
        name=name or decision.name,
        outcome=_declared(outcome) if outcome else None,
        acts=tuple(act for act in decision.acts if act.at <= mailing.at),
        held=held,
    )
    return replace(case, decision=then, machinery=case.machinery_of(workflow))


def _declared(told: Told) -> Outcome:
    body = told.body
    return Outcome(body["result"], tuple(body["sentences"]), told.at, body.get("count"))


def _questions(reading: Reading, keys: Keys, context: Mapping[str, Any]) -> list[str | None]:
    """Which question each leaf of a receipt answers; one owed by an earlier release names none."""
    if "questions" in context:
        return list(context["questions"])
    leaves: list[int] = context.get("leaves", [])
    told = read_told(reading, keys, leaves)
    return [told[n].body.get("question") for n in leaves]


def _answers(
    reading: Reading, keys: Keys, context: Mapping[str, Any]
) -> tuple[RecordedAnswer, ...]:
    """Open the leaves that a receipt names. An erased one is left out."""
    leaves: list[int] = context.get("leaves", [])
    questions = dict(zip(leaves, _questions(reading, keys, context), strict=True))
    fields = ("choice", "text", "by")
    opened = read_openings(reading, keys, [(n, field) for n in leaves for field in fields])
    moments = moments_of(reading, leaves)
    return tuple(
        RecordedAnswer(
            leaf=n,
            question=questions[n],
            text=opened.get((n, "choice")) or opened.get((n, "text"), ""),
            person=opened[n, "by"]["person"],
            name=opened[n, "by"]["name"],
            role=opened[n, "by"]["role"],
            at=moments[n],
        )
        for n in leaves
        if (n, "by") in opened
    )
