"""A decision as one JSON text, and back: the snapshot that its projection row keeps.

Answers are not in it: they are loaded, as far as a command needs them, from their own rows.
"""

import json
from dataclasses import MISSING, fields
from functools import lru_cache
from typing import Any

from engine.decision import (
    ActRecord,
    Charge,
    Decision,
    Due,
    DueStatus,
    Held,
    Interest,
    Meeting,
    Outcome,
    Phase,
    Proposal,
    Query,
)
from engine.event import plain
from engine.trail import instant_from_text

_LOADED_APART = frozenset(
    {
        "votes",
        "comments",
        "accounts",
        "answered",
        "heard",
        "rung",
        "voices",
        "reminded",
        "rejected",
    }
)


def to_snapshot(decision: Decision) -> str:
    """Everything of a decision but its answers."""
    kept = (f.name for f in fields(Decision) if f.name not in _LOADED_APART)
    value = {name: getattr(decision, name) for name in kept}
    value["phases"] = [_named(phase) for phase in decision.phases]
    value["deadlines"] = [_named(due) for due in decision.deadlines]
    value["outcome"] = _named(decision.outcome)
    value["proposal"] = _named(decision.proposal)
    value["acts"] = [_named(act) for act in decision.acts]
    value["meetings"] = [_named(meeting) for meeting in decision.meetings]
    value["charge"] = _named(decision.charge)
    value["queries"] = [_named(query) for query in decision.queries]
    value["held"] = _held_value(decision.held)
    value["called_in"] = sorted(decision.called_in)
    value["challengers"] = sorted(decision.challengers)
    value["interests"] = {code: _named(held) for code, held in decision.interests.items()}
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(256)
def from_snapshot(text: str) -> Decision:
    """The decision again, without answers. Decisions are frozen, so equal texts may share one.

    A running decision outlives the program that opened it: what its snapshot does not hold yet is
    as on the day it opened, which is the field's own default.
    """
    value: dict[str, Any] = {**_unset(), **json.loads(text)}
    value["opened_at"] = instant_from_text(value["opened_at"])
    value["entered_at"] = instant_from_text(value["entered_at"]) if value["entered_at"] else None
    value["ballot"] = {key: tuple(options) for key, options in value["ballot"].items()}
    for name in ("fired", "reasons", "asks", "involve", "elected"):
        value[name] = tuple(value[name])
    value["phases"] = tuple(_phase(phase) for phase in value["phases"])
    value["deadlines"] = tuple(_due(due) for due in value["deadlines"])
    value.pop("reminded", None)  # a release kept here what is now read from the mailings
    value["warned"] = tuple(instant_from_text(moment) for moment in value["warned"])
    value["outcome"] = _outcome(value["outcome"]) if value["outcome"] else None
    value["proposal"] = _proposal(value["proposal"]) if value["proposal"] else None
    value["acts"] = tuple(_act(act) for act in value["acts"])
    value["meetings"] = tuple(_meeting(meeting) for meeting in value["meetings"])
    value["charge"] = _charge(value["charge"]) if value["charge"] else None
    value["queries"] = tuple(_query(query) for query in value["queries"])
    value["held"] = _held(value["held"]) if value["held"] else None
    value["called_in"] = frozenset(value["called_in"])
    value["challengers"] = frozenset(value["challengers"])
    value["interests"] = {code: Interest(**held) for code, held in value["interests"].items()}
    return Decision(**value)


def _unset() -> dict[str, Any]:
    """The fields that have a default, each with it."""
    kept = (f for f in fields(Decision) if f.name not in _LOADED_APART)
    return {
        f.name: f.default if f.default_factory is MISSING else f.default_factory()
        for f in kept
        if f.default is not MISSING or f.default_factory is not MISSING
    }


def _named(value: object) -> dict[str, Any] | None:
    if value is None:
        return None
    return {f.name: getattr(value, f.name) for f in fields(value)}  # type: ignore[arg-type]


def _held_value(held: Held | None) -> dict[str, Any] | None:
    return None if held is None else {**(_named(held) or {}), "outcome": _named(held.outcome)}


def _held(value: dict[str, Any]) -> Held:
    at = instant_from_text(value["at"])
    outcome = _outcome(value["outcome"])
    return Held(value["workflow"], value["name"], value["state"], outcome, at)


def _act(value: dict[str, Any]) -> ActRecord:
    return ActRecord(value["body"], value["result"], instant_from_text(value["at"]))


def _phase(value: dict[str, Any]) -> Phase:
    return Phase(value["state"], instant_from_text(value["at"]))


def _meeting(value: dict[str, Any]) -> Meeting:
    return Meeting(value["name"], value["held_on"], tuple(value["attended"]))


def _due(value: dict[str, Any]) -> Due:
    return Due(
        value["name"],
        value["state"],
        instant_from_text(value["due_at"]),
        DueStatus(value["status"]),
        tuple(instant_from_text(moment) for moment in value["remind"]),
    )


def _outcome(value: dict[str, Any]) -> Outcome:
    at = instant_from_text(value["at"])
    unreached = value.get("unreached")
    named = None if unreached is None else tuple(unreached)
    return Outcome(value["result"], tuple(value["sentences"]), at, value["count"], named)


def _proposal(value: dict[str, Any]) -> Proposal:
    at = instant_from_text(value["leaf_at"])
    return Proposal(value["act"], value["terms"], value["person_hash"], at)


def _charge(value: dict[str, Any]) -> Charge:
    return Charge(value["year"], instant_from_text(value["at"]), value["reversed"])


def _query(value: dict[str, Any]) -> Query:
    return Query(**{**value, "due_at": instant_from_text(value["due_at"])})
