"""The rules alone, without a database or a clock: how long each takes at the size of a large body.

Decisions are lived through on the real desk first, so that the rules see what they would see there.
The bare limit is the decision's own snapshot as canonical JSON under SHA-256: what any ruling that
is to be filed costs at least.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle, islice, product

from bench.stage import Stage, stage
from bench.words import labelled, made_up, table, vocabulary
from engine.case import Case
from engine.commands import CallIn, Command, GiveAnswer, PassDeadline
from engine.decide import decide
from engine.electors import electors_of
from engine.facts import YES_NO, Facts
from engine.impact import classify
from engine.people import Actor, By, How
from engine.proof import WorkingDays, prove
from engine.shares import Share
from engine.suggest import suggest
from engine.tally import count
from engine.trail import canonical
from engine.vote_rule import EachArea, VoteRule
from engine.weights import Weights
from storage.decisions import Asker, load_decision
from storage.proofs import read_leaves
from storage.snapshot import to_snapshot
from workflows.answers import Answer
from workflows.decision_file import read_decision_file

PRACTICES, LEAVES = 90, 500
TIMES = 2_000
CLASSIFIED, SUGGESTED = 100_000, 10_000
AREAS = 6

NOTICE = b"""title = "New dates for the locality meetings"
summary = "The meetings move to the first Tuesday."
[facts]
operational_only = true
localities_touched = "all"
"""
WEIGHTED = VoteRule(
    quorum=Share("weight", 50),
    carried=Share("votes_cast", 50, strict=True),
    weight=Weights(2_000),
    each_area=EachArea(quorum_percent=30),
)


def run() -> None:
    """Print how long the rules take, one command at a time and in bulk."""
    print(f"| rule, on {PRACTICES} practices | leaves | p50 ms | p99 ms | of the bare limit |")
    print("|---|---:|---:|---:|---:|")
    tallied = _print_rulings()
    print("\n| many at once | number | s | microseconds each |")
    print("|---|---:|---:|---:|")
    for name, number, work in (
        ("classifications", CLASSIFIED, _classify),
        ("suggestions from words", SUGGESTED, _suggest),
        ("weighted counts with areas", TIMES, tallied),
    ):
        spent = _spent(work)
        print(f"| {name} | {number} | {spent:.2f} | {1_000_000 * spent / number:.0f} |")
    print()


# --- one command at a time --------------------------------------------------------------------


@dataclass(frozen=True)
class Ruled:
    """A command on a decision that was lived through, and how many leaves that one has."""

    name: str
    case: Case
    command: Command
    leaves: int
    now: datetime

    def rule(self) -> object:
        """What is timed."""
        return decide(self.case, self.command, self.now)

    def bare(self) -> object:
        """The bare limit."""
        value = json.loads(to_snapshot(self.case.decision))
        return hashlib.sha256(canonical(value)).digest()


def _print_rulings() -> Callable[[], object]:
    """One line for each command; the count in bulk, on the same roll, for later."""
    with stage(PRACTICES) as here:
        rulings = (_answer(here), _close(here), _call_in(here))
        proven, openings, proving = _proofs(here)
    for ruled in rulings:
        bare, ours = _times(ruled.bare), _times(ruled.rule)
        print(
            f"| {ruled.name} | {ruled.leaves} | {ours[TIMES // 2]:.3f} | "
            f"{ours[TIMES * 99 // 100]:.3f} | {ours[TIMES // 2] / bare[TIMES // 2]:.2f} "
            f"of {bare[TIMES // 2]:.3f} |"
        )
    print(f"\nProving {proven} definitions over {openings} opening days each: {proving:.2f} s.")
    return lambda: _count(rulings[1].case)


def _times(work: Callable[[], object]) -> list[float]:
    """Milliseconds, in order."""
    return sorted(1000 * _spent(work) for _ in range(TIMES))


def _spent(work: Callable[[], object]) -> float:
    """Seconds of the processor, so that what else runs on the machine does not count."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def _voted(here: Stage) -> str:
    """A vote in which all have voted and some have changed their minds; it has its 500 leaves."""
    reference = here.open_vote()
    here.clock.moment += timedelta(days=8)
    here.app.desk.sweep()
    voices = cycle(here.tokens(reference).values())
    for n in range(PRACTICES * 2):
        choice = ("for", "against")[(n // PRACTICES + n) % 2]
        here.app.practice_desk.respond(next(voices), Answer({"main": choice}, "Anna Lee"))
    return reference


def _loaded(here: Stage, name: str, reference: str, command: Command, practice: str) -> Ruled:
    with here.app.store.database.reading() as reading:
        asker = Asker(practice, "somebody")
        decision = load_decision(reading, here.app.store.keys, reference, command.scope, asker)
        case = here.app.library.case(reading, decision)
        for digest in decision.workflows.values():
            case.machinery_of(digest)  # compiled once for all decisions, and kept
        leaves = len(list(read_leaves(reading, reference)))
        return Ruled(name, case, command, leaves, here.clock.moment)


def _answer(here: Stage) -> Ruled:
    command = GiveAnswer("K00007", By("somebody", "Bo Dean"), True, {"main": "abstain"}, "Why?")
    return _loaded(here, "an answer that changes one", _voted(here), command, "K00007")


def _close(here: Stage) -> Ruled:
    reference = _voted(here)
    ruled = _loaded(here, "", reference, PassDeadline("close", here.clock.moment), "")
    due = ruled.case.decision.waiting
    assert due is not None
    command = PassDeadline(due.name, due.due_at)
    return replace(ruled, name="the close, with its count", command=command, now=due.due_at)


def _call_in(here: Stage) -> Ruled:
    """The call-in that makes the share of a tenth."""
    read = read_decision_file(NOTICE, "bench.toml")
    reference = here.app.opener.open(read, {}, Actor(None, How.CLI)).opening.reference
    for token in islice(here.tokens(reference).values(), PRACTICES // 10 - 1):
        here.app.practice_desk.call_in(token, "Anna Lee", "It touches us all.", "")
    command = CallIn("K00050", By("somebody", "Bo Dean"), True, "It touches us all.")
    return _loaded(here, "the call-in that raises it", reference, command, "K00050")


# --- many at once -----------------------------------------------------------------------------


def _proofs(here: Stage) -> tuple[int, int, float]:
    """How many definitions, over how many days, in how many seconds."""
    book = here.app.rulebook
    held = WorkingDays(book.calendar)
    first = held.first.replace(year=held.last.year - 10)
    workflows = [each.workflow for each in book.definitions.values()]
    start = time.thread_time()
    proofs = [prove(workflow, held, first) for workflow in workflows]
    return len(proofs), proofs[0].openings, time.thread_time() - start


def _facts() -> Iterator[Facts]:
    """Every mixture of the yes-or-no facts, again and again, each with another reach."""
    reach = cycle(("all", "some", "one", "none", None))
    for mixture in cycle(product((True, False), repeat=len(YES_NO))):
        touched = next(reach)
        stated = frozenset([*YES_NO, *(("localities_touched",) if touched else ())])
        given = dict(zip(YES_NO, mixture, strict=True))
        yield Facts(**given, localities_touched=touched, stated=stated)


def _classify() -> None:
    for facts in islice(_facts(), CLASSIFIED):
        classify(facts, table())


def _suggest() -> None:
    for row in islice(cycle((*labelled(), *made_up())), SUGGESTED):
        suggest(row["title"], row["summary"], vocabulary(), table())


def _count(case: Case) -> None:
    lines = [
        replace(line, locality=f"AREA {n % AREAS}", list_size=2_000 + 150 * n)
        for n, line in enumerate(case.roll.lines)
    ]
    electors = electors_of(lines, frozenset(), WEIGHTED.weight)
    answers = {vote.practice: vote.choice for vote in case.decision.votes}
    for _ in range(TIMES):
        held = count(WEIGHTED, electors, answers)
        held.carried  # noqa: B018 - what a close asks for
