"""What staff do in a rehearsal: the acts that the desk offers, with made-up reasons and papers."""

from dataclasses import dataclass

from app.commands.decisions import command_for
from app.rehearse.plays import Manner
from app.rehearse.stage import Stage
from engine.errors import Refused
from engine.people import Actor, How
from engine.refusals import NeedsLmc
from storage.register import body_person
from workflows.overview import overview

_REASON = "This is a rehearsal; here the reason would stand."
_WORDS = "This is a rehearsal. The words of the paper would stand here."

UNASKED = frozenset(
    {
        *("withdraw", "extend", "recompute", "retry", "override"),
        *("record-lmc", "call-in", "call_in", "revote", "re-vote"),
    }
)
"""Acts out of the ordinary: they are offered almost always, and no play waits for them."""

_FIRST, _SECOND = "secretary@body.example", "chair@body.example"


@dataclass(frozen=True, slots=True)
class Did:
    """What came of staff's turn: the act that was done, or what stood in its way."""

    act: str = ""
    refused: str = ""


def waiting_acts(stage: Stage, reference: str) -> tuple[str, ...]:
    """The acts that the decision waits for, as the desk offers them."""
    return tuple(name for name in _offered(stage, reference) if name not in UNASKED)


def _offered(stage: Stage, reference: str) -> tuple[str, ...]:
    app = stage.app
    with app.store.database.reading() as reading:
        value = overview(reading, app.store.keys, app.library, reference, app.clock.now())
    return tuple(act["name"] for act in value["actions"])


def take_turn(stage: Stage, reference: str, manner: Manner) -> Did:
    """Do the first act that can be done, or the last one first where the play is so minded.

    What the desk refuses, or this rehearsal does not know, is not done; the first such is told of.
    """
    acts = waiting_acts(stage, reference)
    refused = ""
    for name in reversed(acts) if manner.last else acts:
        try:
            _do_after_the_lmc(stage, reference, name)
        except Refused as refusal:
            refused = refused or f"{name}: {refusal.says}"
        else:
            return Did(act=name)
    return Did(refused=refused)


def _do_after_the_lmc(stage: Stage, reference: str, name: str) -> None:
    try:
        _do(stage, reference, name)
    except NeedsLmc:
        _do(stage, reference, "record-lmc")
        _do(stage, reference, name)


def _do(stage: Stage, reference: str, name: str) -> None:
    """Do an act as the secretary; as the chair where only the chair may, or a second has to."""
    secretary, chair = (_signed_in(stage, email) for email in (_FIRST, _SECOND))
    try:
        filed = _give(stage, reference, name, secretary)
    except NeedsLmc:
        raise
    except Refused as refused:
        try:
            _give(stage, reference, name, chair)
        except Refused:
            raise refused from None
        return
    if "act.proposed" in filed:
        _give(stage, reference, name, chair)


def _give(stage: Stage, reference: str, name: str, actor: Actor) -> set[str]:
    """Give the command; the types of the events that it led to."""
    command = command_for(stage.app, name, actor, reason=_REASON, words=_WORDS, days=1)
    handled = stage.app.desk.handle(reference, command)
    return {event.type for event, _ in handled.filed}


def _signed_in(stage: Stage, email: str) -> Actor:
    with stage.app.store.database.reading() as reading:
        person = body_person(reading, email)
    return Actor(person.person if person else None, How.SESSION)
