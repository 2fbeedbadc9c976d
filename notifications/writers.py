"""What the letters about steps, acts, challenges and rulings say beside what all letters do."""

from collections.abc import Mapping
from typing import Any

from engine.allowance import if_approved
from engine.case import Case
from engine.challenges import is_disputed
from engine.charging import sum_drawn
from engine.interests import RULINGS
from engine.naming import role_words
from engine.next_steps import after_act, if_nothing_is_done, while_challenged
from engine.trail import instant_from_text
from notifications.material import Material
from notifications.steps import (
    ROUTES,
    did,
    how_it_is_recorded,
    to_do,
    what_was_done,
    who_is_late,
)
from storage.intake.names import spoken_name
from storage.mailings import OwedMailing

NO_REASON = "No reason was given with it."

_STANDING: Mapping[str, str] = {
    "noted": "Your practice takes part like any other.",
    "no_vote": (
        "Your practice may comment. It does not vote, and is left out of every count: of those "
        "asked, and of the votes."
    ),
    "excluded": (
        "Your practice takes no part in this. It is left out of every count: of those asked, and "
        "of the votes."
    ),
}
"""What a ruling means for a practice's vote."""

_GIVE_THEIR_REASON = frozenset({"override", "revote.ordered", "body.acted"})
"""Leaves whose reason is the body's own; a calling or challenging practice's words are its own."""


def road(mailing: OwedMailing, material: Material) -> tuple[str, ...]:
    """Why a decision goes another way than it did; nothing where it goes on as it began."""
    why, because = material.why, mailing.context.get("because")
    if why is None:
        return ()
    if why.type == "revote.ordered":
        because = "This vote is held once more; what was voted before does not count in it."
    elif because:
        because = f"This goes another way now. {because}"
    reason = why.said("reason") if why.type in _GIVE_THEIR_REASON else ""
    return tuple(
        line for line in (because, f"The reason given: {reason}" if reason else "") if line
    )


def step_due(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To whoever has the next step."""
    case = material.case
    return {
        **decided(case),
        "owner": role_words(mailing.role or ""),
        "stands": sentence_of(case.state.title),
        "step": to_do(case),
        "otherwise": if_nothing_is_done(case),
        "challengers": challengers(material),
        "next_steps": (*_what_is_left(material), *how_it_is_recorded(case, mailing.role)),
    }


def _what_is_left(material: Material) -> tuple[str, ...]:
    """What approving it does to the allowance, where a body may approve it."""
    sum_, acts = sum_drawn(material.case.decision), material.case.machinery.workflow.acts_in
    may_approve = "approve" in acts(material.case.state.name)
    if material.balance is None or sum_ is None or not may_approve:
        return ()
    return (if_approved(material.balance, sum_),)


def step_overdue(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To whoever has to see to a step that is late: whose it is, and what happens by itself."""
    calendar, moment = material.case.calendar, instant_from_text(mailing.context["due_at"])
    passed = [due.due_at for due in material.case.decision.deadlines if due.due_at < moment]
    return step_due(mailing, material) | {
        "whose": who_is_late(material.case),
        "due_words": calendar.words_with_zone(passed[-1] if passed else mailing.at),
        "then_words": calendar.words_with_zone(moment),
    }


def acted(mailing: OwedMailing, material: Material) -> dict[str, Any]:  # noqa: ARG001 - as all are
    """To all practices: what another body did, beside what practices decided."""
    return {
        "stands": sentence_of(material.case.state.title),
        **done(material),
        **decided(material.case),
        "next_steps": after_act(material.case),
    }


def decided(case: Case) -> dict[str, Any]:
    """What was decided before, and whether practices did so: `asks` is "vote" if it was counted."""
    decision, words = case.decision, case.calendar.words
    outcome = decision.held.outcome if is_disputed(case) and decision.held else decision.outcome
    if outcome is not None and (outcome.count or is_disputed(case)):
        return {"asks": "vote" if outcome.count else "comment", "outcome": outcome.sentences}
    earlier = decision.acts if case.state.act is None else decision.acts[:-1]
    lines = tuple(f"{did(act.body, act.result)}, at {words(act.at)}." for act in earlier)
    return {"asks": "comment", "outcome": lines}


def done(material: Material) -> dict[str, Any]:
    """Which body did what, and its reason; nothing where no body has acted."""
    act = material.act
    if act is None:
        return {}
    return {
        "act": act.body["result"],
        "done": what_was_done(act),
        "reason": act.said("reason") or NO_REASON,
    }


def challenged(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To all practices: the outcome is held. Who challenged is said; their words are not."""
    due = instant_from_text(mailing.context["due_at"])
    why = material.why.body["practice"] if material.why else None
    return {
        "challengers": (_named(material, why),) if why else challengers(material),
        **decided(material.case),
        "next_steps": while_challenged(material.case, due),
    }


def challengers(material: Material) -> tuple[str, ...]:
    """The practices whose challenge is being heard."""
    if not is_disputed(material.case):
        return ()
    return tuple(_named(material, code) for code in sorted(material.case.decision.challengers))


def _named(material: Material, code: str) -> str:
    line = material.case.roll.by_practice.get(code)
    return f"{spoken_name(line.name)} ({code})" if line else code


def ruled(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To one practice: what was ruled on its interest."""
    ruling = mailing.context["ruling"]
    return {
        "ruling": RULINGS.get(ruling, ruling),
        "standing": _STANDING.get(ruling, ""),
        "reason": (material.why.said("reason") if material.why else "") or NO_REASON,
    }


def rerouted(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To the committee: a decision was lowered, from what to what, and why."""
    was, now = mailing.context["was"], mailing.context["route"]
    return {
        "owner": role_words(mailing.role or ""),
        "road_was": ROUTES.get(was, was),
        "road_now": ROUTES.get(now, now),
        "reason": (material.why.said("reason") if material.why else "") or NO_REASON,
        "reasons": material.case.decision.reasons,
        "stands": sentence_of(material.case.state.title),
    }


def sentence_of(title: str) -> str:
    """Where a decision stands, with one full stop."""
    return f"{title.rstrip('.')}."
