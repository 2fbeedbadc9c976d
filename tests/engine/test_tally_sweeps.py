"""Every split of 80 practices against clauses in plain words; small bodies against a count by hand.

The naive counts at the end are what the sweeps must catch: each differs somewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.electors import Elector
from engine.tally import Count, VoteRule, count
from engine.vote_reading import read_vote
from engine.weights import Weights
from tests.engine.ballots import CHOICES, added_up, counted, rule
from tests.engine.returning_officer import Paper, verdict

sweep = pytest.mark.no_cover  # the short tests cover the lines; tracing sweeps takes minutes
ON_ROLL = 80

# --- every split of 80 practices ------------------------------------------------------------


def splits(on_roll: int = ON_ROLL) -> Iterator[tuple[int, int, int]]:
    """For, against and abstaining; the rest are silent."""
    for for_ in range(on_roll + 1):
        for against in range(on_roll - for_ + 1):
            for abstain in range(on_roll - for_ - against + 1):
                yield for_, against, abstain


def test_eighty_practices_can_split_in_91881_ways() -> None:
    assert sum(1 for _ in splits()) == 91_881


@dataclass(frozen=True)
class Words:
    """A constitution's clause for 80 practices, in head counts; no percentage is worked out."""

    rule: VoteRule
    quorate: Callable[[int], bool]  # of the practices that kept silent
    enough: Callable[[int, int], bool]  # of those for, and those against

    def verdict(self, for_: int, against: int, abstain: int) -> tuple[bool, bool]:
        quorate = self.quorate(ON_ROLL - for_ - against - abstain)
        someone_voted, decided = for_ + against > 0, for_ != against
        return quorate, quorate and someone_voted and decided and self.enough(for_, against)


def at_most(silent: int) -> Callable[[int], bool]:
    return lambda held: held <= silent


CLAUSES = {
    "half return; more say yes than no": Words(
        rule(50), at_most(40), lambda yes, no: yes > no
    ),
    "half return; more say no than yes": Words(
        rule(50, strict=False), at_most(40), lambda yes, no: yes >= no
    ),
    "three quarters return; three yes for each no": Words(
        rule(75, strict=False, quorum=75), at_most(20), lambda yes, no: yes >= 3 * no
    ),
    "half return; better than three yes for each no": Words(
        rule(75), at_most(40), lambda yes, no: yes > 3 * no
    ),
    "half return; sixty of the eighty say yes": Words(
        rule(75, strict=False, of="practices"), at_most(40), lambda yes, _no: yes >= 60
    ),
    "three quarters return; forty-one of the eighty say yes": Words(
        rule(50, of="practices", quorum=75), at_most(20), lambda yes, _no: yes >= 41
    ),
    "one in five returns; three yes for each two no": Words(
        rule(60, strict=False, quorum=20), at_most(64), lambda yes, no: 2 * yes >= 3 * no
    ),
    "nobody need return; more than eleven yes for each nine no": Words(
        rule(55, quorum=0), at_most(80), lambda yes, no: 9 * yes > 11 * no
    ),
    "nobody need return; any yes will do": Words(
        rule(0, quorum=0), at_most(80), lambda yes, _no: yes >= 1
    ),
    "nobody need return; nothing is asked": Words(
        rule(0, strict=False, quorum=0, of="practices"), at_most(80), lambda _yes, _no: True
    ),
    "all return; nobody says no": Words(
        rule(100, strict=False, quorum=100), at_most(0), lambda _yes, no: no == 0
    ),
    "half return; all eighty say yes": Words(
        rule(100, strict=False, of="practices"), at_most(40), lambda yes, _no: yes == 80
    ),
    "half return; more than all say yes": Words(
        rule(100), at_most(40), lambda _yes, _no: False
    ),
}  # fmt: skip


def verdict_of(held: Count) -> tuple[bool, bool]:
    return held.quorate, held.carried


@sweep
def test_every_split_is_decided_as_each_clause_says() -> None:
    wrong = [
        (clause, split)
        for split in splits()
        if (held := added_up(rule(), ON_ROLL, *split).held)
        for clause, words in CLAUSES.items()
        if verdict_of(Count(words.rule, held)) != words.verdict(*split)
    ]
    assert wrong == []


@sweep
def test_every_split_is_counted_from_its_answers() -> None:
    the_rule = rule(50)
    wrong = [
        split
        for split in splits()
        if counted(the_rule, ON_ROLL, *split) != added_up(the_rule, ON_ROLL, *split)
    ]
    assert wrong == []


# --- small bodies, counted by hand as well ---------------------------------------------------

QUORUMS = [{"of": "practices", "percent": percent} for percent in (0, 50, 75)]
SHARES = [
    {"of": of, kind: percent}
    for of in ("votes_cast", "practices")
    for percent in (0, 50, 58, 66, 75)
    for kind in ("more_than_percent", "at_least_percent")
]


@dataclass(frozen=True)
class Body:
    """Practices with an area and a list of patients each, as both counts see them."""

    areas: tuple[str, ...]
    lists: tuple[int | None, ...]

    def papers(self, said: tuple[str, ...]) -> list[Paper]:
        members = zip(said, self.areas, self.lists, strict=True)
        return [Paper(f"P{n}", *member) for n, member in enumerate(members)]

    def electors(self, weights: Weights | None) -> tuple[Elector, ...]:
        members = enumerate(zip(self.areas, self.lists, strict=True))
        return tuple(
            Elector(f"P{n}", area, weights.of(size) if weights else 1, size)
            for n, (area, size) in members
        )


def alike(size: int) -> Body:
    return Body(("",) * size, (None,) * size)


def read(vote: dict[str, object]) -> VoteRule:
    """The rule as a definition gives it: the reader is held against the words too."""
    faults: list[str] = []
    the_rule = read_vote(vote, lambda place, says: faults.append(f"{place}: {says}"))
    assert the_rule is not None, faults
    return the_rule


def counted_for(body: Body, the_rule: VoteRule, said: tuple[str, ...]) -> Count:
    answers = {f"P{n}": choice for n, choice in enumerate(said) if choice}
    return count(the_rule, body.electors(the_rule.weight), answers)


def differs(body: Body, vote: dict[str, object], the_rule: VoteRule, said: tuple[str, ...]) -> bool:
    return verdict_of(counted_for(body, the_rule, said)) != verdict(vote, body.papers(said))


@sweep
@pytest.mark.parametrize("quorum", QUORUMS, ids=lambda quorum: f"quorum {quorum['percent']}")
def test_every_split_of_a_small_body_is_decided_as_by_hand(quorum: dict[str, object]) -> None:
    wrong = []
    for asked in SHARES:
        vote = {"quorum": quorum, "carried": asked}
        the_rule = read(vote)
        for size in (0, 1, 2, 3, 6, 7):
            for for_, against, abstain in splits(size):
                silent = size - for_ - against - abstain
                piles = (("for", for_), ("against", against), ("abstain", abstain), ("", silent))
                said = tuple(choice for choice, number in piles for _ in range(number))
                if differs(alike(size), vote, the_rule, said):
                    wrong.append((vote, said))
    assert wrong == []


SMALL = Body(("N", "N", "S", "S", ""), (0, 5, 7, 19, None))
PLAIN = {"quorum": QUORUMS[1], "carried": {"of": "votes_cast", "more_than_percent": 50}}
BY_FOURS = {"patients": 4, "rounding": "half_up", "blank": 2, "most": 3}
RULES: dict[str, dict[str, object]] = {
    "each area": {**PLAIN, "each_area": {"carried": True}},
    "each area, with a quorum": {**PLAIN, "each_area": {"carried": True, "quorum_percent": 75}},
    "a quorum in each area alone": {**PLAIN, "each_area": {"quorum_percent": 50}},
    "each area, at least half": {
        **PLAIN,
        "carried": {"of": "votes_cast", "at_least_percent": 50},
        "each_area": {"carried": True},
    },
    "each area, of all practices": {
        **PLAIN,
        "carried": {"of": "practices", "at_least_percent": 50},
        "each_area": {"carried": True},
    },
    "patients too": {**PLAIN, "also": [{"of": "patients", "more_than_percent": 50}]},
    "three quarters of the patients too": {
        **PLAIN,
        "also": [{"of": "patients", "at_least_percent": 75}],
    },
    "a quorum of patients": {**PLAIN, "quorum": {"of": "patients", "percent": 60}},
    "by list": {**PLAIN, "weight": BY_FOURS},
    "by list, rounded up": {**PLAIN, "weight": {**BY_FOURS, "rounding": "up", "least": 2}},
    "by list, rounded down": {**PLAIN, "weight": {"patients": 4, "rounding": "down"}},
    "by list, quorum and threshold of all votes": {
        "quorum": {"of": "weight", "percent": 50},
        "carried": {"of": "weight", "at_least_percent": 50},
        "weight": BY_FOURS,
    },
    "by list and by practices": {
        **PLAIN,
        "weight": BY_FOURS,
        "also": [
            {"of": "practices_voting", "more_than_percent": 50},
            {"of": "practices", "at_least_percent": 40},
        ],
    },
    "by list, in each area": {
        **PLAIN,
        "weight": BY_FOURS,
        "each_area": {"carried": True, "quorum_percent": 50},
    },
}


def every_way(size: int) -> Iterator[tuple[str, ...]]:
    return product((*CHOICES.values(), ""), repeat=size)


@sweep
@pytest.mark.parametrize("vote", RULES.values(), ids=RULES.keys())
def test_every_way_to_answer_is_decided_as_by_hand(vote: dict[str, object]) -> None:
    the_rule = read(vote)

    assert [said for said in every_way(5) if differs(SMALL, vote, the_rule, said)] == []


percents = st.sampled_from([0, 20, 33, 50, 51, 55, 58, 60, 66, 67, 75, 100])
at_least_votes = st.integers(1, 3)


def asking(*bases: str) -> st.SearchStrategy[dict[str, object]]:
    """A share of one of these."""
    kinds = st.sampled_from(["more_than_percent", "at_least_percent"])
    share = st.tuples(st.sampled_from(bases), kinds, percents)
    sound = share.filter(lambda chosen: chosen[1:] != ("more_than_percent", 100))
    return sound.map(lambda chosen: {"of": chosen[0], chosen[1]: chosen[2]})


def quorum_of(*bases: str) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"of": st.sampled_from(bases), "percent": percents})


weights = st.fixed_dictionaries(
    {"patients": st.integers(1, 5), "rounding": st.sampled_from(["half_up", "up", "down"])},
    optional={"blank": at_least_votes, "least": at_least_votes, "most": st.integers(3, 6)},
)
each_area = st.fixed_dictionaries(
    {"carried": st.just(value=True)}, optional={"quorum_percent": percents}
)
more = {
    "also": st.lists(asking("patients", "practices", "practices_voting"), max_size=2),
    "each_area": each_area,
}
votes = st.one_of(
    st.fixed_dictionaries(
        {
            "quorum": quorum_of("practices", "patients"),
            "carried": asking("votes_cast", "practices"),
        },
        optional=more,
    ),
    st.fixed_dictionaries(
        {
            "quorum": quorum_of("practices", "weight", "patients"),
            "carried": asking("votes_cast", "weight"),
            "weight": weights,
        },
        optional=more,
    ),
)
members = st.lists(
    st.tuples(
        st.sampled_from(["for", "for", "against", "abstain", ""]),
        st.sampled_from(["N", "S", ""]),
        st.none() | st.integers(0, 21),
    ),
    max_size=12,
)


@sweep
@settings(max_examples=1_000, deadline=None, derandomize=True, database=None)
@given(vote=votes, members=members)
def test_any_rule_for_any_body_of_twelve_is_decided_as_by_hand(
    vote: dict[str, object], members: list[tuple[str, str, int | None]]
) -> None:
    said, areas, lists = zip(*members, strict=True) if members else ((), (), ())

    assert not differs(Body(areas, lists), vote, read(vote), said)


# --- the sweeps can fail ---------------------------------------------------------------------


def differing(clause: str, naive: Callable[[int, int, int], bool]) -> list[tuple[int, int, int]]:
    """The quorate splits on which a naive threshold disagrees with a clause."""
    words = CLAUSES[clause]
    return [
        (for_, against, abstain)
        for for_, against, abstain in splits()
        if for_ != against and words.quorate(ON_ROLL - for_ - against - abstain)
        if naive(for_, against, abstain) != words.verdict(for_, against, abstain)[1]
    ]


@sweep
def test_a_floating_point_percentage_would_be_caught() -> None:
    clause = "nobody need return; more than eleven yes for each nine no"
    wrong = differing(clause, lambda yes, no, _: yes / (yes + no) * 100 > 55)

    assert (11, 9, 0) in wrong


@sweep
def test_more_than_in_place_of_at_least_would_be_caught() -> None:
    clause = "three quarters return; three yes for each no"
    wrong = differing(clause, lambda yes, no, _: 100 * yes > 75 * (yes + no))

    assert (45, 15, 0) in wrong


@sweep
def test_abstentions_in_the_base_would_be_caught() -> None:
    clause = "half return; more say yes than no"
    wrong = differing(clause, lambda yes, no, abstain: 2 * yes > yes + no + abstain)

    assert (21, 18, 3) in wrong


@sweep
def test_a_quorum_of_more_than_half_would_be_caught() -> None:
    words = CLAUSES["half return; more say yes than no"]
    wrong = [
        (for_, against, abstain)
        for for_, against, abstain in splits()
        if (2 * (for_ + against + abstain) > ON_ROLL) != words.verdict(for_, against, abstain)[0]
    ]

    assert (40, 0, 0) in wrong


def test_a_quorum_of_votes_cast_without_abstentions_would_be_caught() -> None:
    words = CLAUSES["half return; more say yes than no"]

    assert words.verdict(1, 0, 39) == (True, True)


def naive_by_hand(
    vote: dict[str, object], body: Body, naive: Callable[[Count], bool]
) -> list[tuple[str, ...]]:
    """The ways to answer on which a naive reading of a count disagrees with the count by hand."""
    the_rule = read(vote)
    return [
        said
        for said in every_way(len(body.areas))
        if naive(counted_for(body, the_rule, said)) != verdict(vote, body.papers(said))[1]
    ]


@sweep
@pytest.mark.parametrize(
    ("name", "naive"),
    [
        ("each area", lambda held: held.quorate and held.threshold.met and not held.tied),
        ("patients too", lambda held: held.quorate and held.threshold.met and not held.tied),
        ("by list", lambda held: held.quorate and 2 * held.held.practices.for_ > held.returned),
        ("each area, at least half", lambda held: held.quorate and held.threshold.met),
    ],
)
def test_a_count_that_leaves_out_what_else_must_hold_would_be_caught(
    name: str, naive: Callable[[Count], bool]
) -> None:
    assert naive_by_hand(RULES[name], SMALL, naive) != []
