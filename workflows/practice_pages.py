"""Drawing a practice's page from what is on record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.case import Case
from engine.challenges import is_disputed
from engine.commands import Scope
from engine.decision import Due, DueStatus, Outcome, Vote
from engine.definition import Open
from engine.gunning import gunning
from engine.meaning import meaning_for, without_vote
from engine.meetings import plain_day
from engine.notice import notice_words
from engine.paper import Paper as Words
from engine.people import PRACTICE_ROLES
from engine.roll import RollLine
from engine.statement import read_statement
from storage.comments import Remarked, read_comments
from storage.database import Reading
from storage.decisions import (
    Asker,
    MeetingWords,
    accounts,
    load_decision,
    read_meetings,
    read_paper,
    read_votes,
)
from storage.intake.names import spoken_name
from storage.keys import Keys
from storage.library import Library
from storage.links import LinkHolder
from storage.moments import moments_of
from storage.register import Contact, contacts
from storage.replies import count_waiting
from storage.told import Told, told_to
from workflows.answers import (
    Attended,
    Ballot,
    Form,
    Paper,
    Passage,
    PracticePage,
    Question,
    Remark,
    Stage,
    Standing,
    Verdict,
)
from workflows.beside_pages import beside, standing_outcome


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page is drawn from."""

    case: Case
    words: Words
    line: RollLine
    holder: LinkHolder
    people: Mapping[str, Contact]
    comments: tuple[Remarked, ...]  # this practice's, in all states
    moments: Mapping[int, datetime]
    told: Sequence[Told]
    votes: tuple[Vote, ...]  # everybody's, after the close
    meetings: tuple[MeetingWords, ...] = ()
    waiting: int = 0  # replies of this person that wait for their word


def look(reading: Reading, keys: Keys, library: Library, holder: LinkHolder) -> Sight:
    """Load everything a page needs; a handful of reads."""
    asker = Asker(holder.practice, holder.person)
    decision = load_decision(reading, keys, holder.decision, Scope.OWN, asker)
    if decision.outcome is not None:
        decision = replace(decision, accounts=accounts(reading, holder.decision))
    case = library.case(reading, decision)
    line = case.roll.by_practice[holder.practice]
    return Sight(
        case=case,
        words=read_paper(reading, keys, holder.decision),
        line=line,
        holder=holder,
        people=contacts(reading, [person.person for person in line.persons]),
        comments=read_comments(reading, keys, holder.decision, holder.practice),
        moments=moments_of(reading, [vote.leaf for vote in decision.votes]),
        told=told_to(reading, keys, holder.decision, holder.practice),
        votes=_everybodys(reading, keys, case),
        meetings=read_meetings(reading, keys, decision),
        waiting=count_waiting(reading, holder.decision, holder.practice, holder.person),
    )


def _everybodys(reading: Reading, keys: Keys, case: Case) -> tuple[Vote, ...]:
    """Nobody sees another practice's vote before the outcome; then the whole roll sees all."""
    decision = case.decision
    outcomes = (decision.outcome, decision.held and decision.held.outcome)
    if not any(outcome and outcome.count is not None for outcome in outcomes):
        return ()
    return read_votes(reading, keys, decision)


def voters(sight: Sight) -> tuple[str, ...]:
    """Who may cast this practice's vote, by name."""
    casting = [person for person in sight.line.persons if person.may_cast]
    ranked = sorted(casting, key=lambda person: PRACTICE_ROLES.index(person.role))
    return tuple(sight.people[p.person].name for p in ranked if p.person in sight.people)


def draw(sight: Sight, organisation: str, now: datetime) -> PracticePage:
    """The page, as it stands at this instant."""
    case, decision = sight.case, sight.case.decision
    stage = stage_of(case, now)
    form = _form(case, sight.line.practice, stage)
    due = decision.waiting if form is not Form.NONE else _closed(case, now)
    person = sight.people.get(sight.holder.person)
    return PracticePage(
        organisation=organisation,
        reference=decision.reference,
        title=sight.words.title,
        summary=sight.words.summary,
        practice_code=sight.line.practice,
        practice_name=spoken_name(sight.line.name),
        person_name=person.name if person else "",
        may_cast=sight.holder.may_cast,
        voters=voters(sight),
        stage=stage,
        form=form,
        state_title=case.state.title,
        opened_at=decision.opened_at,
        due_at=due.due_at if due else None,
        due_words=case.calendar.words_with_zone(due.due_at) if due else "",
        drawn_at=now,
        level=decision.level,
        route=decision.route,
        reasons=sight.words.reasons(decision.reasons, decision.asks),
        meaning=meaning(case, sight.line),
        on_roll=len(case.roll.lines),
        place_on_roll=case.roll.place[sight.line.practice],
        roll_digest=decision.roll,
        contact=sight.words.contact,
        questions=_questions(case, sight.words),
        standing={vote.question: _standing(sight, vote) for vote in decision.votes},
        remarks=tuple(_remark(remarked) for remarked in sight.comments),
        papers=tuple(
            Paper(index, document.name, document.size)
            for index, document in enumerate(sight.words.documents)
        ),
        verdict=_verdict(sight),
        withdrawn_because=_said(sight, "reason") if stage is Stage.WITHDRAWN else None,
        ballots=tuple(_ballots(sight)),
        beside=beside(case, sight.told, sight.line.practice, now, sight.words.asked),
        meetings=tuple(_attended(sight)),
        erased=sight.words.erased,
        waiting=sight.waiting,
    )


def stage_of(case: Case, now: datetime) -> Stage:
    """Where the decision stands, as a practice would say it."""
    decision = case.decision
    if decision.outcome is not None:
        return _after(case, decision.outcome)
    if case.state.open_for is Open.NOTHING:
        return Stage.WAITING
    if decision.waiting is not None and now >= decision.waiting.due_at:
        return Stage.COUNTING
    if case.state.open_for is Open.VOTES:
        return Stage.VOTING
    return Stage.INFORMING if decision.route == "inform" else Stage.CONSULTING


def _after(case: Case, outcome: Outcome) -> Stage:
    if is_disputed(case):
        return Stage.HELD
    if outcome.result == "withdrawn":
        return Stage.WITHDRAWN
    return Stage.DECIDED if case.state.body is None else Stage.ACTING


_FORMS = {
    Stage.INFORMING: Form.COMMENT,
    Stage.CONSULTING: Form.COMMENT,
    Stage.VOTING: Form.VOTE,
}


def form_of(case: Case, practice: str, now: datetime) -> Form:
    """The form that is open for this practice now."""
    return _form(case, practice, stage_of(case, now))


def _form(case: Case, practice: str, stage: Stage) -> Form:
    """The form that is open for this practice: a ruling on its interest may have closed it."""
    form = _FORMS.get(stage, Form.NONE)
    if practice in case.decision.kept_out:
        return Form.NONE
    barred = practice in case.decision.excluded and form is Form.VOTE
    return Form.COMMENT if barred else form


def _closed(case: Case, now: datetime) -> Due | None:
    """The last deadline by which practices could answer; a body's own deadline is its step's."""
    workflows = [case.machinery.workflow]
    if case.decision.held is not None:
        workflows.append(case.machinery_of(case.decision.held.workflow).workflow)
    open_ = {
        state.name
        for workflow in workflows
        for state in workflow.states.values()
        if state.open_for is not Open.NOTHING
    }
    past = (
        due
        for due in reversed(case.decision.deadlines)
        if due.state in open_ and due.status is not DueStatus.CLEARED and due.due_at <= now
    )
    return next(past, None)


def meaning(case: Case, line: RollLine) -> tuple[str, ...]:
    """What the decision means for this practice."""
    rule = case.machinery.workflow.vote
    sentences = meaning_for(case.decision.facts, line, rule, roll=case.roll)
    return sentences if rule else without_vote(sentences)


def _ballots(sight: Sight) -> Iterator[Ballot]:
    """How each practice on the roll answered, in the roll's order."""
    choices = {(vote.question, vote.practice): vote.choice for vote in sight.votes}
    if not choices:
        return
    for question in _in_order(sight.case, sight.words):
        for line in sight.case.roll.lines:
            choice = choices.get((question, line.practice), "")
            yield Ballot(question, line.practice, spoken_name(line.name), choice)


def _questions(case: Case, words: Words) -> tuple[Question, ...]:
    """The ballot; a question without a text of its own asks about the title."""
    if case.machinery.workflow.vote is None and case.decision.round == 0:
        return ()
    ballot = case.decision.ballot
    return tuple(
        Question(name, words.questions.get(name) or words.title, ballot[name], words.candidates)
        for name in _in_order(case, words)
    )


def _in_order(case: Case, words: Words) -> tuple[str, ...]:
    """The questions that are still on the ballot, in the order of the paper."""
    ballot = case.decision.ballot
    put = tuple(name for name in words.questions if name in ballot)
    return (*put, *(name for name in ballot if name not in put))


def _attended(sight: Sight) -> Iterator[Attended]:
    for held, words in zip(sight.case.decision.meetings, sight.meetings, strict=True):
        if sight.line.practice in held.attended:
            day = plain_day(date.fromisoformat(held.held_on))
            yield Attended(day, words.place, words.minute, words.views)


def _standing(sight: Sight, vote: Vote) -> Standing:
    at = sight.moments[vote.leaf]
    by_hand = vote.practice in sight.case.decision.by_hand
    by = vote.by
    return Standing(vote.question, vote.choice, by.name, by.role, at, vote.leaf, by_hand)


def _remark(remarked: Remarked) -> Remark:
    comment, answer = remarked.comment, remarked.answer
    return Remark(
        text=comment.text,
        name=comment.by.name,
        at=remarked.at,
        leaf=comment.leaf,
        disposition=answer.disposition if answer else "",
        answer=answer.text if answer else "",
    )


def _verdict(sight: Sight) -> Verdict | None:
    outcome = standing_outcome(sight.case)
    if outcome is None:
        return None
    case, words, statement = sight.case, sight.words, _said(sight, "statement")
    silent = outcome.result == "withdrawn" or words.erased
    points = () if silent else gunning(case, words, statement)
    return Verdict(
        result=outcome.result,
        sentences=(
            *words.told(outcome.sentences),
            *notice_words(case.calendar, outcome, words.effective),
        ),
        at=outcome.at,
        statement=tuple(Passage(p.title, p.text) for p in read_statement(statement or "")),
        consulted=tuple(point.words for point in points),
    )


def _said(sight: Sight, field: str) -> str | None:
    """What staff said with the outcome that stands: its `statement`, or its `reason`."""
    outcome = standing_outcome(sight.case)
    words = [
        leaf.said(field) or None
        for leaf in sight.told
        if leaf.type == "outcome.declared" and outcome is not None and leaf.at == outcome.at
    ]
    return words[-1] if words else None
