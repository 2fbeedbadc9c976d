"""What practices do in a rehearsal: they answer by the links of their letters, as the play says."""

from app.rehearse.body import CODES
from app.rehearse.plays import Manner
from app.rehearse.stage import Stage
from engine.case import Case
from engine.definition import Open
from engine.links import make_token
from storage.links import live_generations
from workflows.answers import Answer


def answer(stage: Stage, case: Case, manner: Manner) -> None:
    """The practices of the play answer, one after the other."""
    if case.state.open_for is Open.VOTES:
        choices = [choice for choice, number in manner.votes.items() for _ in range(number)]
        answers = [
            Answer(dict.fromkeys(case.decision.ballot, c), "Dr Lee", "", "") for c in choices
        ]
    else:
        answers = [Answer({}, "Dr Lee", "", manner.says)] * manner.comments
    for code, sent in zip(CODES, answers, strict=False):
        stage.app.practice_desk.respond(_link(stage, case, code), sent)


def _link(stage: Stage, case: Case, code: str) -> str:
    """The secret part of the link of the practice's lead."""
    store, reference = stage.app.store, case.decision.reference
    line = case.roll.by_practice[code]
    voter = next(person.person for person in line.persons if person.may_cast)
    with store.database.reading() as reading:
        generation = live_generations(reading, reference, [voter])[code, voter]
    return make_token(store.link_key, reference, code, voter, generation)
