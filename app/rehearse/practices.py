"""What practices do in a rehearsal: they answer by the links of their letters, as the play says."""

from app.rehearse.body import CODES
from app.rehearse.plays import Manner
from app.rehearse.stage import Stage
from engine.candidates import is_election
from engine.case import Case
from engine.commands import CallIn, Challenge
from engine.definition import Open
from engine.held import ABSTAIN, AGAINST, FOR
from engine.links import make_token
from engine.people import By
from storage.decisions import Asker
from storage.links import find_link, live_generations
from workflows.answers import Answer


def answer(stage: Stage, case: Case, manner: Manner) -> None:
    """The practices of the play answer, one after the other."""
    if case.state.open_for is Open.VOTES:
        if case.decision.round <= manner.silent_votes:
            return
        answers = [
            Answer(_choices(case, play), "Dr Lee", "", "")
            for play, number in manner.votes.items()
            for _ in range(number)
        ]
    else:
        answers = [Answer({}, "Dr Lee", "", manner.says)] * manner.comments
    for code, sent in zip(CODES, answers, strict=False):
        stage.app.practice_desk.respond(_link(stage, case, code), sent)


def _choices(case: Case, play: str) -> dict[str, str]:
    """What a practice chooses; between candidates, those for the motion take the first of them."""
    ballot = case.decision.ballot
    if not is_election(ballot):
        return dict.fromkeys(ballot, play)
    (options,) = ballot.values()
    chosen = {FOR: options[0], AGAINST: options[1]}
    return dict.fromkeys(ballot, chosen.get(play, ABSTAIN))


def call_in(stage: Stage, case: Case) -> None:
    """Practices ask for the next route, one after the other, until the decision rises."""
    for code in CODES:
        if _ask(stage, case, code, CallIn, "All practices should be asked."):
            return


def challenge(stage: Stage, case: Case) -> None:
    """One practice challenges how the outcome came about."""
    _ask(stage, case, CODES[0], Challenge, "We had no letter, so we could not answer.")


def _ask(stage: Stage, case: Case, code: str, kind: type[CallIn | Challenge], text: str) -> bool:
    """A practice's lead asks, by their link; whether the decision goes another way for it."""
    store, desk = stage.app.store, stage.app.desk
    with store.database.reading() as reading:
        holder = find_link(reading, _link(stage, case, code))
    if holder is None:
        return False
    command = kind(code, By(holder.person, "Dr Lee"), holder.may_cast, text)
    handled = desk.handle(holder.decision, command, Asker(code, holder.person))
    return any(event.type == "decision.routed" for event, _ in handled.filed)


def _link(stage: Stage, case: Case, code: str) -> str:
    """The secret part of the link of the practice's lead."""
    store, reference = stage.app.store, case.decision.reference
    line = case.roll.by_practice[code]
    voter = next(person.person for person in line.persons if person.may_cast)
    with store.database.reading() as reading:
        generation = live_generations(reading, reference, [voter])[code, voter]
    return make_token(store.link_key, reference, code, voter, generation)
