"""The pretend body: a dozen practices that are not, their people, and a decision to practise on."""

from engine.definition import Open, Workflow
from workflows.decision_file import DecisionFile, read_decision_file
from workflows.enrolment import NamedFile

_TREES = (
    *("Alder", "Beech", "Cherry", "Damson", "Elm", "Fir"),
    *("Gorse", "Hazel", "Ivy", "Juniper", "Larch", "Maple"),
)
CODES = tuple(f"X999{n:02}" for n in range(1, len(_TREES) + 1))
"""Codes as practices have them, of a block that the NHS gives to none."""

_BODY = (
    ("Sam Secretary", "secretary"),
    ("Chris Chair", "chair"),
    ("Lee Layman", "lay_chair"),
    ("Ash Officer", "accountable_officer"),
    ("Max Committee", "committee"),
    ("Lou Medical", "lmc"),
    ("Gil Governor", "governing_body"),
)

_VOTE = """
title = "Foot checks (a rehearsal)"
summary = "Practices would be paid for each foot check. Nobody is really asked: it is a rehearsal."
[facts]
affects_practice_income = true
changes_contract_or_les = true
localities_touched = "all"
"""

_CONSULTATION = """
title = "Blood tests (a rehearsal)"
summary = "Practices would take the blood. Nobody is really asked: it is a rehearsal."
[facts]
service_change_for_patients = true
affects_practice_workload = true
localities_touched = "all"
"""

_NOTICE = """
title = "New dates (a rehearsal)"
summary = "The meetings move to the first Tuesday of the month. It is a rehearsal."
[facts]
operational_only = true
localities_touched = "all"
"""

_COMMITTEE = """
title = "A branch surgery (a rehearsal)"
summary = "A practice would open a branch and be paid for it. It is a rehearsal."
[facts]
affects_practice_income = true
changes_contract_or_les = true
localities_touched = "one"
practices_affected = 2
"""

_CONSTITUTION = """
title = "New rules of the body (a rehearsal)"
summary = "Practices would meet twice a year, not four times. It is a rehearsal."
[facts]
constitution_change = true
localities_touched = "all"
"""

_ELECTION = """
title = "A member for the governing body (a rehearsal)"
summary = "One seat falls vacant. Nobody really stands: it is a rehearsal."
{candidates}
[facts]
member_election_or_meeting_rules = true
localities_touched = "all"
"""

_CANDIDATES = ("Dr Rowan", "Dr Sorrel", "Dr Tansy", "Dr Vervain", "Dr Yarrow")


def practices_file(body: str) -> NamedFile:
    """The practices of the body with this code."""
    rows = (
        f"{code},{tree.upper()} SURGERY,X1 1XX,{body},A PRETEND BODY,,{6000 + 500 * n}"
        for n, (code, tree) in enumerate(zip(CODES, _TREES, strict=True))
    )
    return _file("ods_code,name,postcode,ccg_code,ccg_name,locality,list_size", *rows)


def people_file() -> NamedFile:
    """Two people of each practice, one of whom may vote, and those of the body."""
    rows = [
        f"{code},{title} {tree},{role}.{code.lower()}@practice.example,{role}"
        for code, tree in zip(CODES, _TREES, strict=True)
        for title, role in (("Dr Lee", "lead"), ("Mo", "manager"))
    ]
    rows += [f",{name},{role.replace('_', '-')}@body.example,{role}" for name, role in _BODY]
    return _file("ods_code,name,email,role", *rows)


def _file(*lines: str) -> NamedFile:
    return NamedFile("pretend.csv", "\n".join((*lines, "")).encode())


def decision_for(workflow: Workflow) -> DecisionFile:
    """A decision such as this definition might carry."""
    return read_decision_file(_text_for(workflow).encode(), "rehearsal.toml")


def _text_for(workflow: Workflow) -> str:
    if workflow.vote is not None and workflow.vote.seats is not None:
        return _ELECTION.format(candidates=_candidates(workflow.vote.seats))
    bodies = {state.body for state in workflow.states.values()} - {None}
    if any(state.open_for is Open.VOTES for state in workflow.states.values()):
        return _CONSTITUTION if "nhs_england" in bodies else _VOTE
    if bodies:
        return _COMMITTEE
    return _NOTICE if "notice" in workflow.states[workflow.start].letters else _CONSULTATION


def _candidates(seats: int) -> str:
    """One more than there are seats, so that there is something to choose."""
    names = [_CANDIDATES[n % len(_CANDIDATES)] + " the Second" * (n // 5) for n in range(seats + 1)]
    return f"candidates = {names}"
