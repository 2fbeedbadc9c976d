"""Interests: declared, ruled on by more than one person where it costs a vote, and counted so."""

from typing import Any

import pytest

from engine.acts import possible_acts
from engine.case import Case
from engine.commands import (
    Act,
    DeclareInterest,
    GiveAnswer,
    PassDeadline,
    Remind,
    RuleInterest,
)
from engine.decide import decide
from engine.decision import Interest, Outcome, Vote
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


def test_a_vote_that_two_persons_took_is_not_given_back_by_declaring_again() -> None:
    case, _ = after(excluded("P03"), declares(kind="indirect"), NOW)

    assert case.decision.excluded == {"P03"}


def test_an_interest_that_was_noted_and_is_declared_again_waits_for_a_ruling_again() -> None:
    case, _ = after(voting(interests={"P03": Interest("personal", "noted")}), declares(), NOW)

    assert case.decision.interests["P03"].ruling == ""


def test_an_interest_declared_after_the_vote_may_be_noted_so_that_the_committee_can_act() -> None:
    outcome = Outcome("carried", ("Carried.",), NOW, {"for": 12})
    given = {"outcome": outcome, "interests": {"P03": Interest("personal")}, "round": 1}
    case = on_the_road("vote_then_committee", "vote", "carried", **given)
    case, _ = after(case, rules("noted"), NOW)

    assert case.decision.interests["P03"].ruling == "noted"


def test_once_the_vote_is_over_nobody_s_vote_is_given_back() -> None:
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


# --- what nobody alone may undo ---------------------------------------------------------------


def test_declaring_another_interest_gives_nobody_the_vote_back() -> None:
    case, _ = after(excluded("P03"), declares(kind="personal"), NOW)

    assert case.decision.excluded == {"P03"}


def test_declaring_another_interest_after_one_that_was_noted_waits_for_a_ruling() -> None:
    noted = voting(interests={"P03": Interest("financial", "noted")})
    case, _ = after(noted, declares(kind="personal"), NOW)

    assert case.decision.interests["P03"].ruling == ""


def test_nobody_alone_gives_a_vote_back_that_two_persons_took() -> None:
    with pytest.raises(NeedsSecondPerson):
        decide(excluded("P03"), rules("noted"), NOW)


def test_two_persons_may_give_it_back() -> None:
    case, _ = after(excluded("P03"), rules("noted", SECRETARY), NOW)
    case, _ = after(case, rules("noted", CHAIR), NOW)

    assert case.decision.excluded == frozenset()


def test_nobody_gives_a_vote_back_once_it_is_over() -> None:
    """A vote that is due and not yet counted: what was cast before the ruling would count again."""
    with pytest.raises(NoSuchAct, match="The vote is over"):
        decide(excluded("P03"), rules("noted", SECRETARY), CLOSE)


def carried_with_an_interest_unruled(workflow: str, route: str) -> Case:
    given = {"round": 1, "outcome": Outcome("carried", ("Carried.",), NOW, {"for": 11})}
    return on_the_road(
        workflow, route, "carried", interests={"P03": Interest("financial")}, **given
    )


@pytest.mark.parametrize(
    ("workflow", "route"),
    [("vote_then_committee", "vote"), ("constitution_vote", "vote+supermajority")],
)
def test_what_nobody_ruled_on_before_the_close_may_still_be_noted(
    workflow: str, route: str
) -> None:
    """Or nobody could ever approve what practices carried."""
    case, _ = after(carried_with_an_interest_unruled(workflow, route), rules("noted"), NOW)
    case, _ = after(case, Act(AT_THE_COMMAND_LINE, "approve", "Minutes, 4.2."), NOW)

    assert case.decision.state == "approved"


def test_it_is_named_as_possible_while_an_approval_waits_for_it() -> None:
    case = carried_with_an_interest_unruled("constitution_vote", "vote+supermajority")

    assert "rule-interest" in {act.name for act in possible_acts(case, NOW, two_persons=False)}


def test_nobody_s_vote_is_taken_after_the_outcome() -> None:
    case = carried_with_an_interest_unruled("vote_then_committee", "vote")

    with pytest.raises(NoSuchAct, match="The vote is over"):
        decide(case, rules("no_vote", SECRETARY), NOW)


def test_the_leaf_of_a_ruling_tells_the_two_persons_apart() -> None:
    case, _ = after(voting(), declares(), NOW)
    case, proposed = after(case, rules("no_vote", SECRETARY), NOW)
    _, happened = after(case, rules("no_vote", CHAIR), NOW)

    assert proposed[0].body()["person_hash"] != happened[0].body()["person_hash"]
