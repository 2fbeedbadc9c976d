"""What staff do in a rehearsal: the acts that the desk offers, with made-up reasons and papers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.commands.actions import Given, commands_for
from app.rehearse.plays import Manner
from app.rehearse.stage import Stage
from engine.commands import AnswerComment, Command, Revote
from engine.errors import Refused
from engine.people import BODY_ROLES, Actor, How
from engine.refusals import NeedsLmc, NoSuchAct
from storage.register import body_person
from workflows.concluding import comments_of
from workflows.overview import overview

_REASON = "This is a rehearsal; here the reason would stand."
_WORDS = """What we decided
This is a rehearsal. The words of the paper would stand here.

Reasons
This is a rehearsal.

Options rejected
None in a rehearsal.

You said, we did
What practices said would stand here."""

UNASKED = frozenset(
    {
        *("withdraw", "extend", "recompute", "retry", "override"),
        *("record-lmc", "revote", "drop-question", "declare-interest", "rule-interest"),
        *("record-meeting", "answer", "reached"),
    }
)
"""Acts out of the ordinary: they are offered almost always, and no play waits for them."""

_AGREED = tuple(frozenset({role}) for role in BODY_ROLES)

_FIRST, _SECOND = "secretary@body.example", "chair@body.example"


CommandsFor = Callable[[str, Given], Iterable[Command]]
"""Makes a command of an action's name. Raises `NoSuchAct` for one that it does not know."""


@dataclass(frozen=True, slots=True)
class Did:
    """What came of staff's turn: the act that was done, and what stood in the way of another."""

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


def take_turn(
    stage: Stage, reference: str, manner: Manner, commands: CommandsFor = commands_for
) -> Did:
    """Do the first act that can be done, the one that the play prefers before all others.

    What the desk refuses, or this rehearsal does not know, is not done; the first such is told of.
    """
    acts = waiting_acts(stage, reference)
    refused = ""
    for name in sorted(acts, key=lambda name: name not in manner.prefers):
        try:
            Turn(stage, reference, commands).do(name)
        except Refused as refusal:
            refused = refused or f"{name}: {refusal.says}"
        else:
            return Did(name, refused)
    return Did(refused=refused)


def may_order_revote(stage: Stage, reference: str) -> bool:
    """Whether a vote may be ordered once more."""
    return "revote" in _offered(stage, reference)


def order_revote(stage: Stage, reference: str) -> None:
    """The chair orders the vote once more."""
    chair = Turn(stage, reference, commands_for).signed_in(_SECOND)
    stage.app.desk.handle(reference, Revote(chair, _REASON))


@dataclass(frozen=True, slots=True)
class Turn:
    """Staff at the desk. `commands` makes a command of an act's name, as the command line does."""

    stage: Stage
    reference: str
    commands: CommandsFor

    def do(self, name: str) -> None:
        """Do an act; where it waits for the local medical committee's view, that is put first."""
        try:
            self._do(name)
        except NeedsLmc:
            self._do("record-lmc")
            self._do(name)

    def _do(self, name: str) -> None:
        """As the secretary; as the chair where the secretary may not, or a second has to."""
        secretary, chair = (self.signed_in(email) for email in (_FIRST, _SECOND))
        try:
            filed = self._give(name, secretary)
        except (NeedsLmc, NoSuchAct):
            raise
        except Refused as refused:
            try:
                self._give(name, chair)
            except Refused:
                raise refused from None
            return
        if "act.proposed" in filed:
            self._give(name, chair)

    def _give(self, name: str, actor: Actor) -> set[str]:
        """Give the command; the types of the events that it led to."""
        app = self.stage.app
        given = Given(
            app, self.reference, actor, reason=_REASON, words=_WORDS, days=1, agreed=_AGREED
        )
        commands = [*self._answers(actor, name), *self.commands(name, given)]
        handled = app.desk.handle_all(self.reference, commands)
        return {event.type for each in handled for event, _ in each.filed}

    def _answers(self, actor: Actor, name: str) -> list[Command]:
        """Nothing is concluded before every comment has been answered."""
        if name != "conclude":
            return []
        app = self.stage.app
        with app.store.database.reading() as reading:
            found = comments_of(reading, app.store.keys, app.library, self.reference)
        open_ = (each["comment"] for each in found if not each["disposition"])
        return [AnswerComment(actor, n, "noted", _REASON) for n in open_]

    def signed_in(self, email: str) -> Actor:
        """Somebody of the body, by their address."""
        with self.stage.app.store.database.reading() as reading:
            person = body_person(reading, email)
        return Actor(person.person if person else None, How.SESSION)
