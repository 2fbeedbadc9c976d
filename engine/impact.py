"""Which decisions need which practices: a table of rules over the facts, and what it finds.

Hit policy "first": the rules are read top down and the first that fits gives level and route.
Every involvement that fits adds who else must take part; every check that fits asks a person to
look, because the facts are thin or pull apart. The table is data (`workflows/impact.toml`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.facts import Facts

HIT_POLICY = "first"
"""The one way a table is read; a table says so, so that its readers need not guess."""

BODIES = (
    "lmc",
    "management_allowance_committee",
    "non_gp_majority_committee",
    "patients_and_public",
    "local_authority_scrutiny",
    "nhs_england",
)
"""Who may have to take part beside the practices."""


class Level(StrEnum):
    """How much a decision means for practices, lowest first; critical is constitutional."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


class Route(StrEnum):
    """How practices take part, the least say first.

    A committee stands between consulting and voting: it takes the decision out of the leaders'
    hands, as a consultation does not, and yet does not put it into the practices', as a vote does.
    """

    INFORM = "inform"
    CONSULT = "consult"
    COMMITTEE = "committee"
    VOTE = "vote"
    SUPERMAJORITY = "vote+supermajority"

    @property
    def rank(self) -> int:
        """Its place in the order, from 0."""
        return tuple(Route).index(self)


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one fact; the one of the three forms that is set is the one asked.

    A number that was not stated is neither at least nor at most anything.
    """

    fact: str
    one_of: tuple[bool | str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    stated: bool | None = None

    def holds(self, facts: Facts) -> bool:
        """Whether the answer is yes."""
        if self.one_of:
            return getattr(facts, self.fact) in self.one_of
        if self.stated is not None:
            return (self.fact in facts.stated) is self.stated
        value = getattr(facts, self.fact)
        low = self.at_least is None or (value is not None and value >= self.at_least)
        return low and (self.at_most is None or (value is not None and value <= self.at_most))


Case = tuple[Condition, ...]
"""Conditions that must hold together."""


@dataclass(frozen=True, slots=True)
class When:
    """Fits when all of `when` holds, one case of `any_of` (if there are any), and no `unless`."""

    when: Case = ()
    any_of: tuple[Case, ...] = ()
    unless: tuple[Case, ...] = ()

    def fits(self, facts: Facts) -> bool:
        """Whether these facts are meant."""
        return (
            _all(self.when, facts)
            and (not self.any_of or _some(self.any_of, facts))
            and not _some(self.unless, facts)
        )

    @property
    def always(self) -> bool:
        """Whether it fits any facts at all."""
        return not (self.when or self.any_of or self.unless)

    def covers(self, other: "When") -> bool:
        """Whether it is plain from the words alone that this fits wherever the other does."""
        return (
            set(self.when) <= set(other.when)
            and (not self.any_of or self.any_of == other.any_of)
            and set(self.unless) <= set(other.unless)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of the table: what kind of decision this is, how much it means, who decides, and why.

    `because` is a sentence for the practices. `ask` is a sentence for the secretariat, where the
    row itself is a guess; `in_doubt` are then the other routes it might be.
    """

    id: str
    title: str
    when: When
    level: Level
    route: Route
    because: str
    source: str
    involve: tuple[str, ...] = ()
    ask: str = ""
    in_doubt: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Involvement:
    """Who else must take part, whatever the route, and why."""

    id: str
    title: str
    when: When
    involve: tuple[str, ...]
    because: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Facts that leave the route in doubt: what to ask a person, and which routes it might be."""

    id: str
    title: str
    when: When
    ask: str
    in_doubt: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table. The last rule fits any facts, so that every decision finds one."""

    name: str
    title: str
    rules: tuple[Rule, ...]
    involvements: tuple[Involvement, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, and its reason in words."""

    rule: str
    because: str


@dataclass(frozen=True, slots=True)
class Classification:
    """What the table makes of the facts: `fired` begins with the rule that gave the route."""

    level: Level
    route: Route
    fired: tuple[Fired, ...]
    involve: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    in_doubt: tuple[Route, ...] = ()

    @property
    def ask(self) -> bool:
        """Whether a person should look before this is relied on."""
        return bool(self.asks)

    @property
    def highest_in_doubt(self) -> Route:
        """The route to open on: the one that gives practices most say of those it might be."""
        return max((self.route, *self.in_doubt), key=lambda route: route.rank)


def classify(facts: Facts, table: Table) -> Classification:
    """Find level, route, reasons, who must take part, and what to ask a person."""
    rule = next(rule for rule in table.rules if rule.when.fits(facts))
    added = (each for each in table.involvements if each.when.fits(facts))
    fired: tuple[Rule | Involvement, ...] = (rule, *added)
    checks = (check for check in table.checks if check.when.fits(facts))
    asking: tuple[Rule | Check, ...] = (rule, *checks) if rule.ask else tuple(checks)
    return Classification(
        level=rule.level,
        route=rule.route,
        fired=tuple(Fired(each.id, each.because) for each in fired),
        involve=_named(name for each in fired for name in each.involve),
        asks=tuple(each.ask for each in asking),
        in_doubt=tuple(dict.fromkeys(route for each in asking for route in each.in_doubt)),
    )


def workflow_for(route: Route, facts: Facts, *, candidates: bool = False) -> str:
    """Name the workflow that carries a decision by this route.

    Where practice income is touched the members' vote and a committee's act are two records. A vote
    between `candidates` is an election, whatever else it touches.
    """
    if route is Route.COMMITTEE:
        return _committee_for(facts)
    if route is Route.VOTE and candidates:
        return "election"
    if route is Route.VOTE and _touches_income(facts):
        return "vote_then_committee"
    return _WORKFLOWS[route]


_WORKFLOWS = {
    Route.INFORM: "inform",
    Route.CONSULT: "consult",
    Route.VOTE: "member_vote",
    Route.SUPERMAJORITY: "constitution_vote",
}


def _committee_for(facts: Facts) -> str:
    if facts.urgent:
        return "urgent_powers"
    if facts.uses_management_allowance:
        return "allowance_committee"
    return "procurement" if facts.procurement else "primary_care_committee"


def _touches_income(facts: Facts) -> bool:
    return (
        facts.affects_practice_income
        or facts.changes_contract_or_les
        or facts.quality_premium
        or facts.incentive_scheme
        or facts.qof
    )


def _all(case: Case, facts: Facts) -> bool:
    # Plain loops here and below: as generators they make classifying twice as slow.
    for condition in case:  # noqa: SIM110
        if not condition.holds(facts):
            return False
    return True


def _some(cases: tuple[Case, ...], facts: Facts) -> bool:
    for case in cases:  # noqa: SIM110
        if _all(case, facts):
            return True
    return False


def _named(names: Iterable[str]) -> tuple[str, ...]:
    """Put each name once, in the order of `BODIES`."""
    found = set(names)
    return tuple(body for body in BODIES if body in found)
