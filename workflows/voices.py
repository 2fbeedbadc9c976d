"""Who still has a say in decisions that run: what erasing a person takes from their practice."""

from dataclasses import dataclass

from engine.case import Case
from engine.definition import Open
from storage.database import Reading
from storage.decisions import answered, load_decision
from storage.keys import Keys
from storage.library import Library
from storage.links import casters, left_without, live_links


@dataclass(frozen=True, slots=True)
class Voice:
    """A person's say, for a practice, in a decision that still asks for comments or votes.

    `others` is how many others of that practice may cast its vote.
    """

    decision: str
    practice: str
    may_cast: bool
    others: int

    @property
    def is_last(self) -> bool:
        """Whether without this person nobody could cast the practice's vote."""
        return self.may_cast and not self.others


def voices_of(
    reading: Reading, keys: Keys, library: Library, person: str
) -> tuple[int, tuple[Voice, ...]]:
    """How many live links a person has, and the say that those of running decisions give."""
    links = live_links(reading, person)
    return len(links), tuple(
        Voice(
            link.decision,
            link.practice,
            link.may_cast,
            len(casters(reading, link.decision, link.practice) - {person}),
        )
        for link in links
        if _case(reading, keys, library, link.decision).state.open_for is not Open.NOTHING
    )


def silenced(
    reading: Reading, keys: Keys, library: Library, code: str
) -> tuple[tuple[str, str], ...]:
    """Each running decision and practice whose vote nobody can cast, or not any more.

    Left out are practices that have answered, that are closed or of another body (`code` is
    ours), and decisions that are not voted on, or not any more.
    """
    found: list[tuple[str, str]] = []
    for reference, practices in left_without(reading, code).items():
        case = _case(reading, keys, library, reference)
        if _is_to_be_voted_on(case):
            voted = case.state.open_for is Open.VOTES
            done = answered(reading, case.decision) if voted else frozenset()
            found += [(reference, practice) for practice in practices if practice not in done]
    return tuple(found)


def _case(reading: Reading, keys: Keys, library: Library, reference: str) -> Case:
    return library.case(reading, load_decision(reading, keys, reference))


def _is_to_be_voted_on(case: Case) -> bool:
    """Whether votes are taken, or comments before a vote."""
    if case.state.open_for is Open.COMMENTS:
        states = case.machinery.workflow.states.values()
        return any(state.open_for is Open.VOTES for state in states)
    return case.state.open_for is Open.VOTES
