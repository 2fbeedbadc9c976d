"""decide(case, command, now) -> what happens: the one door to the rules of a running decision."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.acts import act
from engine.answering import answer
from engine.case import Case, Ruling
from engine.challenges import challenge
from engine.commands import (
    AnswerQuery,
    CallIn,
    Challenge,
    Command,
    GiveAnswer,
    PassDeadline,
    PassQuery,
    QueryEntry,
    Remind,
)
from engine.deadlines import pass_deadline, remind
from engine.queries import answer_query, pass_query, query
from engine.rerouting import call_in


def decide(case: Case, command: Command, now: datetime) -> Ruling:
    """Rule on a command at an instant (aware; never earlier than the trail's last leaf).

    Raises a refusal of `engine.refusals` where nothing is to be recorded.
    """
    if now.tzinfo is None:
        message = "now must be an aware datetime"
        raise ValueError(message)
    return _RULES.get(type(command), act)(case, command, now)


_Rule = Callable[[Case, Any, datetime], Ruling]

_RULES: Mapping[type[Command], _Rule] = {
    GiveAnswer: answer,
    CallIn: call_in,
    Challenge: challenge,
    PassDeadline: pass_deadline,
    Remind: remind,
    QueryEntry: query,
    AnswerQuery: answer_query,
    PassQuery: pass_query,
}
"""What is not an act of staff or of a body; everything else is."""
