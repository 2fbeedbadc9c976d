"""docs/reference/workflows.md and its pictures, from the definitions that ship."""

from collections.abc import Iterator, Mapping
from functools import cache

from app.commands.lengthening import longer_words
from docs.generators.markdown import code, codes, page, table
from engine.definition import Move, Open, Reminder, State, When, Workflow
from engine.lengthening import lengthened
from engine.shares import Share, counted
from engine.turnaround import Way, longest_way, ordinary_way
from engine.vote_rule import VoteRule
from engine.weights import weight_words
from workflows.drawing.names import listed
from workflows.drawing.svg import svg
from workflows.drawing.words import call_in_words
from workflows.rulebook import SHIPPED, read_definition

_HEAD = """\
A workflow says through which states a decision goes, what practices may send in each, which
letters are owed, and when each state ends. It is a TOML file; an organisation may put its own
beside these (`[workflows] directory`), and `quorate workflow check` names each fault in a
sentence. A running decision keeps the workflow it opened with.

The first move that fits is taken, in the order written. Every state that is not an end has a
deadline, and every deadline leads on; the longest way through is within the limit, or the file is
refused. A deadline n working days `after` falls at the deadline time (5pm, unless configured
otherwise) on the nth working day after the day on which the state was entered; that day itself
never counts.

In the pictures a solid line is a deadline and a dashed one an act; an end has a double border.
`quorate workflow draw` draws any definition so, `prove` shows for every opening day how long it
takes, and `rehearse` plays one through: see
[how to change a workflow](../how-to/change-a-workflow.md), and for every key and word
[the workflow file](workflow-file.md).

Beside the longest way stand what is a record of its own and has its own limit: practices call a
decision in, or challenge its outcome; staff extend a vote, or order it held once more."""

_QUORUM_OF = {
    "practices": "the practices on the roll returned an answer",
    "weight": "the votes that practices on the roll hold were returned",
    "patients": "the patients are of practices that returned an answer",
}
_OF = {
    "votes_cast": "the votes cast",
    "practices": "all practices on the roll",
    "weight": "all votes on the roll",
    "practices_voting": "the practices that voted for or against",
    "patients": "the patients of practices that voted for or against",
}
_OPEN = {Open.NOTHING: "nothing", Open.COMMENTS: "comments", Open.VOTES: "votes"}


def workflows() -> str:
    """The page."""
    return page("Workflows", _HEAD, *(_told(workflow) for workflow in shipped()))


def pictures() -> dict[str, str]:
    """The pictures of the definitions that ship, by the name of their file."""
    return {f"{workflow.name}.svg": svg(workflow) for workflow in shipped()}


def shipped() -> Iterator[Workflow]:
    """The definitions that ship, by name."""
    for file in sorted(SHIPPED.glob("*.toml")):
        yield read_definition(file.read_bytes(), file.name).workflow


def _told(workflow: Workflow) -> str:
    longest, ordered = longest_way(workflow, revote=False), longest_way(workflow)
    again = ("longest with a re-vote", *_way(ordered)) if ordered != longest else ()
    ways = (
        ("ordinary way", *_way(ordinary_way(workflow))),
        ("longest way", *_way(longest)),
        *((again,) if again else ()),
        ("limit", "", workflow.limit),
    )
    parts = (
        f"## `{workflow.name}`: {workflow.title}",
        _picture(workflow),
        table(("", "states, with working days", "working days"), ways),
        _vote(workflow.vote) if workflow.vote else "",
        _apart(workflow),
        table(
            ("state", "in words", "practices send", "next, and who acts", "letters", "ends"),
            _states(workflow),
        ),
        table(("on", "from", "to", "when"), map(_move, workflow.moves)),
    )
    return "\n\n".join(filter(None, parts))


def _picture(workflow: Workflow) -> str:
    shows = f"{workflow.title}: its states, and what leads from each to the next"
    return f"![{shows}](../pictures/workflows/{workflow.name}.svg)"


def _way(way: Way) -> tuple[str, int]:
    return " + ".join(f"{code(state)} {days}" for state, days in way.steps), way.days


def _apart(workflow: Workflow) -> str:
    """What may lengthen it, each said once."""
    lines = dict.fromkeys(longer_words(each) for each in lengthened(workflow, _in_force()))
    return "\n".join(("Apart from these:\n", *(f"- {line}" for line in lines))) if lines else ""


@cache
def _in_force() -> Mapping[str, Workflow]:
    return {workflow.name: workflow for workflow in shipped()}


def _vote(rule: VoteRule) -> str:
    return " ".join(_vote_words(rule))


def _vote_words(rule: VoteRule) -> Iterator[str]:
    yield f"The vote: {'one practice, one vote' if rule.weight is None else 'by list size'}."
    if rule.weight is not None:
        yield weight_words(rule.weight)
    quorum = _QUORUM_OF[rule.quorum.of]
    yield f"Quorate when at least {rule.quorum.percent}% of {quorum}, abstentions among them."
    if rule.carried is None:
        yield f"Most votes fill {counted(rule.seats or 0, 'seats')}; a tie for the last is a tie."
        return
    yield f"Carried when {_share(rule.carried)} are for. A tie is not carried."
    for share in rule.also:
        yield f"Also needed: {_share(share)} on that side."
    if rule.each_area is not None:
        if rule.each_area.carried:
            yield "The votes must carry it in each area."
        if rule.each_area.quorum_percent:
            yield f"Each area needs a quorum of {rule.each_area.quorum_percent}%."


def _share(share: Share) -> str:
    return f"{'more than' if share.strict else 'at least'} {share.percent}% of {_OF[share.of]}"


def _states(workflow: Workflow) -> Iterator[tuple[str, ...]]:
    for state in workflow.states.values():
        yield (
            code(state.name),
            state.title,
            _sends(state),
            _next(state),
            codes(state.letters),
            _ends(state),
        )


def _sends(state: State) -> str:
    called = f"; {call_in_words(state.call_in)}" if state.call_in else ""
    return f"{_OPEN[state.open_for]}{called}"


def _next(state: State) -> str:
    """The role that has the next step, and the body that acts."""
    body = f"acts: {code(state.body)}" if state.body else ""
    return "; ".join(filter(None, (code(state.owner) if state.owner else "", body)))


def _ends(state: State) -> str:
    """How the state ends, and what is declared on entering it."""
    rule = state.deadline
    said = (
        f"outcome {code(state.result)}" if state.result else "",
        f"act {code(state.act)}" if state.act else "",
    )
    declares = " and ".join(filter(None, said))
    if rule is None:
        return f"it is the end: {declares}"
    rungs = (*rule.escalate, *[""] * len(rule.remind))
    each = ", ".join(map(_reminder, rule.remind, rungs))
    reminders = f"; reminders {each}" if each else ""
    declared = f"; on entering it, {declares}" if declares else ""
    return f"{code(rule.name)} after {rule.after} working days{reminders}{declared}"


def _reminder(reminder: Reminder, rung: str) -> str:
    days = f"{reminder.days} " if reminder.when is When.DAYS_BEFORE else ""
    up = f" (up to {code(rung)})" if rung else ""
    return f"{days}{reminder.when}{up}"


def _move(move: Move) -> tuple[str, ...]:
    added = f"then {move.extend} working days more, once" if move.extend else ""
    asked = " and ".join(map(code, move.when))
    agreed = f"{listed(map(code, move.agree))} agree" if move.agree else ""
    return (
        code(move.on),
        code(move.origin),
        code(move.to),
        "; ".join(filter(None, (asked, agreed, added, move.because))),
    )
