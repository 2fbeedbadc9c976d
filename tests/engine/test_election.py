"""Elections: most votes fill the seats; ties, zero votes, quorum, and the words."""

from collections.abc import Mapping
from itertools import product

import pytest

from engine.election import Election, elect
from engine.election_words import election_sentences
from engine.electors import Elector
from engine.shares import Share
from engine.vote_rule import VoteRule
from engine.weights import Weights
from tests.engine.ballots import electors

NAMES: Mapping[str, str] = {"a": "Anna Lee", "b": "Raj Patel", "c": "Kim Jones"}


def election(answers: str, seats: int = 1, *, stood: str = "abc", on_roll: int = 0) -> Election:
    """One letter a practice: whom it chose, `x` for an abstention, `-` for silence."""
    the_rule = VoteRule(Share("practices", 50), None, seats=seats)
    said = {f"P{n}": c for n, c in enumerate(answers, 1) if c != "-"}
    chosen = {practice: "abstain" if c == "x" else c for practice, c in said.items()}
    who = electors(max(len(answers), on_roll))
    return elect(the_rule, {c: NAMES[c] for c in stood}, who, chosen)


def elected(held: Election) -> str:
    return "".join(standing.candidate for standing in held.elected)


def tied(held: Election) -> str:
    return "".join(standing.candidate for standing in held.tied_for_last)


@pytest.mark.parametrize(
    ("answers", "seats", "wins", "even"),
    [
        ("aabc", 1, "a", ""),
        ("aabbc", 1, "", "ab"),
        ("aabbc", 2, "ab", ""),
        ("aaabc", 2, "a", "bc"),
        ("abc", 1, "", "abc"),
        ("abc", 2, "", "abc"),
        ("aaa", 2, "a", ""),
        ("xxx", 1, "", ""),
        ("bxx", 1, "b", ""),
        ("cbba", 1, "b", ""),
    ],
)
def test_most_votes_fill_the_seats_and_a_tie_for_the_last_is_a_tie(
    answers: str, seats: int, wins: str, even: str
) -> None:
    held = election(answers, seats)

    assert (elected(held), tied(held), held.tied) == (wins, even, bool(even))


@pytest.mark.parametrize(("stood", "seats"), [("a", 1), ("ab", 2), ("ab", 3)])
def test_as_many_candidates_as_seats_or_fewer_are_elected_unopposed(stood: str, seats: int) -> None:
    held = election("----", seats, stood=stood)

    assert (elected(held), held.unopposed, held.quorate, held.carried) == (stood, True, True, True)


def test_where_nobody_stood_nobody_is_elected() -> None:
    held = election("----", stood="")

    assert (elected(held), held.carried) == ("", False)


def test_zero_votes_elect_nobody() -> None:
    held = election("xxxx")

    assert (elected(held), held.quorate, held.carried, held.tied) == ("", True, False, False)


def test_without_a_quorum_nobody_is_elected_or_tied() -> None:
    held = election("ab---")

    assert (held.quorate, elected(held), tied(held), held.carried) == (False, "", "", False)


def test_abstentions_make_a_quorum() -> None:
    assert elected(election("axx---")) == "a"


def test_a_tie_for_the_last_seat_leaves_the_others_elected_and_its_seats_open() -> None:
    held = election("aaabc", 2)

    assert (held.open_seats, held.carried) == (1, False)


def test_a_run_off_fills_the_seats_it_is_told() -> None:
    the_rule = VoteRule(Share("practices", 50), None, seats=2)
    run_off = elect(the_rule, {"b": "", "c": ""}, electors(1), {"P1": "b"}, seats=1)

    assert elected(run_off) == "b"


def test_a_weighted_election_counts_votes() -> None:
    the_rule = VoteRule(Share("practices", 50), None, Weights(2_000), seats=1)
    who = [Elector("P1", weight=3), Elector("P2"), Elector("P3")]
    held = elect(the_rule, NAMES, who, {"P1": "a", "P2": "b", "P3": "b"})

    assert elected(held) == "a"


def test_a_choice_of_nobody_who_stood_is_refused() -> None:
    with pytest.raises(ValueError, match="No such option: for"):
        elect(VoteRule(Share("practices", 50), None, seats=1), NAMES, electors(1), {"P1": "for"})


def test_an_election_without_seats_is_refused() -> None:
    with pytest.raises(ValueError, match="one seat or more"):
        elect(VoteRule(Share("practices", 50), Share("votes_cast", 50)), NAMES, [], {})


def by_elimination(answers: str, seats: int) -> tuple[set[str], set[str]]:
    """Elected and tied, by hand: strike out the weakest until the seats are enough for the rest.

    Those weakest who would have to be struck out together, but are too many, are tied.
    """
    piles = {c: [a for a in answers if a == c] for c in "abc"}
    left = {c for c in piles if piles[c]}
    while len(left) > seats:
        fewest = min(len(piles[c]) for c in left)
        weakest = {c for c in left if len(piles[c]) == fewest}
        if len(left - weakest) < seats:
            return left - weakest, weakest
        left -= weakest
    return left, set()


def test_every_election_of_six_practices_is_as_by_hand() -> None:
    wrong = [
        (said, seats)
        for said in map("".join, product("abcx", repeat=6))
        for seats in (1, 2)
        if (held := election(said, seats))
        and (set(elected(held)), set(tied(held))) != by_elimination(said, seats)
    ]
    assert wrong == []


# --- the words ------------------------------------------------------------------------------


def test_an_election_is_told_with_every_base() -> None:
    assert election_sentences(election("aaabcx---", on_roll=9)) == (
        "6 of 9 practices returned a vote (67% of practices); at least 50% was needed: quorate.",
        (
            "Of the 5 votes cast Anna Lee has 3 (60%), Raj Patel has 1 (20%) and Kim Jones has 1 "
            "(20%); 1 practice abstained."
        ),
        "Elected to 1 seat: Anna Lee.",
    )


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (
            election("aaabc", 2),
            [
                "Elected to 2 seats: Anna Lee.",
                "Raj Patel and Kim Jones are tied for 1 seat, which this vote does not fill.",
            ],
        ),
        (
            election("abc", 2),
            [
                (
                    "Anna Lee, Raj Patel and Kim Jones are tied for 2 seats, which this vote "
                    "does not fill."
                )
            ],
        ),
        (election("ab---"), ["Without a quorum nobody is elected."]),
        (election("xxx"), ["Nobody is elected."]),
        (
            election("aaa", 2),
            ["Elected to 2 seats: Anna Lee.", "Nobody else had a vote: 1 seat not filled."],
        ),
    ],
)
def test_who_is_elected_is_told_plainly(held: Election, says: list[str]) -> None:
    assert list(election_sentences(held)[2:]) == says


def test_an_election_without_a_vote_is_told_without_a_percentage_of_nothing() -> None:
    said = election_sentences(election("xx"))[1]

    assert said == "No vote was cast for a candidate; 2 practices abstained."


@pytest.mark.parametrize(
    ("stood", "seats", "says"),
    [
        ("a", 1, "1 candidate stood for 1 seat: Anna Lee is elected unopposed."),
        ("ab", 3, "2 candidates stood for 3 seats: Anna Lee and Raj Patel are elected unopposed."),
        ("", 1, "Nobody stood for 1 seat: nobody is elected."),
    ],
)
def test_an_unopposed_election_is_told_in_one_sentence(stood: str, seats: int, says: str) -> None:
    assert election_sentences(election("--", seats, stood=stood)) == (says,)


def test_a_weighted_election_is_told_in_votes_and_practices() -> None:
    the_rule = VoteRule(Share("practices", 50), None, Weights(2_000), seats=1)
    who = [Elector("P1", weight=3), Elector("P2")]
    held = elect(the_rule, {"a": "Anna Lee", "b": "Raj Patel"}, who, {"P1": "a", "P2": "b"})

    assert election_sentences(held)[1] == (
        "Of the 4 votes cast Anna Lee has 3 (75%) from 1 practice and Raj Patel has 1 (25%) "
        "from 1 practice; 0 practices abstained."
    )
