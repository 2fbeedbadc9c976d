"""Interests: declared, ruled on by more than one person where it costs a vote, and counted so."""

from typing import Any

import pytest

from engine.case import Case
from engine.commands import DeclareInterest, GiveAnswer, PassDeadline, Remind, RuleInterest
from engine.decide import decide
from engine.decision import Interest, Vote
from engine.people import Actor
from engine.refusals import HasInterest, NeedsReason, NeedsSecondPerson, NoSuchAct
from tests.engine.makers import AT_THE_COMMAND_LINE, at, signed_in
from tests.engine.roads import after, lead, on_the_road

NOW = at("9am Tuesday 6 October 2026")
CLOSE = at("5pm Wednesday 14 October 2026")
SECRETARY, CHAIR = signed_in("secretary"), signed_in("chair")


def voting(**changes: Any) -> Case:  # noqa: ANN401
    return on_the_road("member_vote", "vote", "voting", **{"round": 1, **changes})


def declares(practice: str = "P03", kind: str = "financial", text: str = "Owns the clinic.") -> Any:  # noqa: ANN401
    return DeclareInterest(AT_THE_COMMAND_LINE, practice, kind, text)


def rules(ruling: str, actor: Actor = AT_THE_COMMAND_LINE, reason: str = "It gains.") -> Any:  # noqa: ANN401
    return RuleInterest(actor, "P03", ruling, reason)


def excluded(*codes: str, **changes: Any) -> Case:  # noqa: ANN401
    return voting(interests={code: Interest("financial", "no_vote") for code in codes}, **changes)


def test_an_interest_waits_for_a_ruling() -> None:
    case, _ = after(voting(), declares(), NOW)

    assert case.decision.interests == {"P03": Interest("financial", "")}


def test_declaring_takes_nobody_s_vote() -> None:
    case, _ = after(voting(), declares(), NOW)

    assert case.decision.excluded == frozenset()


@pytest.mark.parametrize(
    "command",
    [declares("P99"), declares(kind="political")],
    ids=["not on the roll", "no such kind"],
)
def test_what_makes_no_sense_is_refused(command: DeclareInterest) -> None:
    with pytest.raises(NoSuchAct):
        decide(voting(), command, NOW)


def test_an_interest_is_said_in_words() -> None:
    with pytest.raises(NeedsReason):
        decide(voting(), declares(text=" "), NOW)


def test_one_person_may_note_it() -> None:
    case, _ = after(voting(), declares(), NOW)
    case, _ = after(case, rules("noted"), NOW)

    assert (case.decision.interests["P03"].ruling, case.decision.excluded) == ("noted", frozenset())


def test_nobody_alone_takes_a_practice_s_vote() -> None:
    case, _ = after(voting(), declares(), NOW)

    with pytest.raises(NeedsSecondPerson):
        decide(case, rules("no_vote"), NOW)


def test_two_persons_may() -> None:
    case, _ = after(voting(), declares(), NOW)
    case, _ = after(case, rules("no_vote", SECRETARY), NOW)
    case, _ = after(case, rules("no_vote", CHAIR), NOW)

    assert case.decision.excluded == {"P03"}


def test_the_practice_hears_what_was_ruled_and_nobody_else_does() -> None:
    case, _ = after(voting(), declares(), NOW)
    _, happened = after(case, rules("noted"), NOW)

    told = [(e.letter, e.to.practices) for e in happened if e.type == "mail.intent"]  # type: ignore[attr-defined]
    assert told == [("ruled", ("P03",))]


def test_once_the_vote_is_over_nobody_s_vote_is_taken() -> None:
    case, _ = after(voting(), declares(), NOW)

    with pytest.raises(NoSuchAct, match="The vote is over"):
        decide(case, rules("no_vote", SECRETARY), CLOSE)


def test_an_interest_not_ruled_on_can_still_be_noted_so_that_the_committee_may_act() -> None:
    case, _ = after(voting(), declares(), NOW)
    case, _ = after(case, rules("noted"), CLOSE)

    assert case.decision.interests["P03"].ruling == "noted"


def test_a_vote_that_was_taken_is_not_given_back_once_it_is_over() -> None:
    with pytest.raises(NoSuchAct, match="The vote is over"):
        decide(excluded("P03"), rules("noted"), CLOSE)


def test_a_practice_that_was_excluded_cannot_vote() -> None:
    answer = GiveAnswer("P03", lead("P03"), True, {"main": "for"})
    with pytest.raises(HasInterest):
        decide(excluded("P03"), answer, NOW)


def test_it_leaves_numerator_and_denominator() -> None:
    """Ten of twenty answered, one of them excluded: nine of nineteen are no half."""
    held = tuple(Vote(f"P{n:02}", "main", "for", lead(f"P{n:02}"), n) for n in range(1, 11))
    given = {"votes": held, "extended": 1}
    all_of_them, without = voting(**given), excluded("P03", **given)
    closes = [
        after(case, PassDeadline("close", CLOSE), CLOSE)[0].decision.state
        for case in (all_of_them, without)
    ]

    assert closes == ["carried", "inquorate"]


def test_an_excluded_practice_is_not_reminded() -> None:
    _, happened = after(excluded("P03"), Remind("close"), NOW)

    assert "P03" not in happened[0].to.practices  # type: ignore[attr-defined]
