"""What a vote needs, as a definition's `[vote]` says it. `engine.vote_reading` reads it.

Every constitution differs, so everything here is data: what a quorum is a share of, what carries,
what one vote weighs, and what must hold besides.
"""

from dataclasses import dataclass

from engine.shares import Share
from engine.weights import Weights

PRACTICES, WEIGHT, PATIENTS = "practices", "weight", "patients"
VOTES_CAST, PRACTICES_VOTING = "votes_cast", "practices_voting"

QUORUM_OF = (PRACTICES, WEIGHT, PATIENTS)
"""What a quorum is a share of: all practices on the roll, all their votes, all their patients."""

CARRIED_OF = (VOTES_CAST, PRACTICES, WEIGHT)
"""The votes for, as a share of those cast for or against, or of all practices or votes there are.
"""

ALSO_OF = (PATIENTS, PRACTICES_VOTING, PRACTICES)
"""A second majority, beside the votes.

`patients` and `practices_voting` are those of the practices that voted for or against; `practices`
is all on the roll.
"""


@dataclass(frozen=True, slots=True)
class EachArea:
    """What must hold in every area: the threshold, a quorum (none where 0 per cent), or both."""

    carried: bool = True
    quorum_percent: int = 0


@dataclass(frozen=True, slots=True)
class VoteRule:
    """A quorum of returned answers; a share in favour, or seats to fill; and what else must hold.

    `weight` is None where one practice has one vote. `carried` is None for an election, `seats` for
    a motion.
    """

    quorum: Share
    carried: Share | None
    weight: Weights | None = None
    also: tuple[Share, ...] = ()
    each_area: EachArea | None = None
    seats: int | None = None

    def __post_init__(self) -> None:
        if (self.carried is None) == (self.seats is None):
            raise ValueError("A vote carries a motion or fills seats: give one of the two.")

    @property
    def threshold(self) -> Share:
        """The share that carries a motion. Raises LookupError for an election."""
        if self.carried is None:
            raise LookupError("an election fills seats and has no threshold")
        return self.carried
