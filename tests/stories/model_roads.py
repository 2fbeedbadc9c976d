"""The roads that a decision may take, as the documents tell them, in the plainest table there is.

Nothing here is read from the product: where a definition says otherwise, one of the two is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """Where a decision is: for how many working days (0: nobody's clock runs), and what then."""

    days: int = 0
    silence: str = ""  # where it leads when the time is up; a vote is counted instead
    open_for: str = ""
    acts: Mapping[str, str] = field(default_factory=dict)
    result: str = ""  # the outcome declared on entering it
    act: str = ""  # what a body did to bring it here
    call_in: int = 0  # per cent of the practices
    whole_locality: bool = False
    quorum: int = 0  # per cent of those who may vote
    majority: int = 0  # per cent of the votes cast: more than 50, or at least 75
    by_three: bool = False  # approved by chair, officer and lay member, before the LMC is heard


ENDED = {"withdrawn": Step(result="withdrawn")}
LOST = {"not_carried": Step(result="not_carried")}
AGAIN = {"inquorate": Step(result="inquorate", acts={"revote": "voting"})}
WITHDRAW = {"withdraw": "withdrawn"}
CONCLUDE = {"conclude": "concluded", **WITHDRAW}
DECIDE = {"approve": "approved", "refuse": "refused"}
ASKED = Step(5, "voting", "comments", WITHDRAW)

ROADS: Mapping[str, Mapping[str, Step]] = {
    "inform": {
        "informing": Step(5, "informed", "comments", WITHDRAW, call_in=10, whole_locality=True),
        "informed": Step(result="informed"),
        **ENDED,
    },
    "consult": {
        "consulting": Step(10, "concluding", "comments", WITHDRAW, call_in=25),
        "concluding": Step(5, "overdue", acts=CONCLUDE),
        "overdue": Step(5, "withdrawn", acts=CONCLUDE),
        "concluded": Step(result="concluded"),
        **ENDED,
    },
    "member_vote": {
        "consulting": ASKED,
        "voting": Step(7, open_for="votes", acts=WITHDRAW, quorum=50, majority=50),
        "carried": Step(result="carried"),
        **LOST,
        **AGAIN,
        **ENDED,
    },
    "constitution_vote": {
        "consulting": ASKED,
        "voting": Step(10, open_for="votes", acts=WITHDRAW, quorum=75, majority=75),
        "carried": Step(result="carried", acts=DECIDE),
        "approved": Step(act="approved"),
        "refused": Step(act="refused"),
        **LOST,
        **AGAIN,
        **ENDED,
    },
    "vote_then_committee": {
        "consulting": ASKED,
        "voting": Step(7, open_for="votes", acts=WITHDRAW, quorum=50, majority=50),
        "carried": Step(5, "overdue", acts=DECIDE, result="carried"),
        "overdue": Step(3, "lapsed", acts=DECIDE),
        "approved": Step(act="approved"),
        "refused": Step(act="refused"),
        "lapsed": Step(act="lapsed"),
        "inquorate": Step(result="inquorate"),
        **LOST,
        **ENDED,
    },
    "primary_care_committee": {
        "hearing": Step(10, "deciding", "comments", WITHDRAW),
        "deciding": Step(5, "overdue", acts={**DECIDE, "tie": "tied", **WITHDRAW}),
        "overdue": Step(5, "lapsed", acts={**DECIDE, "tie": "tied", **WITHDRAW}),
        "tied": Step(5, "lapsed", acts={**DECIDE, **WITHDRAW}),
        "approved": Step(result="concluded", act="approved"),
        "refused": Step(result="concluded", act="refused"),
        "lapsed": Step(result="withdrawn", act="lapsed"),
        **ENDED,
    },
    "urgent_powers": {
        "deciding": Step(
            2,
            "not_urgent",
            acts={"approve": "in_force", "refuse": "refused", **WITHDRAW},
            by_three=True,
        ),
        "in_force": Step(
            20,
            "lapsed",
            acts={"ratify": "ratified", "refuse": "annulled"},
            result="concluded",
            act="approved",
        ),
        "ratified": Step(act="ratified"),
        "annulled": Step(act="refused"),
        "lapsed": Step(act="lapsed"),
        "refused": Step(result="withdrawn", act="refused"),
        "not_urgent": Step(result="withdrawn", act="lapsed"),
        **ENDED,
    },
    "dispute": {
        "mediating": Step(5, "deciding", acts={"settle": "upheld"}),
        "deciding": Step(
            10,
            "overdue",
            acts={"settle": "upheld", "uphold": "upheld", "set_aside": "set_aside"},
        ),
        "overdue": Step(
            5,
            "set_aside",
            acts={"settle": "upheld", "uphold": "upheld", "set_aside": "set_aside"},
        ),
        "upheld": Step(result="upheld", act="upheld"),
        "set_aside": Step(result="set_aside", act="set_aside"),
    },
}

ROUTES = ("inform", "consult", "committee", "vote", "vote+supermajority")
"""The least say first."""

CHALLENGED = set(ROADS) - {"inform", "urgent_powers", "dispute"}
"""The roads whose outcome a practice may challenge, for five working days."""


def road_for(route: str, *, income: bool, urgent: bool) -> str:
    """Which road a route goes by."""
    return {
        "inform": "inform",
        "consult": "consult",
        "committee": "urgent_powers" if urgent else "primary_care_committee",
        "vote": "vote_then_committee" if income else "member_vote",
        "vote+supermajority": "constitution_vote",
    }[route]


def start_of(road: str) -> str:
    """Its first step."""
    return next(iter(ROADS[road]))
