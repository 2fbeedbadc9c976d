"""What `workflow prove` shows beside the longest way: what practices and staff may add to it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console

from engine.lengthening import Cause, Longer
from workflows.drawing.words import span


def longer_value(longer: Longer) -> dict[str, Any]:
    """A cause as `--json` prints it."""
    return {
        "cause": str(longer.cause),
        "state": longer.state,
        "within_days": longer.within,
        "longest_days": longer.days,
        "limit_days": longer.limit,
        "through": longer.through,
        "held_step_days": longer.again,
    }


def tell_longer(causes: Sequence[Longer], out: Console) -> None:
    """Every cause in a sentence, those that say the same once."""
    lines = dict.fromkeys(longer_words(each) for each in causes)
    if lines:
        out.print("  apart from these, each a record of its own:", style="dim")
    for line in lines:
        out.print(f"  - {line}", style="dim", markup=False, soft_wrap=True)


def longer_words(longer: Longer) -> str:
    """A cause in a sentence."""
    return _WORDS[longer.cause](longer)


def _call_in(longer: Longer) -> str:
    return (
        f"practices call it in, at {longer.state}, up to working day {longer.within}: then "
        f"{longer.through}, {span(longer.days)} from that day at most (limit {longer.limit})"
    )


def _challenge(longer: Longer) -> str:
    again = f", and the step it held up then has {span(longer.again)} again" if longer.again else ""
    return (
        f"a practice challenges an outcome, up to {span(longer.within)} after it: then "
        f"{longer.through}, {span(longer.days)} at most (limit {longer.limit}){again}"
    )


def _extension(longer: Longer) -> str:
    return (
        f"two persons of staff extend a vote, at {longer.state}, once, before its close: "
        f"1 to {longer.days} working days"
    )


def _revote(longer: Longer) -> str:
    return (
        f"a re-vote is ordered after {longer.state}, once, up to {span(longer.within)} after the "
        f"outcome: {span(longer.days)} more from that day (limit {longer.limit} in all)"
    )


_WORDS: Mapping[Cause, Callable[[Longer], str]] = {
    Cause.CALL_IN: _call_in,
    Cause.CHALLENGE: _challenge,
    Cause.EXTENSION: _extension,
    Cause.REVOTE: _revote,
}
