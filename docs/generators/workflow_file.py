"""docs/reference/workflow-file.md: every key and every word a workflow file may hold.

Keys and words come from the reader and the check themselves; what is said of each is kept here, and
a test refuses a key or word of which nothing is said.
"""

from collections.abc import Iterable, Mapping

from docs.generators.markdown import code, page, table
from engine.check import ACTED, ACTS, AFTER_THE_END, LETTERS, RESULTS, RISES_TO
from engine.definition import Open, When
from engine.escalation import RUNGS
from engine.guards import GUARDS
from engine.people import BODY_ROLES
from engine.reading import KEYS as FILE_KEYS
from engine.vote_reading import KEYS as VOTE_KEYS

_KEYS = {**FILE_KEYS, **VOTE_KEYS}

_HEAD = """\
The whole vocabulary of a workflow file, which is TOML. A key or a word that is not here is refused
by `quorate workflow check`, with the nearest that is. How to change a file and put it in force:
[change a workflow](../how-to/change-a-workflow.md); the files that ship:
[workflows](workflows.md).

All spans are in working days, written `"10 working days"`. Names of states and deadlines are yours:
small letters, digits and `_`."""

_TABLES: Mapping[str, str] = {
    "": "The file",
    "workflow": "`[workflow]`",
    "vote": "`[vote]`, where practices vote",
    "quorum": "`quorum` in `[vote]`",
    "carried": "`carried` in `[vote]`",
    "weight": "`weight` in `[vote]`: votes by list size, or `one_practice_one_vote`",
    "also": "`also` in `[vote]`, a list: what is needed besides",
    "each_area": "`each_area` in `[vote]`: what each locality has to reach",
    "elect": "`elect` in `[vote]`, where candidates stand",
    "state": "`[states.NAME]`, one for each state",
    "call_in": "`call_in` of a state",
    "deadline": "`deadline` of a state",
    "move": "`[[moves]]`, one for each way from a state",
}

SAYS: Mapping[str, Mapping[str, str]] = {
    "": {
        "workflow": "what it is called, and its limits",
        "vote": "when a vote is quorate and when it is carried",
        "states": "the states, each a table",
        "moves": "what leads from state to state; the first that fits is taken, in this order",
    },
    "workflow": {
        "name": "the name that the program knows it by; one in force of this name is replaced",
        "title": "what people read",
        "start": "the state that a decision is opened in",
        "limit": "what the longest way, a re-vote with it, may take",
        "challenge": "how long from an outcome practices may challenge how it came about; "
        "left out: not at all",
    },
    "vote": {
        "quorum": "how many practices must answer",
        "carried": "how many votes must be for it",
        "elect": "instead of `carried`: most votes fill the seats",
        "weight": "`one_practice_one_vote`, which goes without saying, or votes by list size",
        "also": "further shares that are needed besides, such as half of the patients",
        "each_area": "whether each locality must carry it, or be quorate, by itself",
    },
    "weight": {
        "patients": "one vote for each so many registered patients",
        "rounding": "`half_up`, `up` or `down`",
        "blank": "the votes of a practice whose list is not known; left out: 1",
        "least": "the fewest that any other has; left out: 1",
        "most": "the most that any has; left out: no cap",
    },
    "also": {
        "of": "`patients`, `practices_voting` or `practices`: the base",
        "more_than_percent": "more than this",
        "at_least_percent": "this or more; give one of the two",
    },
    "each_area": {
        "carried": "true: the votes must carry it in each locality; one without a vote does not",
        "quorum_percent": "the share of each locality that must answer, of what the vote's own "
        "quorum is of",
    },
    "elect": {"seats": "how many are elected; a tie for the last seat is a tie"},
    "quorum": {
        "of": "`practices`: all on the roll; `weight`: the votes they hold; `patients`",
        "percent": "reached is enough; an abstention counts as an answer",
    },
    "carried": {
        "of": "`votes_cast`; `practices`: all on the roll; `weight`: all the votes they hold",
        "more_than_percent": "more than this: a tie at 50 is not carried",
        "at_least_percent": "this or more; give one of the two",
    },
    "state": {
        "title": "what people read",
        "open_for": "what practices may send: see below",
        "letters": "the letters owed on entering it: see below",
        "deadline": "when it ends; without one the decision ends here",
        "result": "the outcome declared on entering it: see below. Each way has exactly one. A "
        "state with a deadline may have one too: the members' vote is then declared, and "
        "another body has still to act",
        "owner": "the role of the body that has the next step, and hears of it: see below. Needed "
        "where practices are asked nothing, and for the letters that go to the owner",
        "body": "the body that acts here, in your words with `_`, such as `remuneration_committee`",
        "act": "what a body did that leads here: see below. The state it did so in needs `body`",
        "call_in": "how practices may raise the decision to a higher route from here",
    },
    "call_in": {
        "percent": "the share of practices on the roll who must ask, 1 to 100",
        "whole_locality": "`true`: all practices of one locality are enough too",
        "to": "the route that it rises to: see below",
    },
    "deadline": {
        "name": "its name; the move that is taken when the time is up has it as `on`",
        "after": "how long after entering the state, at the calendar's deadline time",
        "remind": "when practices that have not answered are reminded: see below",
        "escalate": "for each of these reminders, in the same order, how far it goes up: see "
        "below. Left out, each goes to everyone at the silent practices",
    },
    "move": {
        "on": "the state's own deadline, or an act: see below",
        "from": "the state, or a list of states",
        "to": "the state it leads to",
        "when": "questions that must all be answered yes: see below. The last move on a deadline "
        "has none",
        "extend": "stay in the state, this much longer, once; with `when` holding "
        "`not_yet_extended`",
        "because": "the reason that is published where time alone ends a decision",
        "agree": "the roles whose holders, each another person, must all have agreed to the act",
    },
}

OPENS: Mapping[str, str] = {
    "nothing": "nothing (as where `open_for` is left out)",
    "comments": "comments, and a call-in where there is `call_in`",
    "votes": "votes, each with a comment if they like",
}
MOMENTS: Mapping[str, str] = {
    "at half-time": "the morning of the day half-way",
    "working days before": 'with a number: `"2 working days before"`',
    "on the last morning": "the morning of the deadline's day",
}
CLIMBS: Mapping[str, str] = {
    "lead": "leads of the silent practices; where a practice has none of the posts named, everyone",
    "deputy": "their deputies too",
    "manager": "their practice managers too",
    "everyone": "everyone at the silent practices",
    "locality_lead": "the same, and whoever leads a locality is told which of its practices to "
    "ring; where nobody leads one, the secretary",
    "chair": "the same, and the chair is told of all of them",
}
DOES: Mapping[str, str] = {
    "conclude": "staff end it with the outcome statement",
    "withdraw": "staff end it without an outcome, and say why",
    "approve": "the body approves; the local medical committee is heard first where it is involved",
    "refuse": "the body refuses",
    "tie": "the body was split evenly",
    "ratify": "the body ratifies what was done under urgent powers",
    "settle": "the parties to a challenge agree",
    "uphold": "the outcome that was challenged stands",
    "set_aside": "the outcome that was challenged is set aside",
    "revote": "the vote is held once more, without the automatic extension: once, and ordered "
    "within 5 working days of the outcome",
}
OWED: Mapping[str, str] = {
    "notice": "practices are informed",
    "consultation_opened": "practices are asked for their views",
    "vote_opened": "practices are asked to vote",
    "reminder": "owed by `remind`, not by a state",
    "extended": "owed when a deadline moves, not by a state",
    "receipt": "owed when a practice answers, not by a state",
    "outcome": "practices are told the outcome",
    "withdrawn": "practices are told that it was withdrawn, or lapsed, and why",
    "step_overdue": "to the owner: a step is late",
    "step_due": "to the owner: a step is theirs",
    "acted": "practices are told what another body did",
    "challenged": "practices are told that an outcome is challenged, and held",
}
ENDS: Mapping[str, str] = {
    "carried": "the vote was carried",
    "not_carried": "the vote was not carried",
    "inquorate": "too few practices answered",
    "elected": "every seat was filled",
    "concluded": "a consultation or a committee came to its end",
    "informed": "practices were informed",
    "withdrawn": "withdrawn, or not decided in time; it cannot be challenged",
    "upheld": "after a challenge, the outcome stands",
    "set_aside": "after a challenge, the outcome falls",
}
DID: Mapping[str, str] = {
    "approved": "it approved",
    "refused": "it refused",
    "tied": "it was split evenly",
    "ratified": "it ratified",
    "lapsed": "it let its time pass",
    "upheld": "it let the outcome stand",
    "set_aside": "it set the outcome aside",
}
RISES: Mapping[str, str] = {
    "consult": "all practices are consulted",
    "vote": "all practices vote, where their income is touched with a committee's act after it",
}


def workflow_file() -> str:
    """The page."""
    keys = (
        f"## {title}\n\n{_words('key', _KEYS[kind], SAYS[kind])}" for kind, title in _TABLES.items()
    )
    after = ", ".join(map(code, AFTER_THE_END))
    return page(
        "The workflow file",
        _HEAD,
        *keys,
        _section("What practices may send: `open_for`", tuple(Open), OPENS),
        _section("Moments of reminders: `remind`", tuple(When), MOMENTS),
        _section("How far a reminder goes up: `escalate`", RUNGS, CLIMBS),
        _section("Acts: `on`", ACTS, DOES),
        f"Where a decision has ended, only these may follow: {after}.",
        _section("Questions: `when`", tuple(GUARDS), asked()),
        _section("Letters: `letters`", LETTERS, OWED),
        _section("Results: `result`", RESULTS, ENDS),
        _section("What a body did: `act`", ACTED, DID),
        _section("Routes to rise to: `to` of `call_in`", RISES_TO, RISES),
        _section("Roles: `owner` and `agree`", BODY_ROLES, {}),
    )


def unsaid() -> list[str]:
    """Keys and words of which nothing is said, or that are not there any more."""
    words = (
        *((_KEYS[kind], SAYS[kind]) for kind in _KEYS),
        *((ACTS, DOES), (LETTERS, OWED), (RESULTS, ENDS), (ACTED, DID), (RISES_TO, RISES)),
        *((tuple(map(str, Open)), OPENS), (tuple(map(str, When)), MOMENTS), (RUNGS, CLIMBS)),
    )
    return [word for known, said in words for word in set(known) ^ set(said)]


def asked() -> Mapping[str, str]:
    """The questions, as the code itself explains them."""
    return {name: (guard.__doc__ or "").strip() for name, guard in GUARDS.items()}


def _section(title: str, words: Iterable[str], says: Mapping[str, str]) -> str:
    return f"## {title}\n\n{_words('word', words, says)}"


def _words(kind: str, words: Iterable[str], says: Mapping[str, str]) -> str:
    words = tuple(map(str, words))
    if not says:
        return ", ".join(map(code, words)) + "."
    return table((kind, ""), ((code(word), says.get(word, "")) for word in words))
