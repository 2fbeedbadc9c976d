"""What the demo plays: its decisions, and how the practices answer. No chance is left in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time
from hashlib import sha256

from app.demo.cast import Cast

FOR, AGAINST, ABSTAIN = "for", "against", "abstain"
UPHELD = "upheld"
"""What becomes of a challenge that fails: the outcome stands."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One decision: its file, when it is opened, what share of practices comments, how it ends.

    `day` is a working day of the demo from 0, or counts back from today where it is negative.
    `route` is the one it ends on, `result` what it must come to (None: it is left open), `acts`
    what other bodies must have done to it in the end, in order.
    """

    name: str
    day: int
    at: time
    commenting: int  # practices in a hundred, in consultation
    route: str
    result: str | None
    acts: tuple[str, ...] = ()
    in_doubt: bool = False
    extended: bool = False
    called_in: bool = False
    challenged: bool = False

    @property
    def votes(self) -> bool:
        """Whether practices vote on it."""
        return self.route == "vote"


MEETINGS = Scene("meetings", 0, time(9, 30), 4, "inform", "informed")
DIABETES = Scene("diabetes", 1, time(10), 12, "vote", "carried", ("approved",))
RETURNS = Scene("returns", 2, time(9, 30), 12, "consult", "concluded", called_in=True)
OUT_OF_HOURS = Scene(
    "out-of-hours", 5, time(15), 0, "committee", "concluded", ("approved", "ratified")
)
BLOOD_TESTS = Scene("blood-tests", 7, time(10), 45, "consult", "concluded")
QOF_SUPPORT = Scene(
    *("qof-support", 9, time(11), 5, "vote", "carried", ("refused",)), in_doubt=True, extended=True
)
PRESCRIBING = Scene(
    *("prescribing", 14, time(9, 30), 10, "vote", UPHELD, (UPHELD,)), challenged=True
)
QUALITY_PREMIUM = Scene("quality-premium", -7, time(9, 30), 8, "vote", None)

SCENES = (
    *(MEETINGS, DIABETES, RETURNS, OUT_OF_HOURS),
    *(BLOOD_TESTS, QOF_SUPPORT, PRESCRIBING, QUALITY_PREMIUM),
)
"""In the order in which they are opened."""

CALLED_IN_BY = 10
"""Practices in a hundred that must ask before what informs is raised (`inform.toml`)."""

CORRECTION = (3, time(11))
"""When the secretary corrects the address with the slip in it."""

CHALLENGED = (27, time(10))
"""When the late voter challenges how the vote on prescribing came out: the morning after."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote by one person. `when` places it in the phase, in hundredths of its visits."""

    practice: str
    role: str
    choice: str
    when: int


@dataclass(frozen=True, slots=True)
class Voting:
    """How a vote goes. `quick` votes while the last reminder is going out, `late` after 5pm.

    `by_hand` are votes at a meeting, entered from its minutes.
    """

    at_first: tuple[Ballot, ...]
    once_extended: tuple[Ballot, ...] = ()
    quick: Ballot | None = None
    late: Ballot | None = None
    by_hand: tuple[Ballot, ...] = ()
    overruled: str | None = None  # the practice whose deputy overrules its lead

    def standing(self) -> Mapping[str, str]:
        """What must stand for each practice in the end: its last ballot."""
        quick = (self.quick,) if self.quick else ()
        ballots = (*self.at_first, *quick, *self.once_extended, *self.by_hand)
        return {ballot.practice: ballot.choice for ballot in ballots}


def voting(scene: Scene, cast: Cast) -> Voting:
    """How the practices vote on a scene's decision."""
    return _VOTINGS[scene.name](cast)


def commenting(scene: Scene, cast: Cast) -> list[str]:
    """The practices that comment while they are consulted: at least one."""
    wanted = max(1, _share(cast, scene.commenting))
    return cast.reachable(f"comment {scene.name}")[:wanted]


def calling_in(scene: Scene, cast: Cast) -> list[str]:
    """The practices that call a decision in, if it takes all of them: as many as are needed."""
    return cast.reachable(f"call in {scene.name}")[: _share(cast, CALLED_IN_BY)]


def _diabetes(cast: Cast) -> Voting:
    """Carried. One lead thinks again, one deputy overrules, one votes at the very last reminder."""
    codes = cast.reachable(DIABETES.name)[: _share(cast, 80)]
    ballots = list(_ballots(DIABETES, cast, codes, _split(len(codes), 70, 24)))
    changed, *others = ballots
    with_deputy = [ballot for ballot in others if cast.has_deputy(ballot.practice)]
    overruled = next((b for b in with_deputy if b.choice == AGAINST), None)
    quick = next((ballot for ballot in others if ballot is not overruled), None)
    return Voting(
        at_first=tuple(
            again
            for ballot in ballots
            if ballot is not quick
            for again in _thought_again(ballot, changed, overruled)
        ),
        quick=quick,
        overruled=overruled.practice if overruled else None,
    )


def _thought_again(ballot: Ballot, changed: Ballot, overruled: Ballot | None) -> Iterator[Ballot]:
    """The ballot, and before it the one that it replaces, if it replaces one."""
    if ballot not in (changed, overruled):
        yield ballot
        return
    other = AGAINST if ballot.choice != AGAINST else FOR
    yield replace(ballot, role="lead", choice=other, when=5)
    yield replace(ballot, role="deputy" if ballot is overruled else "lead", when=60)


def _qof_support(cast: Cast) -> Voting:
    """Too few answer at first; with five more working days, and a meeting, there are enough."""
    codes = cast.reachable(QOF_SUPPORT.name)[: _share(cast, 58)]
    ballots = tuple(_ballots(QOF_SUPPORT, cast, codes, _split(len(codes), 62, 30)))
    few = len(cast.practices) * 30 // 100
    by_link, by_hand = _parted(ballots[few:])
    return Voting(ballots[:few], once_extended=by_link, by_hand=by_hand)


def _parted(ballots: tuple[Ballot, ...]) -> tuple[tuple[Ballot, ...], tuple[Ballot, ...]]:
    """Those sent by link, and the few cast at a meeting; one at least is by link."""
    met = (ballots[0], ballots[len(ballots) // 2])[: len(ballots) - 1]
    return tuple(ballot for ballot in ballots if ballot not in met), met


def _prescribing(cast: Cast) -> Voting:
    """As many for as against; the vote that would have decided comes after the close."""
    order = cast.reachable(PRESCRIBING.name)
    most = len(order) - (cast.without is not None)  # somebody who can be reminded stays silent
    voters = min(_share(cast, 62), most)
    half = voters // 2
    choices = [FOR] * half + [AGAINST] * half + [ABSTAIN] * (voters - 2 * half)
    ballots = tuple(_ballots(PRESCRIBING, cast, order, choices))
    late = order[voters] if voters < len(order) else order[half]
    return Voting(ballots, late=Ballot(late, "lead", FOR, 100))


def _quality_premium(cast: Cast) -> Voting:
    """Left open: some have voted, the reader may go on."""
    codes = cast.reachable(QUALITY_PREMIUM.name)[: len(cast.practices) * 30 // 100]
    return Voting(tuple(_ballots(QUALITY_PREMIUM, cast, codes, _split(len(codes), 65, 25))))


_VOTINGS = {
    DIABETES.name: _diabetes,
    QOF_SUPPORT.name: _qof_support,
    PRESCRIBING.name: _prescribing,
    QUALITY_PREMIUM.name: _quality_premium,
}


def _share(cast: Cast, percent: int) -> int:
    """So many in a hundred of all practices, rounded up."""
    return -(-len(cast.practices) * percent // 100)


def _split(number: int, for_percent: int, against_percent: int) -> list[str]:
    """So many in a hundred for, so many against, both rounded up, and the rest abstaining."""
    for_ = -(-number * for_percent // 100)
    against = min(-(-number * against_percent // 100), number - for_)
    return [FOR] * for_ + [AGAINST] * against + [ABSTAIN] * (number - for_ - against)


def _ballots(
    scene: Scene, cast: Cast, codes: Iterable[str], choices: Iterable[str]
) -> Iterator[Ballot]:
    """One ballot a practice, as long as there are choices; by its deputy here and there."""
    for code, choice in zip(codes, choices, strict=False):
        number = _number(f"{scene.name}|{code}")
        by_deputy = cast.has_deputy(code) and number % 4 == 0
        when = (number // 4 % 100) ** 2 // 100  # most answer early
        yield Ballot(code, "deputy" if by_deputy else "lead", choice, when)


def _number(key: str) -> int:
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big")
