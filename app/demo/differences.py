"""What came out otherwise than the story lays down: the demo's own judgement of itself."""

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus

from app.demo.cast import Cast
from app.demo.findings import Ended, Findings


def differences(found: Findings, cast: Cast) -> Iterator[str]:
    """Each thing that came out otherwise than it must, in words; none when all is well."""
    for ended in found.decisions:
        for says in _of_decision(ended, cast):
            yield f"{ended.running.reference}: {says}"
    yield from _of_letters(found)
    yield from _of_trail(found)
    yield from (f"health says: {says}" for says in found.alarms)


def _of_decision(ended: Ended, cast: Cast) -> Iterator[str]:
    scene, shown, running = ended.running.scene, ended.shown, ended.running
    result = ended.outcome["result"] if ended.outcome else None
    yield from _unless_same("route", shown["route"], scene.route)
    yield from _unless_same("result", result, scene.result)
    yield from _unless_same("asks a person to look", shown["ask"], scene.in_doubt)
    yield from _unless_same("letters accepted", shown["letters"]["accepted"], ended.caught)
    yield from _unless_same("extensions", running.extensions, int(scene.extended))
    without = [cast.without] if cast.without else []
    yield from _unless_same("without contact", shown["roll"]["without_contact"], without)
    if result == "concluded":
        met = [point["point"] for point in shown["gunning"] if point["met"]]
        every = [point["point"] for point in shown["gunning"]]
        yield from _unless_same("points of a fair consultation", met, every)
    if ended.working_days is not None and ended.working_days > ended.limit:
        yield f"took {ended.working_days} working days, {ended.limit} are allowed"
    if running.voting is not None:
        yield from _of_votes(ended, Counter(running.voting.standing().values()))
        if running.voting.late is not None:
            yield from _unless_same(
                "status of the late vote", running.late_status, HTTPStatus.CONFLICT
            )


def _of_votes(ended: Ended, standing: Counter[str]) -> Iterator[str]:
    yield from _unless_same("practices that voted", ended.shown["answered"], standing.total())
    if ended.outcome is not None:
        for choice in ("for", "against", "abstain"):
            counted = ended.outcome["count"][choice]
            yield from _unless_same(f"counted {choice}", counted, standing[choice])


def _of_letters(found: Findings) -> Iterator[str]:
    told = found.letters
    yield from _unless_same("letters accepted", told["accepted"], found.caught)
    yield from _unless_same("distinct letters", found.distinct, found.caught)
    yield from _unless_same("letters failed", told["failed"], found.refused)
    yield from _unless_same("letters unsent", told["owed"] + told["ambiguous"], 0)
    yield from _unless_same("reminders to the answered", found.counted.reminders_to_answered, 0)
    quick = any(e.running.voting and e.running.voting.quick for e in found.decisions)
    yield from _unless_same("reminders held back", told["skipped"] > 0, quick)


def _of_trail(found: Findings) -> Iterator[str]:
    trail, counted = found.trail, found.counted
    votes = trail.types.get("vote.cast", 0) + trail.types.get("vote.changed", 0)
    late = sum(e.running.late_status is not None for e in found.decisions)
    yield from _unless_same("votes in the trail", votes, counted.votes)
    yield from _unless_same("late votes in the trail", trail.types.get("vote.rejected", 0), late)
    comments = trail.types.get("comment.received", 0)
    yield from _unless_same("comments in the trail", comments, counted.comments)
    yield from _unless_same("root of the leaves", trail.recomputed, trail.root)
    yield from _unless_same("receipt's proof holds", trail.receipt_holds, expected=True)


def _unless_same(what: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{what}: {found}, and {expected} was expected"
