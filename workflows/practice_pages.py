"""Drawing a practice's page from what is on record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.case import Case
from engine.commands import Scope
from engine.decision import Comment, Decision, Vote
from engine.definition import Open
from engine.meaning import meaning_for, without_vote
from engine.meetings import plain_day
from engine.paper import Paper as Words
from engine.people import PRACTICE_ROLES
from engine.questions import in_words
from engine.roll import RollLine
from storage.database import Reading
from storage.decisions import (
    Asker,
    MeetingWords,
    load_decision,
    own_comments,
    read_meetings,
    read_outcome_words,
    read_paper,
)
from storage.intake.names import spoken_name
from storage.keys import Keys
from storage.library import Library
from storage.links import LinkHolder
from storage.moments import moments_of
from storage.register import Contact, contacts
from workflows.answers import (
    Attended,
    Ballot,
    Form,
    Paper,
    PracticePage,
    Question,
    Remark,
    Stage,
    Standing,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page is drawn from."""

    case: Case
    words: Words
    line: RollLine
    holder: LinkHolder
    people: Mapping[str, Contact]
    comments: tuple[Comment, ...]
    moments: Mapping[int, datetime]
    statement: str | None
    reason: str | None
    votes: tuple[Vote, ...]  # everybody's, after the close
    meetings: tuple[MeetingWords, ...] = ()


def look(reading: Reading, keys: Keys, library: Library, holder: LinkHolder) -> Sight:
    """Load everything a page needs; a handful of reads."""
    asker = Asker(holder.practice, holder.person)
    decision = load_decision(reading, keys, holder.decision, Scope.OWN, asker)
    case = library.case(reading, decision)
    line = case.roll.by_practice[holder.practice]
    comments = own_comments(reading, keys, decision, holder.practice, every=True)
    leaves = [vote.leaf for vote in decision.votes] + [comment.leaf for comment in comments]
    words: tuple[str | None, str | None] = (None, None)
    if decision.outcome is not None:
        words = read_outcome_words(reading, keys, holder.decision)
    return Sight(
        case=case,
        words=read_paper(reading, keys, holder.decision),
        line=line,
        holder=holder,
        people=contacts(reading, [person.person for person in line.persons]),
        comments=comments,
        moments=moments_of(reading, leaves),
        statement=words[0],
        reason=words[1],
        votes=_everybodys(reading, keys, decision),
        meetings=read_meetings(reading, keys, decision),
    )


def _everybodys(reading: Reading, keys: Keys, decision: Decision) -> tuple[Vote, ...]:
    """Nobody sees another practice's vote before the outcome; then the whole roll sees all."""
    counted = decision.outcome is not None and decision.outcome.count is not None
    if not counted:
        return ()
    return load_decision(reading, keys, decision.reference, Scope.ALL).votes


def voters(sight: Sight) -> tuple[str, ...]:
    """Who may cast this practice's vote, by name."""
    casting = [person for person in sight.line.persons if person.may_cast]
    ranked = sorted(casting, key=lambda person: PRACTICE_ROLES.index(person.role))
    return tuple(sight.people[p.person].name for p in ranked if p.person in sight.people)


def draw(sight: Sight, organisation: str, now: datetime) -> PracticePage:
    """The page, as it stands at this instant."""
    case, decision = sight.case, sight.case.decision
    stage = stage_of(case, now)
    due = decision.waiting or (decision.deadlines[-1] if decision.deadlines else None)
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
        form=_FORMS.get(stage, Form.NONE),
        state_title=case.state.title,
        opened_at=decision.opened_at,
        due_at=due.due_at if due else None,
        due_words=case.calendar.words_with_zone(due.due_at) if due else "",
        level=decision.level,
        route=decision.route,
        reasons=sight.words.reasons(decision.reasons),
        meaning=meaning(case, sight.line),
        on_roll=len(case.roll.lines),
        place_on_roll=case.roll.place[sight.line.practice],
        roll_digest=decision.roll,
        contact=sight.words.contact,
        questions=_questions(case, sight.words),
        standing={vote.question: _standing(sight, vote) for vote in decision.votes},
        remarks=tuple(_remark(sight, comment) for comment in sight.comments),
        papers=tuple(
            Paper(index, document.name, document.size)
            for index, document in enumerate(sight.words.documents)
        ),
        verdict=_verdict(sight),
        withdrawn_because=sight.reason if stage is Stage.WITHDRAWN else None,
        ballots=tuple(_ballots(sight)),
        meetings=tuple(_attended(sight)),
    )


def stage_of(case: Case, now: datetime) -> Stage:
    """Where the decision stands, as a practice would say it."""
    decision = case.decision
    if decision.outcome is not None:
        return Stage.WITHDRAWN if decision.outcome.result == "withdrawn" else Stage.DECIDED
    if decision.waiting is not None and now >= decision.waiting.due_at:
        return Stage.COUNTING
    if case.state.open_for is Open.VOTES:
        return Stage.VOTING
    if case.state.open_for is Open.NOTHING:
        return Stage.WAITING
    return Stage.INFORMING if decision.route == "inform" else Stage.CONSULTING


_FORMS = {
    Stage.INFORMING: Form.COMMENT,
    Stage.CONSULTING: Form.COMMENT,
    Stage.VOTING: Form.VOTE,
}


def meaning(case: Case, line: RollLine) -> tuple[str, ...]:
    """What the decision means for this practice."""
    sentences = meaning_for(case.decision.facts, line, roll=case.roll)
    return sentences if case.machinery.workflow.vote else without_vote(sentences)


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


def _remark(sight: Sight, comment: Comment) -> Remark:
    return Remark(comment.text, comment.by.name, sight.moments[comment.leaf], comment.leaf)


def _verdict(sight: Sight) -> Verdict | None:
    outcome = sight.case.decision.outcome
    if outcome is None:
        return None
    said = (sight.statement,) if sight.statement else ()
    return Verdict(
        outcome.result, (*in_words(outcome.sentences, sight.words.asked), *said), outcome.at
    )
