"""docs/reference/workflows.md and its pictures, from the definitions that ship."""

from collections.abc import Iterator

from docs.generators.markdown import code, codes, page, table
from engine.definition import Move, Open, Reminder, State, When, Workflow
from engine.shares import Share, counted
from engine.turnaround import Way, longest_way, ordinary_way
from engine.vote_rule import VoteRule
from engine.weights import weight_words
from workflows.drawing.svg import svg
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
[how to change a workflow](../how-to/change-a-workflow.md)."""

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
    ways = (
        ("ordinary way", *_way(ordinary_way(workflow))),
        ("longest way", *_way(longest_way(workflow))),
        ("limit", "", workflow.limit),
    )
    parts = (
        f"## `{workflow.name}`: {workflow.title}",
        _picture(workflow),
        table(("", "states, with working days", "working days"), ways),
        _vote(workflow.vote) if workflow.vote else "",
        table(("state", "in words", "practices send", "letters", "ends"), _states(workflow)),
        table(("on", "from", "to", "when"), map(_move, workflow.moves)),
    )
    return "\n\n".join(filter(None, parts))


def _picture(workflow: Workflow) -> str:
    shows = f"{workflow.title}: its states, and what leads from each to the next"
    return f"![{shows}](../pictures/workflows/{workflow.name}.svg)"


def _way(way: Way) -> tuple[str, int]:
    return " + ".join(f"{code(state)} {days}" for state, days in way.steps), way.days


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
            _OPEN[state.open_for],
            codes(state.letters),
            _ends(state),
        )


def _ends(state: State) -> str:
    rule = state.deadline
    if rule is None:
        return f"it is the end: {code(state.result)}"
    reminders = "; reminders " + ", ".join(map(_reminder, rule.remind)) if rule.remind else ""
    return f"{code(rule.name)} after {rule.after} working days{reminders}"


def _reminder(reminder: Reminder) -> str:
    if reminder.when is When.DAYS_BEFORE:
        return f"{reminder.days} {reminder.when}"
    return str(reminder.when)


def _move(move: Move) -> tuple[str, ...]:
    added = f"then {move.extend} working days more, once" if move.extend else ""
    asked = " and ".join(map(code, move.when))
    return (
        code(move.on),
        code(move.origin),
        code(move.to),
        "; ".join(filter(None, (asked, added, move.because))),
    )
