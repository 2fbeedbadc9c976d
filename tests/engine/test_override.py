"""Staff change the route: upward with a reason, downward with a second person, and it is told."""

import pytest

from engine.case import Case
from engine.commands import Override
from engine.decide import decide
from engine.people import Actor
from engine.refusals import NeedsReason, NeedsSecondPerson, NoSuchAct
from tests.engine.makers import AT_THE_COMMAND_LINE, at, signed_in
from tests.engine.roads import after, on_the_road

NOW = at("9am Tuesday 6 October 2026")
SECRETARY, CHAIR = signed_in("secretary"), signed_in("chair")


def to(route: str, actor: Actor = AT_THE_COMMAND_LINE, reason: str = "It is larger.") -> Override:
    return Override(actor, route, reason)


def consulted() -> Case:
    return on_the_road("consult", "consult")


def test_the_secretariat_raises_it_by_itself() -> None:
    case, _ = after(consulted(), to("vote"), NOW)

    assert (case.decision.route, case.decision.name) == ("vote", "member_vote")


def test_a_raise_needs_a_reason() -> None:
    with pytest.raises(NeedsReason):
        decide(consulted(), to("vote", reason=" "), NOW)


@pytest.mark.parametrize("actor", [AT_THE_COMMAND_LINE])
def test_the_command_line_cannot_lower_it(actor: Actor) -> None:
    with pytest.raises(NeedsSecondPerson):
        decide(consulted(), to("inform", actor), NOW)


def test_one_person_alone_only_proposes_to_lower_it() -> None:
    case, happened = after(consulted(), to("inform", SECRETARY), NOW)

    assert (case.decision.route, [e.type for e in happened]) == ("consult", ["act.proposed"])


def test_the_same_person_twice_is_still_one() -> None:
    case, _ = after(consulted(), to("inform", SECRETARY), NOW)

    with pytest.raises(NeedsSecondPerson):
        decide(case, to("inform", SECRETARY), NOW)


def test_a_second_person_makes_it_so() -> None:
    case, _ = after(consulted(), to("inform", SECRETARY), NOW)
    case, _ = after(case, to("inform", CHAIR), NOW)

    assert (case.decision.route, case.decision.state) == ("inform", "informing")


def test_a_second_person_who_means_another_route_has_not_agreed() -> None:
    vote = on_the_road("member_vote", "vote")
    case, _ = after(vote, to("inform", SECRETARY), NOW)
    case, _ = after(case, to("consult", CHAIR), NOW)

    assert case.decision.route == "vote"


def test_practices_and_the_allowance_committee_are_told_when_it_is_lowered() -> None:
    case, _ = after(consulted(), to("inform", SECRETARY), NOW)
    _, happened = after(case, to("inform", CHAIR), NOW)

    told = {e.letter: e.to.role for e in happened if e.type == "mail.intent"}  # type: ignore[attr-defined]
    assert told == {"rerouted": "committee", "notice": None}


def test_the_leaf_says_from_what_to_what_and_that_it_is_lower() -> None:
    case, _ = after(consulted(), to("inform", SECRETARY), NOW)
    _, happened = after(case, to("inform", CHAIR), NOW)

    leaf = next(event for event in happened if event.type == "override")
    assert (leaf.was, leaf.route, leaf.lower) == ("consult", "inform", True)  # type: ignore[attr-defined]


def test_where_it_goes_already_is_no_change() -> None:
    with pytest.raises(NoSuchAct, match="name another route"):
        decide(consulted(), to("consult"), NOW)


def test_a_vote_that_is_open_cannot_be_taken_away() -> None:
    voting = on_the_road("member_vote", "vote", "voting", round=1)

    with pytest.raises(NoSuchAct):
        decide(voting, to("consult", SECRETARY), NOW)


def test_a_decision_that_has_ended_cannot_be_changed() -> None:
    with pytest.raises(NoSuchAct, match="has ended"):
        decide(on_the_road("consult", "consult", "concluded"), to("vote"), NOW)


def test_a_route_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NoSuchAct, match="name another route"):
        decide(consulted(), to("referendum"), NOW)


def test_candidates_are_never_put_to_a_vote_for_and_against() -> None:
    """Such a vote could be opened and never be counted."""
    ballot = {"main": ("candidate_1", "candidate_2", "abstain")}
    election = on_the_road("election", "vote", ballot=ballot)

    with pytest.raises(NoSuchAct, match="could not be counted"):
        decide(election, to("vote+supermajority"), NOW)


def test_the_leaf_tells_the_second_person_from_the_first_and_names_neither() -> None:
    case, proposed = after(consulted(), to("inform", SECRETARY), NOW)
    _, happened = after(case, to("inform", CHAIR), NOW)
    first, second = proposed[0].body()["person_hash"], happened[0].body()["person_hash"]

    assert first != second
    assert "chair" not in second


def test_a_raise_on_one_person_s_word_names_no_second() -> None:
    _, happened = after(consulted(), to("vote", CHAIR), NOW)

    assert "person_hash" not in happened[0].body()
