"""What happens next, in words: to be said in letters and on pages."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from engine.bodies import may_revote
from engine.case import Case
from engine.challenges import challenge_ends
from engine.definition import Move, Open, State
from engine.follow_up import SECOND_LOOK
from engine.naming import BODIES, body_words, role_words, sentence

_MEANS: Mapping[str, str] = {
    "inquorate": "Too few practices answered for a decision either way, so nothing changes.",
    "not_carried": "Practices did not agree, so nothing changes.",
    "upheld": "The challenge is over, and what was decided counts.",
    "set_aside": "What was decided no longer counts, and nothing follows from it.",
}
"""What a result alone comes to."""

_RISES: Mapping[str, str] = {
    "consult": "practices are consulted first",
    "vote": "all practices vote on it",
}
"""What a decision is raised to when practices call it in."""


def after_opening(case: Case) -> tuple[str, ...]:
    """What follows the step that practices are in now."""
    return tuple(_after_opening(case))


def _after_opening(case: Case) -> Iterator[str]:
    due = case.decision.waiting
    if due is None or case.state.open_for is not Open.COMMENTS:
        return
    for move in case.machinery.workflow.moves_from(case.decision.state):
        following = case.machinery.workflow.states[move.to]
        if move.on == due.name and following.deadline is not None:
            end = case.calendar.due(due.due_at, following.deadline.after)
            yield _follows(following, case.calendar.words(end))
    if case.state.call_in is not None:
        rule = case.state.call_in
        whole = ", or all of one locality," if rule.whole_locality else ""
        yield (
            f"If {rule.percent}% of the practices on the roll{whole} call it in by their links "
            f"before then, {_RISES.get(rule.to, 'it goes a higher way')}."
        )


def _follows(following: State, end: str) -> str:
    if following.open_for is Open.VOTES:
        return f"Then all practices on the roll vote, until {end}."
    if following.body is not None:
        return f"Then {body_words(following.body)} has to decide, by {end}."
    return f"Then the outcome statement follows, by {end}."


def after_outcome(case: Case) -> tuple[str, ...]:
    """What follows from the outcome. `case` stands in the state that declared it."""
    return tuple(_after_outcome(case))


def _after_outcome(case: Case) -> Iterator[str]:
    outcome = case.decision.outcome
    if outcome is None:
        return
    if outcome.result in _MEANS:
        yield _MEANS[outcome.result]
    if case.state.body is not None:
        yield _has_to_act(case, case.state.body)
    if outcome.result == "carried":
        for body in case.decision.involve:
            if body in BODIES and body not in (case.state.body, "lmc"):
                yield f"Next, {body_words(body)} has to act on it; that is a record of its own."
    since = case.decision.entered_at or outcome.at
    if case.state.owner is not None and may_revote(case, since):
        until = case.calendar.due(since, SECOND_LOOK)
        who = sentence(role_words(case.state.owner))
        yield f"{who} may order the vote to be held once more, by {case.calendar.words(until)}."
    yield from _may_challenge(case, outcome.at)


def _has_to_act(case: Case, body: str) -> str:
    """A body has the next step: it ratifies what is in force, or acts on what was carried."""
    does = "ratify it" if "ratify" in case.machinery.workflow.acts_in(case.state.name) else "act"
    due = _due(case)
    by = f", by {case.calendar.words(due)}" if due else ""
    return f"Next, {body_words(body)} has to {does}{by}; that is a record of its own."


def _due(case: Case) -> datetime | None:
    """When the present state ends: as the deadline stands, or as it would from the outcome."""
    waiting, outcome = case.decision.waiting, case.decision.outcome
    if waiting is not None and waiting.state == case.decision.state:
        return waiting.due_at
    if case.state.deadline is None or outcome is None:
        return None
    return case.calendar.due(outcome.at, case.state.deadline.after)


def _may_challenge(case: Case, now: datetime) -> Iterator[str]:
    ends = challenge_ends(case)
    if ends is not None and now < ends:
        until = case.calendar.words(ends)
        yield f"Until {until} a practice may challenge how this came about, by its link."


def after_act(case: Case) -> tuple[str, ...]:
    """What follows from the last act of a body beside the practices."""
    return tuple(_after_act(case))


def _after_act(case: Case) -> Iterator[str]:
    if not case.decision.acts:
        return
    *before, last = case.decision.acts
    in_force = any(act.result == "approved" for act in before)
    if last.result == "approved":
        yield "It goes ahead."
    elif last.result == "ratified":
        yield "It stays in force."
    elif last.result in ("refused", "lapsed"):
        yield "It is no longer in force." if in_force else "Nothing changes."
    yield from _may_challenge(case, last.at)


def while_challenged(case: Case, due: datetime) -> tuple[str, ...]:
    """Who looks at a challenge until `due`, and who after that."""
    words = case.calendar.words
    who = sentence(body_words(case.state.body)) if case.state.body else "Somebody"
    looks = f"{who} tries to settle it, by {words(due)}."
    move = _by_itself(case)
    following = case.machinery.workflow.states[move.to] if move else None
    if following is None or following.deadline is None or following.body is None:
        return (looks,)
    end = case.calendar.due(due, following.deadline.after)
    return (looks, f"If it is not settled, {body_words(following.body)} decides, by {words(end)}.")


def if_nothing_is_done(case: Case) -> str:
    """What happens by itself when the present state's time has passed, in a sentence or two."""
    move = _by_itself(case)
    if move is None:
        return f"Nothing more happens; it stays as it is: {case.state.title.lower()}."
    following = case.machinery.workflow.states[move.to]
    hears = f"{sentence(role_words(following.owner))} is told." if following.owner else ""
    return f"{following.title.rstrip('.')}. {move.because or hears}".strip()


def _by_itself(case: Case) -> Move | None:
    """The move that the present state's deadline makes."""
    deadline = case.state.deadline
    moves = case.machinery.workflow.moves_from(case.state.name)
    return next((move for move in moves if deadline and move.on == deadline.name), None)
