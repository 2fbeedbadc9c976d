"""What came out otherwise than the story lays down: the demo's own judgement of itself."""

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus

from app.demo.audit import CONTRADICTED, PROVED, Audit
from app.demo.cast import Cast
from app.demo.findings import Ended, Findings


def differences(found: Findings, audit: Audit, cast: Cast) -> Iterator[str]:
    """Each thing that came out otherwise than it must, in words; none when all is well."""
    for ended in found.decisions:
        for says in _of_decision(ended, cast):
            yield f"{ended.running.reference}: {says}"
    yield from _of_letters(found)
    yield from _of_trail(found)
    yield from _of_audit(audit)
    yield from (f"health says: {says}" for says in found.alarms)


def _of_audit(audit: Audit) -> Iterator[str]:
    """The bundle is proved whole, and the copy in which a vote is another is caught by letters."""
    yield from _unless_same("exit code of the verifier", audit.sound.exit, PROVED)
    yield from _unless_same("exit code on the tampered copy", audit.tampered.exit, CONTRADICTED)


def _of_decision(ended: Ended, cast: Cast) -> Iterator[str]:
    scene, shown, running = ended.running.scene, ended.shown, ended.running
    result = ended.outcome["result"] if ended.outcome else None
    yield from _unless_same("route", shown["route"], scene.route)
    yield from _unless_same("result", result, scene.result)
    yield from _unless_same("acts of other bodies", ended.acts, scene.acts)
    yield from _unless_same("called in", bool(running.called_in), scene.called_in)
    yield from _unless_same("challenged", bool(shown["challenged"]), scene.challenged)
    yield from _unless_same("asks a person to look", shown["ask"], scene.in_doubt)
    yield from _unless_same("letters accepted", shown["letters"]["accepted"], ended.caught)
    yield from _unless_same("extensions", running.extensions, int(scene.extended))
    without = [cast.without] if cast.without else []
    yield from _unless_same("without contact", shown["roll"]["without_contact"], without)
    if result and scene.route == "consult":
        yield from _unless_same("comments without an answer", shown["comments"]["unanswered"], [])
        met = [point["point"] for point in shown["gunning"] if point["met"]]
        every = [point["point"] for point in shown["gunning"]]
        yield from _unless_same("points of a fair consultation", met, every)
    yield from _of_days(ended)
    if running.voting is not None:
        yield from _of_votes(ended, Counter(running.voting.standing().values()))
        if running.voting.late is not None:
            yield from _unless_same(
                "status of the late vote", running.late_status, HTTPStatus.CONFLICT
            )


def _of_days(ended: Ended) -> Iterator[str]:
    """The whole road is within its limit, other bodies' acts with it; a challenge has its own."""
    taken = [ended.so_far, *(() if ended.running.scene.challenged else ended.acted_after)]
    if max(taken) > ended.limit:
        yield f"took {max(taken)} working days, {ended.limit} are allowed"


def _of_votes(ended: Ended, standing: Counter[str]) -> Iterator[str]:
    yield from _unless_same("practices that voted", ended.shown["answered"], standing.total())
    yield from _unless_same("votes by hand", ended.shown["by_hand"], _by_hand(ended))
    if ended.count is not None:
        for choice in ("for", "against", "abstain"):
            counted = ended.count[choice]
            yield from _unless_same(f"counted {choice}", counted, standing[choice])


def _by_hand(ended: Ended) -> int:
    voting = ended.running.voting
    return len(voting.by_hand) if voting else 0


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
    by_hand = sum(map(_by_hand, found.decisions))
    yield from _unless_same("votes in the trail", votes, counted.votes + by_hand)
    yield from _unless_same("late votes in the trail", trail.types.get("vote.rejected", 0), late)
    comments = trail.types.get("comment.received", 0)
    yield from _unless_same("comments in the trail", comments, counted.comments)
    call_ins, challenges = (
        trail.types.get(name, 0) for name in ("call_in.requested", "challenge.raised")
    )
    yield from _unless_same("call-ins in the trail", call_ins, counted.call_ins)
    yield from _unless_same("challenges in the trail", challenges, counted.challenges)
    yield from _unless_same("letters without a reader", trail.unread, ())
    yield from _unless_same("root of the leaves", trail.recomputed, trail.root)
    yield from _unless_same("receipt's proof holds", trail.receipt_holds, expected=True)


def _unless_same(what: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{what}: {found}, and {expected} was expected"
