"""What somebody has to do, and what somebody did: a workflow's own words, in a reader's."""

from collections.abc import Iterator, Mapping

from engine.case import Case
from engine.definition import Move
from engine.naming import body_words, role_words, sentence
from notifications.words import listed
from storage.told import Told

_TO_DO: Mapping[str, str] = {
    "conclude": "write the outcome statement",
    "approve": "approve it",
    "refuse": "refuse it",
    "ratify": "ratify it",
    "settle": "settle it with the practice",
    "uphold": "let the outcome stand",
    "set_aside": "set it aside",
    "revote": "decide whether the vote is held once more",
}
"""What an act asks of somebody. Withdrawing and an even split are not what anyone is asked for."""

_DID: Mapping[str, str] = {
    "approved": "approved it",
    "refused": "refused it",
    "tied": "was split evenly",
    "ratified": "ratified it",
    "lapsed": "did not act in time",
    "upheld": "has dealt with the challenge: the outcome stands",
    "set_aside": "has set the outcome aside",
}
"""What a body did, after its name."""

ROUTES: Mapping[str, str] = {
    "inform": "practices are informed",
    "committee": "a committee decides",
    "consult": "practices are consulted",
    "vote": "all practices vote",
    "vote+supermajority": "all practices vote, and three quarters have to agree",
}
"""What a route means for practices."""

_WAIT_FOR_LMC = frozenset({"approve", "ratify", "conclude"})


def to_do(case: Case) -> str:
    """What the present state waits for somebody to do: "approve it or refuse it"."""
    acts = case.machinery.workflow.acts_in(case.state.name)
    decides = "uphold" in acts  # whoever can only settle it is asked for that
    asked = [name for name in acts if name in _TO_DO and not (decides and name == "settle")]
    if not asked and case.state.is_final:
        return "decide whether it is put to practices again"
    return listed(_TO_DO[name] for name in asked) or "take the next step"


def who_is_late(case: Case) -> str:
    """Who has let the time pass that led to the present state."""
    if case.state.body is not None:
        return body_words(case.state.body)
    workflow = case.machinery.workflow
    for state in workflow.states.values():
        for move in workflow.moves_from(state.name):
            by_time = state.deadline is not None and move.on == state.deadline.name
            if move.to == case.state.name and by_time and state.owner is not None:
                return role_words(state.owner)
    return "whoever has the step"


def how_it_is_recorded(case: Case, role: str | None) -> tuple[str, ...]:
    """What has to be done with it, so that it is on record and the decision goes on."""
    return tuple(_how(case, role))


def _how(case: Case, role: str | None) -> Iterator[str]:
    moves = tuple(case.machinery.workflow.moves_from(case.state.name))
    acts = {move.on for move in moves}
    waits = acts & _WAIT_FOR_LMC and not any(move.agree for move in moves)
    if waits and "lmc" in case.decision.involve and not case.decision.lmc_heard:
        yield "It waits for the local medical committee's view, which is not on record yet."
    yield from (_agreeing(move) for move in moves if move.agree)
    yield from (_splitting(case, move) for move in moves if move.on == "tie")
    if "settle" in acts:
        yield "The secretary has the words of those who challenge it; ask for them."
    if {"settle", "uphold"} <= acts:
        yield "If it is settled with the practice first, that is filed instead and ends it too."
    what = "statement" if "conclude" in acts else "decision, with its record,"
    if not acts and case.state.is_final:
        yield "Put to practices again it is a new decision: tell the secretary, who opens it."
    elif "revote" in acts:
        yield "Tell the secretary what you decide, with your reason; the secretary files it."
    elif role == "secretary":
        yield f"Have the {what} filed with the decision: only what is filed counts."
    else:
        yield f"Give the {what} to the secretary, who files it."


def _agreeing(move: Move) -> str:
    roles = [role_words(role) for role in move.agree]
    return f"{sentence(', '.join(roles[:-1]))} and {roles[-1]} have to agree, each in person."


def _splitting(case: Case, move: Move) -> str:
    following = case.machinery.workflow.states[move.to]
    settles = body_words(following.body) if following.body else "somebody else"
    return f"An even split is recorded as such, and {settles} settles it."


def what_was_done(act: Told) -> str:
    """Which body did what, with its numbers where they were given.

    Where nobody filed the act it came by itself, when the body's time had passed: whatever follows,
    the body has done nothing.
    """
    numbers = act.body.get("votes") or {}
    by = f", by {numbers['for']} to {numbers['against']}" if numbers else ""
    result = act.body["result"] if act.body.get("by") else "lapsed"
    return f"{did(act.body['body'], result)}{by}."


def did(body: str, result: str) -> str:
    """What a body did, as a sentence without its full stop."""
    return f"{sentence(body_words(body))} {what_it_did(result)}"


def what_it_did(result: str) -> str:
    """The same after the body's name."""
    return _DID.get(result, f"acted on it: {result}")
