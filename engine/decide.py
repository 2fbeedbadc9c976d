"""decide(case, command, now) -> what happens: the one door to the rules of a running decision."""

from datetime import datetime

from engine.acts import act
from engine.answering import answer
from engine.case import Case, Ruling
from engine.challenges import challenge
from engine.commands import CallIn, Challenge, Command, GiveAnswer, PassDeadline, Remind
from engine.deadlines import pass_deadline, remind
from engine.rerouting import call_in


def decide(case: Case, command: Command, now: datetime) -> Ruling:
    """Rule on a command at an instant (aware; never earlier than the trail's last leaf).

    Raises a refusal of `engine.refusals` where nothing is to be recorded.
    """
    if now.tzinfo is None:
        message = "now must be an aware datetime"
        raise ValueError(message)
    match command:
        case GiveAnswer():
            return answer(case, command, now)
        case CallIn():
            return call_in(case, command, now)
        case Challenge():
            return challenge(case, command, now)
        case PassDeadline():
            return pass_deadline(case, command, now)
        case Remind():
            return remind(case, command, now)
        case _:
            return act(case, command, now)
