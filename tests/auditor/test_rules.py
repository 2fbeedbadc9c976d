"""One fault at a time: each is a rule failure (exit 2) that names the leaf.

What decides no outcome is found by further.py, which has every rule of verify.py too.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor import further, verify
from auditor.verify import examine
from tests.auditor import stories
from tests.auditor.trails import CALENDAR, Leaf, Trail, footer, plain, root_of, sha

Edit = Callable[[Trail], Leaf]


def put(kind: str, nth: int = 0, /, **body: Any) -> Edit:
    """Give fields of a leaf other values."""

    def edit(t: Trail) -> Leaf:
        leaf = t.find(kind, nth)
        leaf.body.update(body)
        return leaf

    return edit


def number(kind: str, nth: int = 0, /, **body: Any) -> Edit:
    """Give the numbers of a count other values."""

    def edit(t: Trail) -> Leaf:
        leaf = t.find(kind, nth)
        leaf.body["count"] = {**leaf.body["count"], **body}
        return leaf

    return edit


def move(kind: str, nth: int, time: str) -> Edit:
    """Say that a leaf, and what is in its commit, happened at another time, in its place."""

    def edit(t: Trail) -> Leaf:
        leaf = t.find(kind, nth)
        was, at = leaf.at, f"2026-{time.replace(' ', 'T')}:00.000000Z"
        t.leaves.remove(leaf)
        same = [other for other in t.leaves if other.at == was and other.kind == "mail.intent"]
        receipts = [m for m in same if m.body["letter"] == "receipt"][:1]
        ends = [x for x in t.leaves if receipts and x.body.get("mailing") is receipts[0]]
        for other in [*receipts, *ends]:
            t.leaves.remove(other)
        spot = next((n for n, other in enumerate(t.leaves) if other.at > at), len(t.leaves))
        for other in [leaf, *receipts, *ends]:
            other.at = at
        t.leaves[spot:spot] = [leaf, *receipts, *ends]
        return leaf

    return edit


def drop(kind: str, nth: int = 0) -> Edit:
    """Leave a leaf out; the one after it is then wrong."""

    def edit(t: Trail) -> Leaf:
        leaf = t.find(kind, nth)
        spot = t.leaves.index(leaf)
        t.leaves = [x for x in t.leaves if x is not leaf and x.body.get("mailing") is not leaf]
        return t.leaves[spot]

    return edit


def add(kind: str, after: str, nth: int = 0, /, secrets: Any = None, **body: Any) -> Edit:
    """Slip a leaf in behind another one, in a commit of its own."""

    def edit(t: Trail) -> Leaf:
        spot = t.leaves.index(t.find(after, nth)) + 1
        at = t.leaves[spot - 1].at.replace("00.000000Z", "01.000000Z")
        leaf = Leaf(at, kind, {"decision": t.ref, **body}, secrets or {})
        while spot < len(t.leaves) and t.leaves[spot].at < at:
            spot += 1
        t.leaves.insert(spot, leaf)
        return leaf

    return edit


def secret(kind: str, nth: int, /, **values: Any) -> Edit:
    def edit(t: Trail) -> Leaf:
        leaf = t.find(kind, nth)
        leaf.secrets.update(values)
        return leaf

    return edit


def at_the_close(t: Trail) -> Leaf:
    """The last vote comes in the instant of the close, and before its leaf."""
    spot = t.leaves.index(t.find("vote.cast", 3))
    block, rest = t.leaves[spot : spot + 3], t.leaves[:spot] + t.leaves[spot + 3 :]
    for leaf in block:
        leaf.at = "2026-11-18T17:00:00.000000Z"
    t.leaves = rest
    close = t.leaves.index(t.find("phase.closed", 1))
    t.leaves[close:close] = block
    return block[0]


def after_the_close(t: Trail) -> Leaf:
    """Staff's extension comes an hour after the time it extends."""
    spot = t.leaves.index(t.find("deadline.extended", 1))
    end = next(n for n in range(spot, len(t.leaves)) if t.leaves[n].at != t.leaves[spot].at)
    block = t.leaves[spot:end]
    for leaf in block:
        leaf.at = "2026-11-25T18:00:00.000000Z"
    t.leaves = t.leaves[:spot] + t.leaves[end:]
    close = t.leaves.index(t.find("phase.closed", 1))
    t.leaves[close:close] = block
    return block[0]


def nobody_casts(t: Trail) -> Leaf:
    """The first practice's people may none of them cast, and its vote is entered by hand."""
    people = [{**one, "may_cast": False} for one in t.roll[0]["persons"]]
    disordered(t, [{**t.roll[0], "persons": people}, *t.roll[1:]])
    return t.find("vote.cast")


def disordered(t: Trail, lines: list[Any] | None = None) -> Leaf:
    """The same roll with two lines in each other's place, or another one, frozen as such."""
    lines = lines or [t.roll[1], t.roll[0], *t.roll[2:]]
    digest = t.publish("roll", lines)
    root = root_of([sha(b"\0" + plain(line)) for line in lines]).hex()
    t.find("roll.frozen").body.update(digest=digest, root=root)
    leaf = t.find("decision.opened")
    leaf.body["roll"] = digest
    return leaf


def without_a_statement(t: Trail) -> Leaf:
    t.find("outcome.declared").secrets.clear()
    return t.find("outcome.declared")


def voter(practice: str, person: str = "lead1", **more: Any) -> dict[str, Any]:
    secrets = {"choice": "for", "by": {"person": person, "name": "X Y", "role": ""}}
    body = {"practice": practice, "question": "main", "round": 1, **more}
    return {"secrets": secrets, **body}


def plus(t: Trail, **body: Any) -> Leaf:
    """The same letter about the trail once more, an hour later on that day."""
    spot = next(n for n, leaf in enumerate(t.leaves) if leaf.at > "2026-11-02T10")
    leaf = Leaf("2026-11-02T10:00:00.000000Z", "mail.intent", body)
    t.leaves.insert(spot, leaf)
    return leaf


NAMED: dict[str, tuple[str, int]] = {
    "a roll of another root": ("decision.opened", 0),
    "a roll of another length": ("decision.opened", 0),
    "a roll that was not the one frozen": ("decision.opened", 0),
    "rules that nobody published": ("decision.opened", 0),
    "a calendar that nobody published": ("decision.opened", 0),
    "a vote by a link that was revoked": ("vote.cast", 0),
    "a vote without a receipt": ("vote.changed", 0),
    "carried that was not": ("phase.closed", 1),
    "not extended where it was due": ("phase.closed", 1),
    "an act while an interest waits": ("body.acted", 0),
    "a link left out": ("comment.received", 0),
    "a meeting without the practice": ("vote.cast", 0),
    "a meeting before the vote": ("vote.cast", 0),
}
"""Faults that show at a leaf after the one that was touched."""

SAID = {
    "facts of another route": "workflow should be",
    "a decision opened twice": "opened before",
    "a comment not on the roll": "not on the roll",
    "a late vote of a stranger": "not kept: 1, 2",
    "a comment after the end": "takes comments",
    "a comment by one that takes no part": "not to take part",
    "a vote at the close": "at or after the close",
    "a vote before the vote": "not kept: 1",
    "a deadline out of nowhere": "nothing led to",
    "a vote that an interest forbids": "not to take part",
    "a second vote.cast": "not kept: 3",
    "a vote by hand over an answer": "not kept: 5",
    "called in by too few": "not kept: 1",
    "called in twice by one": "not kept: 2",
    "challenged twice by one": "not kept: 1",
    "challenged before there is an outcome": "not kept: 2",
    "a ruling after the vote": "not kept: 3",
    "extended though quorate": "want of a quorum",
    "a deadline made earlier": "not kept: 2",
    "an act after its time": "not kept: 5",
    "concluded too late": "not kept: 5",
    "a second close": "not kept: 1",
    "letters counted in words": "a count that is none",
    "not extended where it was due": "not kept: 3",
    "a choice of no type": "what no rule knows",
    "extended by staff after the close": "not kept: 3",
    "extended by staff twice": "not kept: 1",
    "a vote by hand for a practice without a voter": "nobody of it",
}
"""What must be said, where the leaf has more than one fault: the words, or which rules of its event."""

LEFT = (
    "a reminder left out", "a reminder on another day", "a practice counted twice",
    "a link left out", "a link for a stranger", "a link of another generation",
    "a reminder to one that answered", "a reminder out of time", "staff extend alone",
    "staff extend, one person twice", "an interest ruled by one person",
    "a meeting before the vote", "a meeting that is yet to come", "two meetings of one name",
    "a meeting with a stranger", "a disposition that is none", "another sum than was asked for",
    "a sum of another year", "another sum for each patient", "charged twice",
    "given back for nothing", "a query that is due too early", "a query while one is open",
    "a query answered twice", "a query called late in time", "a checkpoint twice a day",
    "a checkpoint to others", "a share of something else",
)  # fmt: skip
"""What is left to further.py alone."""

AT_ANOTHER_LEAF = (
    "an answer to no comment", "a practice with an interest that is not on the roll",
    "a link that was not issued is revoked",
)  # fmt: skip
"""Where verify.py does not find the fault itself, but what comes of it."""

FAULTS: dict[str, tuple[str, Edit]] = {
    "another level": ("vote", put("decision.classified", level="low")),
    "another rule": ("vote", put("decision.classified", fired=["income"])),
    "nobody involved": ("vote", put("decision.classified", involve=[])),
    "no question where there is doubt": ("inquorate", put("decision.classified", ask=False)),
    "facts of another route": ("vote", put("decision.classified", facts={"urgent": True})),
    "a lower route": ("vote", put("decision.routed", route="consult")),
    "another workflow": ("vote", put("decision.routed", name="member_vote")),
    "a workflow of another digest": ("vote", put("decision.routed", workflow="0" * 64)),
    "another start": ("vote", put("phase.opened", phase="voting")),
    "a roll of another root": ("vote", put("roll.frozen", root="0" * 64)),
    "a roll of another length": ("vote", put("roll.frozen", practices=4)),
    "rules that nobody published": ("vote", drop("rules.published", 11)),
    "a calendar that nobody published": ("vote", drop("calendar.published")),
    "a deadline a day early": ("vote", put("deadline.set", due_at="2026-11-06T17:00:00.000000Z")),
    "a deadline an hour off": ("vote", put("deadline.set", 1, due_at="2026-11-18T16:00:00.000000Z")),
    "a reminder left out": ("vote", put("deadline.set", 1, remind=[])),
    "a reminder on another day": (
        "vote", put("deadline.set", remind=["2026-11-04T09:00:00.000000Z"])),
    "a vote that is not on the roll": (
        "vote", add("vote.cast", "vote.cast", **voter("P99"))),
    "a vote before the vote": (
        "vote", add("vote.cast", "comment.received", **voter("P01"))),
    "a vote at the close": ("vote", at_the_close),
    "a second vote.cast": ("vote", add("vote.cast", "vote.cast", 3, **voter("P01"))),
    "a vote.changed that was never cast": (
        "vote", add("vote.changed", "vote.cast", 3, **voter("P05", "lead5"))),
    "a vote in another round": ("vote", put("vote.cast", 1, round=2)),
    "a vote on another question": ("vote", put("vote.cast", 1, question="other")),
    "a choice that is not on the ballot": ("vote", secret("vote.cast", 1, choice="maybe")),
    "a vote by somebody who may not cast it": (
        "vote", secret("vote.cast", 0, by={"person": "staff1", "name": "A B", "role": ""})),
    "a vote by another practice's lead": (
        "vote", secret("vote.cast", 0, by={"person": "lead2", "name": "A B", "role": ""})),
    "a vote by a link that was revoked": (
        "vote", add("link.revoked", "phase.opened", 1, practice="P01", person="lead1",
                    generation=1)),
    "a vote without a receipt": ("vote", drop("mail.intent", 6)),
    "a comment in another state": ("vote", put("comment.received", phase="voting")),
    "a comment not on the roll": ("vote", put("comment.received", practice="P99")),
    "a comment after the end": (
        "vote", add("comment.received", "body.acted", practice="P01", phase="approved")),
    "a practice counted twice": ("vote", put("phase.closed", count={"answered": 2, "on_roll": 5})),
    "one more vote for": ("vote", number("phase.closed", 1, **{"for": 3})),
    "another outcome's count": ("vote", number("outcome.declared", abstain=0)),
    "another option's votes": (
        "vote", number("phase.closed", 1, options={"for": 3, "against": 0, "abstain": 1})),
    "a quorum of fewer": (
        "vote", number("phase.closed", 1, quorum={"base": "practices", "more_than": False,
                       "needed_percent": 50, "of": 4, "reached": 4, "met": True})),
    "another threshold": (
        "vote", number("phase.closed", 1, threshold={"base": "votes cast", "more_than": True,
                       "needed_percent": 40, "of": 3, "reached": 2, "met": True})),
    "carried that was not": ("vote", secret("vote.changed", 0, choice="against")),
    "closed before its time": ("vote", move("phase.closed", 0, "11-09 16:59")),
    "closed at another time": (
        "vote", put("phase.closed", closed_at="2026-11-09T17:00:01.000000Z")),
    "another state": ("vote", put("outcome.declared", state="not_carried")),
    "another result": ("vote", put("outcome.declared", result="not_carried")),
    "no outcome": ("vote", drop("outcome.declared")),
    "another round": ("vote", put("phase.opened", 1, round=2)),
    "an act before the LMC's view": ("vote", drop("lmc.recorded")),
    "an act of another body": ("vote", put("body.acted", body="governing_body")),
    "an act of another kind": ("vote", put("body.acted", result="ratified")),
    "an act that its numbers do not bear out": (
        "vote", put("body.acted", votes={"for": 2, "against": 2})),
    "an act that leads nowhere": ("vote", put("body.acted", state="overdue")),
    "an act while an interest waits": (
        "vote", add("interest.declared", "lmc.recorded", practice="P01", kind="financial")),
    "an act after its time": ("vote", move("body.acted", 0, "11-26 10:00")),
    "a link left out": ("vote", drop("link.issued", 2)),
    "a link for a stranger": ("vote", put("link.issued", 1, person="nobody")),
    "a link of another generation": ("vote", put("link.issued", 1, generation=2)),
    "letters to fewer": ("vote", put("mail.intent", audience="0" * 64)),
    "fewer letters": ("vote", put("mail.intent", count=3)),
    "another letter": ("vote", put("mail.intent", letter="notice")),
    "no letter": ("vote", drop("mail.intent", 3)),
    "a reminder to one that answered": ("vote", put("mail.intent", 2, audience="0" * 64)),
    "a reminder out of time": ("vote", move("mail.intent", 2, "11-04 09:00")),
    "a letter that ends twice": (
        "vote", lambda t: add("mail.accepted", "mail.accepted", **t.find("mail.accepted").body)(t)),
    "a letter of nobody's": ("vote", put("mail.accepted", message="<00@ccg.example>")),
    "an end of no mailing": ("vote", put("mail.accepted", mailing=1)),
    "called in by too few": ("vote", add("call_in.requested", "comment.received", practice="P01")),
    "raised too early": ("called_in", put("call_in.requested", practice="P99")),
    "raised to another route": ("called_in", put("decision.routed", 1, route="vote")),
    "called in twice": ("called_in", put("call_in.requested", 1, practice="P99")),
    "called in by enough, and not raised": (
        "called_in", add("call_in.requested", "call_in.requested", 1, practice="P03")),
    "concluded without a statement": ("called_in", without_a_statement),
    "concluded with a comment unanswered": (
        "called_in", lambda t: (drop("comment.answered")(t), t.find("outcome.declared"))[1]),
    "an answer to no comment": ("called_in", put("comment.answered", comment=3)),
    "concluded as something else": ("called_in", put("outcome.declared", result="informed")),
    "concluded too late": ("called_in", move("outcome.declared", 0, "11-24 17:00")),
    "challenged too late": ("challenged", move("challenge.raised", 0, "11-26 17:00")),
    "challenged by a stranger": ("challenged", put("challenge.raised", practice="P99")),
    "challenged twice by one": (
        "challenged", add("challenge.raised", "mail.intent", 13, practice="P03")),
    "challenged and not held": ("challenged", drop("decision.routed", 2)),
    "a challenge decided by another": ("challenged", put("body.acted", body="lmc")),
    "set aside, and told as upheld": ("challenged", put("body.acted", result="set_aside")),
    "extended though quorate": (
        "vote", add("deadline.extended", "phase.opened", 1, name="close", phase="voting",
                    was="2026-11-18T17:00:00.000000Z", working_days=5, automatic=True,
                    because="", returned=0, on_roll=5)),
    "extended by too many days": ("inquorate", put("deadline.extended", working_days=6)),
    "extended from another time": (
        "inquorate", put("deadline.extended", was="2026-11-18T16:00:00.000000Z")),
    "extended, and more had answered": ("inquorate", put("deadline.extended", returned=3)),
    "extended a second time by itself": ("inquorate", put("deadline.extended", 1, automatic=True)),
    "not extended where it was due": ("inquorate", drop("deadline.extended")),
    "staff extend by five days": ("inquorate", put("deadline.extended", 1, working_days=5)),
    "staff extend alone": ("inquorate", drop("act.proposed")),
    "staff extend, one person twice": (
        "inquorate", put("deadline.extended", 1, person_hash="a" * 64)),
    "staff extend after the close": ("inquorate", move("deadline.extended", 1, "11-25 17:00")),
    "a deadline made earlier": (
        "inquorate", add("deadline.recomputed", "phase.opened", 1, name="close", phase="voting",
                         was="2026-11-18T17:00:00.000000Z", due_at="2026-11-17T17:00:00.000000Z",
                         calendar=sha(plain(CALENDAR)).hex())),
    "held once more too late": ("inquorate", move("revote.ordered", 0, "12-04 17:00")),
    "held once more after it was carried": ("vote", add("revote.ordered", "body.acted", after="x")),
    "a re-vote in the first round": ("inquorate", put("phase.opened", 2, round=1)),
    "an outcome of a re-vote by old votes": (
        "inquorate", number("phase.closed", 2, **{"for": 1, "against": 0})),
    "an interest ruled by one person": ("election", drop("act.proposed")),
    "an interest that nobody declared": ("election", put("interest.ruled", practice="P04")),
    "a vote that an interest forbids": (
        "election", add("vote.cast", "vote.cast", 3, secrets={"choice": "abstain"}, practice="P05",
                        question="main", round=1)),
    "a meeting without the practice": ("election", put("meeting.recorded", attended=["P02"])),
    "a meeting before the vote": ("election", put("meeting.recorded", held_on="2026-11-04")),
    "another is elected": ("election", number("phase.closed", 1, elected=["candidate_2"])),
    "a candidate with more votes": (
        "election", number("phase.closed", 1, options={"candidate_1": 1, "candidate_2": 2,
                           "candidate_3": 0, "abstain": 1})),
    "withdrawn from nowhere": (
        "vote", add("outcome.declared", "body.acted", state="withdrawn", result="withdrawn")),
    "an override after the vote opened": (
        "vote", add("override", "vote.cast", 3, was="vote", route="vote+supermajority",
                    lower=False)),
    "an override downward by one": (
        "vote", add("override", "comment.received", was="vote", route="consult", lower=True,
                    person_hash="a" * 64)),
    "a ballot that grows": (
        "vote", add("ballot.changed", "comment.received", because="",
                    ballot={"main": ["for", "against", "abstain", "later"]})),
    "a decision opened twice": (
        "vote", lambda t: add("decision.opened", "body.acted",
                              **t.find("decision.opened").body)(t)),
    "a decision that was never opened": (
        "vote", put("comment.received", decision="D-2026-0009")),
    "no late vote that was in time": (
        "vote", add("vote.rejected", "vote.cast", 3, practice="P01", round=1, because="late")),
    "a deadline out of nowhere": (
        "vote", add("deadline.set", "vote.cast", 3, phase="voting", name="close", remind=[],
                    due_at="2026-11-30T17:00:00.000000Z")),
    "a letter to a post that ends twice": (
        "vote", lambda t: add("mail.accepted", "body.acted", mailing=t.find("mail.intent", 13),
                              practice="", message="<00000000000000000000000000000000@x>")(t)),
    "letters counted in words": ("vote", put("mail.intent", count="six")),
    "a second close": (
        "vote", add("phase.closed", "body.acted", phase="approved", round=1, deadline="close",
                    closed_at="2026-11-18T17:00:00.000000Z", count=None)),
    "a choice of no type": ("vote", put("vote.cast", question=["main"])),
    "a roll that was not the one frozen": ("vote", put("roll.frozen", digest="0" * 64)),
    "extended by staff after the close": ("inquorate", after_the_close),
    "extended by staff twice": (
        "inquorate", add("deadline.extended", "mail.accepted", 45, name="close", phase="voting",
                         was="2026-11-27T17:00:00.000000Z", working_days=1, automatic=False,
                         because="", returned=1, on_roll=5, person_hash="b" * 64)),
    "called in twice by one": (
        "called_in", add("call_in.requested", "call_in.requested", 1, practice="P02")),
    "challenged before there is an outcome": (
        "vote", add("challenge.raised", "comment.received", practice="P01")),
    "a vote by hand for a practice without a voter": ("election", nobody_casts),
    "a question counted for another": (
        "weighted", number("phase.closed", 1, **{"for": 12, "abstain": 1})),
    "questions out of order": ("weighted", put("phase.closed", 0, question="two")),
    "votes of another list size": (
        "weighted", number("phase.closed", 0, weights={"for": 12, "against": 1, "abstain": 0,
                           "returned": 13, "on_roll": 13})),
    "an area left out": ("weighted", number("phase.closed", 0, areas=[])),
    "another share of patients": ("weighted", number("phase.closed", 0, also=[])),
    "the count of one question for all": ("weighted", number("outcome.declared", questions={})),
    "urgent powers of two": ("urgent", put("body.acted", agreed=["chair", "accountable_officer"])),
    "urgent powers that nobody gave": ("urgent", drop("body.acted")),
    "ratified without a majority": ("urgent", put("body.acted", 1, votes={"for": 1, "against": 5})),
    "ratified after its time": ("urgent", move("body.acted", 1, "12-02 10:00")),
    "a held step that does not go on": ("held_up", drop("decision.routed", 2)),
    "a held step with another time": (
        "held_up", put("deadline.set", 4, due_at="2026-11-26T17:00:00.000000Z")),
    "a challenge settled by another": ("held_up", put("body.acted", body="lay_chair")),
    "a challenge that ends in refusal and goes on": ("held_up", put("body.acted", result="refused")),
    "a run-off among others": (
        "run_off", put("ballot.changed", ballot={"main": ["candidate_1", "candidate_2", "abstain"]})),
    "a seat for one that tied": (
        "run_off", number("phase.closed", 1, elected=["candidate_1"], tied=[])),
    "a holiday that moves it too far": (
        "moved", put("deadline.recomputed", due_at="2026-11-11T17:00:00.000000Z")),
    "a holiday's deadline from another time": (
        "moved", put("deadline.recomputed", was="2026-11-08T17:00:00.000000Z")),
    "a deadline by the calendar that was left": (
        "moved", put("deadline.set", 1, due_at="2026-11-18T17:00:00.000000Z")),
    "an override from another route": ("moved", put("override", was="consult", route="vote")),
    "an override called what it is not": ("moved", put("override", lower=True)),
    "an override that is not followed": ("moved", put("decision.routed", 1, name="inform")),
    "a comment by one that takes no part": (
        "election", lambda t: (put("interest.ruled", ruling="excluded")(t),
                               add("comment.received", "interest.ruled", practice="P05",
                                   phase="announcing")(t))[1]),
    "a ruling after the vote": (
        "run_off", add("interest.ruled", "outcome.declared", practice="P05", ruling="excluded",
                       person_hash="b" * 64)),
    "a meeting that is yet to come": ("election", put("meeting.recorded", held_on="2026-11-10")),
    "two meetings of one name": (
        "election", add("meeting.recorded", "meeting.recorded", held_on="2026-11-09", meeting="M1",
                        attended=[])),
    "a meeting with a stranger": (
        "election", put("meeting.recorded", attended=["P01", "P02", "P99"])),
    "a vote by hand over an answer": (
        "election", add("vote.changed", "vote.cast", 3, practice="P01", question="main", round=1,
                        meeting="M1", secrets={"choice": "abstain"})),
    "a ruling that is none": ("election", put("interest.ruled", ruling="maybe")),
    "a practice with an interest that is not on the roll": (
        "election", put("interest.declared", practice="P99")),
    "a disposition that is none": ("called_in", put("comment.answered", disposition="lost")),
    "a link that was not issued is revoked": (
        "vote", add("link.revoked", "comment.received", practice="P01", person="lead1",
                    generation=3)),
    "a late vote of a stranger": (
        "vote", add("vote.rejected", "vote.cast", 3, practice="P99", round=1, because="late")),
    "a roll out of order": ("vote", disordered),
    "a letter of a decision that was never opened": (
        "vote", put("mail.intent", 1, decision="D-2026-0009")),
    "a deadline moved by a calendar that nobody published": (
        "moved", drop("calendar.published", 1)),
    "another sum than was asked for": ("account", put("allowance.charged", money_gbp=23000)),
    "a sum of another year": ("account", put("allowance.charged", year="2025/26")),
    "another sum for each patient": ("account", put("allowance.charged", per_head=3428571428)),
    "charged twice": (
        "account", lambda t: add("allowance.charged", "allowance.charged",
                                 **t.find("allowance.charged").body)(t)),
    "given back for nothing": (
        "account", add("allowance.reversed", "allowance.charged", year="2026/27",
                       because="refused")),
    "a query that is due too early": (
        "account", put("allowance.queried", due_at="2026-11-24T17:00:00.000000Z")),
    "a query while one is open": (
        "account", lambda t: add("allowance.queried", "allowance.queried",
                                 **{**t.find("allowance.queried").body, "query": 2})(t)),
    "a query answered twice": (
        "account", lambda t: add("allowance.answered", "allowance.answered",
                                 **t.find("allowance.answered").body)(t)),
    "a query called late in time": ("account", move("mail.intent", 6, "11-25 16:59")),
    "a checkpoint twice a day": (
        "account", lambda t: plus(t, **t.find("mail.intent", 1).body)),
    "a checkpoint to others": ("account", put("mail.intent", 1, audience="0" * 64)),
    "a share of something else": (
        "vote", number("phase.closed", 1, threshold={"base": "practices", "more_than": True,
                       "needed_percent": 50, "of": 3, "reached": 2, "met": True})),
    "a deadline moved after it was over": ("moved", move("deadline.recomputed", 0, "11-10 17:00")),
}  # fmt: skip


@pytest.mark.parametrize("file", [verify, further])
@pytest.mark.parametrize("story", stories.ALL)
def test_a_decision_without_a_fault_is_proved(story: str, file: Any, tmp_path: Path) -> None:
    t = stories.ALL[story]()
    letter = tmp_path / "letter.eml"
    letter.write_text("Subject: outcome\n\n" + footer(t.hashes()))

    report = file.examine(t.bundle(tmp_path / "b.zip"), [letter])

    assert (report.faults, report.unchecked, report.exit) == ([], [], 0)


def missed(report: verify.Report, t: Trail, leaf: Leaf, said: str = "") -> str:
    """Why the report does not find the fault at this leaf; empty where it does."""
    if report.exit != 2:
        return f"exit {report.exit}: {report.faults}, {report.unchecked}"
    n = t.leaves.index(leaf)
    told = [fault for fault in report.faults if said in fault]
    named = {int(found) for fault in told for found in re.findall(r"[Ll]eaf (\d+)", fault)}
    return "" if n in named else f"leaf {n}, {leaf.kind}, is not named: {report.faults}"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_against_one_rule_is_refused_and_its_leaf_named(name: str, tmp_path: Path) -> None:
    story, edit = FAULTS[name]
    t = stories.ALL[story]()
    leaf = edit(t)
    leaf = t.find(*NAMED[name]) if name in NAMED else leaf
    bundle, said = t.bundle(tmp_path / "b.zip"), SAID.get(name, "")

    assert missed(further.examine(bundle), t, leaf, said) == ""
    alone = verify.examine(bundle)
    if name in LEFT:
        assert (alone.exit, alone.faults) == (3, [])
    elif name in AT_ANOTHER_LEAF:
        assert alone.exit == 2
    else:
        assert missed(alone, t, leaf, said) == ""


def test_what_is_left_to_the_other_file_is_said(tmp_path: Path) -> None:
    bundle = stories.account().bundle(tmp_path / "b.zip")

    assert "Left to further.py: the allowance's account" in verify.examine(bundle).as_text()
    assert "Left to further.py" not in further.examine(bundle).as_text()


def test_an_approval_without_its_charge_is_listed_where_there_is_no_account(tmp_path: Path) -> None:
    t = stories.account()
    t.leaves = [leaf for leaf in t.leaves if not leaf.kind.startswith("allowance.")]
    t.leaves = [x for x in t.leaves if not str(x.body.get("letter", "")).startswith("query_")]
    t.leaves = [x for x in t.leaves if "mailing" not in x.body or x.body["mailing"] in t.leaves]

    report = further.examine(t.bundle(tmp_path / "b.zip"))

    assert (report.exit, report.faults) == (3, [])
    assert any("allowance.charged" in words for words in report.unchecked)


def test_a_practice_that_takes_no_part_may_still_challenge(tmp_path: Path) -> None:
    t = stories.challenged()
    spot = t.leaves.index(t.find("challenge.raised"))
    at, later = "2026-11-19T11:00:00.000000Z", t.leaves[spot:]
    del t.leaves[spot:]
    t.at("11-19 11:00")
    t.tell("interest.declared", {"text": "Kin."}, practice="P03", kind="personal")
    t.tell("act.proposed", {"reason": "Kin."}, act="rule-interest", person_hash="a" * 64)
    body = {"practice": "P03", "ruling": "excluded", "person_hash": "b" * 64}
    t.tell("interest.ruled", {"reason": "Kin."}, **body)
    t.mail("ruled", ["P03"])
    t.settle()
    t.leaves += later

    report = examine(t.bundle(tmp_path / "b.zip"))

    assert (report.exit, report.faults, t.find("interest.ruled").at) == (3, [], at)


def test_a_trail_without_votes_opened_is_not_called_counted(tmp_path: Path) -> None:
    t = stories.vote()
    t.secret = {"choice"}

    report = examine(t.bundle(tmp_path / "b.zip"))

    assert report.exit == 3
    assert any("not counted" in words for words in report.unchecked)


@pytest.mark.parametrize(
    ("kind", "v"),
    [("vote.weighed", 1), ("vote.cast", 2), ("end", 1), ("vote_cast", 1), ("call.in.requested", 1)],
)
def test_a_leaf_of_a_kind_that_is_not_known_is_listed(kind: str, v: int, tmp_path: Path) -> None:
    t = stories.vote()
    t.leaves.append(Leaf(t.clock, kind, {"decision": t.ref}, v=v))

    report = examine(t.bundle(tmp_path / "b.zip"))

    assert (report.exit, report.faults) == (3, [])
    assert any(f"1 of {kind}" in words for words in report.unchecked)


def test_a_leaf_that_does_not_say_which_decision_it_is_about_is_a_fault(tmp_path: Path) -> None:
    t = stories.vote()
    del t.find("vote.cast").body["decision"]

    assert examine(t.bundle(tmp_path / "b.zip")).exit == 2
