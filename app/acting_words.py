"""What each act does, and how it is given: for whoever reads `decision show` or the help."""

from collections.abc import Mapping, Sequence

from engine.bodies import ACTS

DOES: Mapping[str, str] = {
    "withdraw": "end it, whatever practices have said; it cannot be undone",
    "conclude": "end a consultation with the outcome statement",
    "answer": "say what became of a comment, or of many in a CSV",
    "record-lmc": "put the local medical committee's view on record",
    "record-meeting": "put a meeting on record, with votes by hand while a vote is open",
    "reached": "put on record that a practice was told by telephone",
    "recompute": "count a deadline anew after a bank holiday was added; it only gets later",
    "extend": "give a running vote 1 to 4 working days more",
    "override": "send it another way than the rules did",
    "revote": "hold the vote once more, as the chair orders",
    "drop-question": "take one question off the ballot",
    "declare-interest": "put a practice's interest on record",
    "rule-interest": "rule on it: noted, no_vote or excluded",
    "approve": "record that the body approved it; the reason is in the letter to practices",
    "refuse": "record that the body refused it; the reason is in the letter to practices",
    "tie": "record that the body was split evenly",
    "ratify": "record that the body ratified it; the reason is in the letter to practices",
    "settle": "record that a challenge was settled with the practice",
    "uphold": "record that the outcome stands, whatever was challenged",
    "set-aside": "record that the outcome is set aside",
    "retry": "let the sweep try again what it gave up",
}
"""By the name that `quorate decision act REF NAME` takes."""

_FILES: Mapping[str, str] = {
    "conclude": "STATEMENT.txt",
    "record-lmc": "VIEW.txt",
    "record-meeting": "MEETING.toml",
}

_VALUES: Mapping[str, str] = {
    "reason": '"…"',
    "comment": "N",
    "disposition": "accepted|answered|noted",
    "route": "ROUTE",
    "days": "N",
    "question": "ID",
    "practice": "CODE",
    "kind": "financial|professional|personal|indirect",
    "ruling": "noted|no_vote|excluded",
    "agreed": "EMAIL --agreed EMAIL …",
}


def usage(name: str, needs: Sequence[str]) -> str:
    """An act as it is typed: `withdraw --reason "…"`, with what a body's act may hold besides."""
    besides = ('[--reason "…"]', "[--votes N-N]") if name.replace("-", "_") in ACTS else ()
    return " ".join((name, *(_option(name, need) for need in needs), *besides))


def _option(name: str, need: str) -> str:
    if need == "file":
        return f"--file {_FILES.get(name, 'MINUTES.txt')}"
    return f"--{need} {_VALUES[need]}" if need in _VALUES else f"({need})"
