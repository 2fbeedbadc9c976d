"""Every fault that a whole definition can have: each with its place, its cause and the remedy.

`engine.reading` finds what is wrong with a single key; here the states and moves are looked at
together. No machine is built from a definition that has a fault.
"""

from collections.abc import Callable, Iterator
from difflib import get_close_matches

from engine.definition import Move, Open, State, Workflow
from engine.errors import Fault, InputFaults
from engine.escalation import RUNGS
from engine.guards import GUARDS
from engine.people import BODY_ROLES
from engine.turnaround import longest_way

ACTS = (
    *("conclude", "withdraw"),
    *("approve", "refuse", "tie", "ratify"),
    *("settle", "uphold", "set_aside"),
    "revote",
)
"""Acts that move a decision from one state to another."""

AFTER_THE_END = ("approve", "refuse", "revote")
"""Acts that may follow when no deadline is waited for: another body's, or a vote held once more."""

LETTERS = (
    "notice",
    "consultation_opened",
    "vote_opened",
    "reminder",
    "extended",
    "receipt",
    "outcome",
    "withdrawn",
    "step_overdue",
    "step_due",
    "acted",
    "challenged",
)
"""The letters that a state may owe."""

RESULTS = (
    *("carried", "not_carried", "inquorate", "elected"),
    *("concluded", "informed", "withdrawn", "upheld", "set_aside"),
)
"""The results a decision can end with."""

ACTED = ("approved", "refused", "tied", "ratified", "lapsed", "upheld", "set_aside")
"""What a body beside the practices may have done."""

RISES_TO = ("consult", "vote")
"""The routes that practices may raise a decision to."""

_TO_OWNER = frozenset({"step_due", "step_overdue"})

_NEEDS_COUNT = frozenset({"quorate", "carried", "tied", "elected", "not_yet_extended"})

Found = Iterator[tuple[str, str]]


def check_workflow(workflow: Workflow, file: str) -> None:
    """Raise `InputFaults` with every fault found; return in silence when there is none."""
    found = [fault for look in _LOCAL for fault in look(workflow)]
    if not found:
        found = [fault for look in _WHOLE for fault in look(workflow)]
    if found:
        raise InputFaults(Fault(file, None, f"{place}: {says}") for place, says in found)


def _names(workflow: Workflow) -> Found:
    """Every name used stands for something that exists."""
    states = tuple(workflow.states)
    if workflow.start not in states:
        yield "[workflow] start", _unknown("state", workflow.start, states)
    for state in workflow.states.values():
        for letter in state.letters:
            if letter not in LETTERS:
                yield f"[states.{state.name}] letters", _unknown("letter", letter, LETTERS)
        for key, kind, name, known in (
            ("result", "result", state.result, RESULTS),
            ("owner", "role", state.owner, BODY_ROLES),
            ("act", "act of a body", state.act, ACTED),
            ("call_in", "higher route", state.call_in.to if state.call_in else None, RISES_TO),
        ):
            if name is not None and name not in known:
                yield f"[states.{state.name}] {key}", _unknown(kind, name, known)
    for move in workflow.moves:
        yield from _names_of(move, workflow)


def _names_of(move: Move, workflow: Workflow) -> Found:
    place = _place(move)
    for key, name in (("from", move.origin), ("to", move.to)):
        if name not in workflow.states:
            yield f"{place}, {key}", _unknown("state", name, tuple(workflow.states))
    for guard in move.when:
        if guard not in GUARDS:
            yield f"{place}, when", _unknown("question", guard, tuple(GUARDS))
    for role in move.agree:
        if role not in BODY_ROLES:
            yield f"{place}, agree", _unknown("role", role, BODY_ROLES)
    origin = workflow.states.get(move.origin)
    deadline = origin.deadline if origin else None
    known = (*ACTS, deadline.name) if deadline else ACTS
    if origin and move.on not in known:
        yield f"{place}, on", _unknown("deadline or act", move.on, known)


def _ends(workflow: Workflow) -> Found:
    """A decision ends where a state says how; every other state has a deadline that leads on."""
    for state in workflow.states.values():
        moves = tuple(workflow.moves_from(state.name))
        place = f"[states.{state.name}]"
        if state.is_final and state.result is None and state.act is None:
            yield (
                place,
                (
                    "has no deadline: a decision could stay here for ever; "
                    "add deadline = {…}, or say with `result` or `act` how it ends"
                ),
            )
        late = [move.on for move in moves if move.on not in AFTER_THE_END]
        if state.is_final and late and (state.result or state.act):
            says = f"ends the decision, so only {', '.join(AFTER_THE_END)} may follow"
            yield place, f"{says}, not {', '.join(late)}; or it needs a deadline"
        if state.deadline and state.deadline.remind and state.open_for is Open.NOTHING:
            yield f"{place} deadline", "practices are asked nothing here, so none can be reminded"
        if state.deadline and not _falls_through(state, moves):
            yield (
                place,
                (
                    f"its deadline {state.deadline.name!r} needs a last move without `when`: "
                    "otherwise nothing might happen when the time is up"
                ),
            )


def _owners(workflow: Workflow) -> Found:
    """Each staff step has an owner who hears of it; a body's act is said by the step it ends."""
    for state in workflow.states.values():
        place = f"[states.{state.name}]"
        if not state.is_final and state.open_for is Open.NOTHING and state.owner is None:
            yield place, 'nobody has the next step here; name them: owner = "chair"'
        if state.owner is None and _TO_OWNER.intersection(state.letters):
            yield f"{place} letters", "a letter to the owner of a step needs owner = …"
        if state.call_in and state.open_for is Open.NOTHING:
            yield f"{place} call_in", "practices are asked nothing here, so they cannot call it in"
        if state.call_in and state.call_in.to == workflow.name:
            yield f"{place} call_in", "leads to this same workflow; name a higher route"
        if state.act is None:
            continue
        origins = dict.fromkeys(move.origin for move in workflow.moves if move.to == state.name)
        for name in origins:
            origin = workflow.states.get(name)
            if origin is not None and origin.body is None:
                yield (
                    f"[states.{origin.name}]",
                    f"{state.name!r} is a body's act; say here whose: body = …",
                )


def _escalations(workflow: Workflow) -> Found:
    """Each reminder has a rung of the ladder that exists, where any is given."""
    for state in workflow.states.values():
        rule, place = state.deadline, f"[states.{state.name}] deadline"
        if rule is None or not rule.escalate:
            continue
        for rung in rule.escalate:
            if rung not in RUNGS:
                yield f"{place}, escalate", _unknown("rung", rung, RUNGS)
        if len(rule.escalate) != len(rule.remind):
            yield (
                f"{place}, escalate",
                (
                    f"needs a rung for each reminder: {len(rule.remind)} in `remind`, "
                    f"{len(rule.escalate)} here"
                ),
            )


def _declared_once(workflow: Workflow) -> Found:
    """Every way declares one outcome: none ends without, and none declares another over it."""
    for state in workflow.states.values():
        for name in _outcomes_before(workflow, state.name):
            if name and state.result is not None:
                says = (
                    f"{name!r} has declared an outcome on the way here; one of the two is too many"
                )
                yield f"[states.{state.name}] result", says
            if not name and state.is_final and state.result is None:
                yield f"[states.{state.name}]", "ends without an outcome; add result = …"


def _outcomes_before(workflow: Workflow, state: str) -> set[str]:
    """The states that declare an outcome on a way to here; "" for a way without one."""
    found: set[str] = {""} if state == workflow.start else set()
    for move in workflow.moves:
        if move.to == state and not move.extend and move.on != "revote":
            before = _outcomes_before(workflow, move.origin)
            found |= {move.origin} if workflow.states[move.origin].result else before
    return found


def _falls_through(state: State, moves: tuple[Move, ...]) -> bool:
    name = state.deadline.name if state.deadline else None
    return any(move.on == name and not move.when for move in moves)


def _votes(workflow: Workflow) -> Found:
    """Voting needs a rule; questions about a count need a vote; extending needs its guard."""
    if workflow.vote is None and any(
        state.open_for is Open.VOTES for state in workflow.states.values()
    ):
        yield "[vote]", "a state is open for votes, but no quorum and threshold are given"
    for move in workflow.moves:
        origin = workflow.states.get(move.origin)
        voting = origin is not None and origin.open_for is Open.VOTES
        if not voting and _NEEDS_COUNT.intersection(move.when):
            yield f"{_place(move)}, when", "only a move out of a vote may ask about the count"
        if move.extend and ("not_yet_extended" not in move.when or move.to != move.origin):
            yield (
                f"{_place(move)}, extend",
                'an extension stays in its state and needs when = ["not_yet_extended"]',
            )


def _order(workflow: Workflow) -> Found:
    """A move that can never be taken, because an earlier one always fits, is a mistake."""
    for n, move in enumerate(workflow.moves):
        for earlier in workflow.moves[:n]:
            same = (earlier.origin, earlier.on) == (move.origin, move.on)
            if same and set(earlier.when) <= set(move.when):
                says = f"can never be taken: the move to {earlier.to!r} above it always fits first"
                yield _place(move), f"{says}; put the stricter move first"


def _reach(workflow: Workflow) -> Found:
    """Every state can be reached from the start and can reach an end, and no way leads round."""
    reached = _spread({workflow.start}, lambda m: (m.origin, m.to), workflow)
    for name in workflow.states:
        if name not in reached:
            yield f"[states.{name}]", "no way leads here from the start; add a move, or remove it"
    finals = {s.name for s in workflow.states.values() if s.is_final}
    ending = _spread(finals, lambda m: (m.to, m.origin), workflow)
    for name in workflow.states:
        if name not in ending:
            yield (
                f"[states.{name}]",
                "no way leads from here to an end; add a move to a final state",
            )
    yield from _rounds(workflow)


def _rounds(workflow: Workflow) -> Found:
    for start in workflow.states:
        nexts = {m.to for m in workflow.moves_from(start) if not m.extend and m.on != "revote"}
        if start in _spread(nexts, lambda m: (m.origin, m.to), workflow):
            yield f"[states.{start}]", "a way leads back here: the decision could go round for ever"


def _spread(
    start: set[str], arrow: Callable[[Move], tuple[str, str]], workflow: Workflow
) -> set[str]:
    """All states that the arrows lead to from these."""
    seen, frontier = set(start), set(start)
    arrows = [arrow(move) for move in workflow.moves if not move.extend and move.on != "revote"]
    while frontier:
        frontier = {to for origin, to in arrows if origin in frontier} - seen
        seen |= frontier
    return seen


def _turnaround(workflow: Workflow) -> Found:
    """The longest way stays within the limit."""
    longest = longest_way(workflow)
    if longest.days > workflow.limit:
        way = " + ".join(f"{name} {days}" for name, days in longest.steps)
        yield (
            "[workflow] limit",
            (
                f"the longest way takes {longest.days} working days ({way}), "
                f"more than the limit of {workflow.limit}; shorten a deadline"
            ),
        )


def _once_round(workflow: Workflow) -> Found:
    """What looks along the ways is asked only where no way leads round."""
    if not any(_reach(workflow)):
        yield from _declared_once(workflow)
        yield from _turnaround(workflow)


_LOCAL = (_names, _ends, _owners, _votes, _escalations)
_WHOLE = (_order, _reach, _once_round)


def _place(move: Move) -> str:
    return f"the move on {move.on!r} from {move.origin!r} to {move.to!r}"


def _unknown(kind: str, name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"no such {kind}: {name!r}{hint} (known: {', '.join(known)})"
