"""Rules bent by one line each, as somebody in a hurry might write them, in a copy of the engine."""

from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Bend:
    """A line of the engine's, what stands in its place, and the tests that look at it."""

    file: str
    line: str
    naive: str
    tests: str


BENDS = {
    "a share rounded down": Bend(
        "rerouting.py",
        "if 100 * len(asking) >= rule.percent * on_roll:",
        "if len(asking) >= rule.percent * on_roll // 100:",
        "test_call_in.py",
    ),
    "one person twice": Bend(
        "two_persons.py",
        "agreed and proposal.person_hash != me",
        "agreed",
        "test_override.py",
    ),
    "lowered on one word": Bend(
        "rerouting.py",
        "lower = route.rank < was.rank",
        "lower = False",
        "test_override.py",
    ),
    "an excluded practice counted": Bend(
        "closing.py",
        "case.decision.excluded, rule.weight",
        "(), rule.weight",
        "test_interests.py",
    ),
    "a vote taken on one word": Bend(
        "interests.py",
        "takes_two = bool({held.ruling, command.ruling} & NO_VOTE)",
        'takes_two = command.ruling == "excluded"',
        "test_interests.py",
    ),
    "a vote given back by declaring again": Bend(
        "evolving.py",
        "Interest(event.kind, kept)",
        "Interest(event.kind)",
        "test_interests.py",
    ),
    "an extension for each round": Bend(
        "guards.py",
        "situation.decision.extended == 0 and situation.decision.round <= 1",
        "situation.decision.extended < situation.decision.round",
        "test_bodies.py",
    ),
    "a third vote": Bend(
        "bodies.py",
        "acts_in(decision.state) or decision.round > 1:",
        "acts_in(decision.state) or decision.round > 2:",
        "test_bodies.py",
    ),
    "approved without the LMC": Bend(
        "bodies.py",
        "        require_lmc(case)",
        "        pass",
        "test_bodies.py",
    ),
    "three roles of one person": Bend(
        "bodies.py",
        "people[:n] + people[n + 1 :])",
        "people)",
        "test_bodies.py",
    ),
    "agreed when the time is up": Bend(
        "moving.py",
        "if due is not None and due.due_at <= now:",
        "if due is not None and due.due_at < now.min:",
        "test_bodies.py",
    ),
    "a challenge after its time": Bend(
        "challenges.py",
        "in_time = ends is not None and now < ends",
        "in_time = ends is not None",
        "test_challenges.py",
    ),
    "two outcomes on a way": Bend(
        "check.py",
        "if name and state.result is not None:",
        "if name and state.result == name:",
        "test_outcomes_once.py",
    ),
    "a tie carried": Bend(
        "tally.py",
        "            and not self.tied",
        "            and True",
        "test_tally.py",
    ),
    "a vote at the very close": Bend(
        "answering.py",
        "if now >= due.due_at:",
        "if now > due.due_at:",
        "test_answering.py",
    ),
    "by hand over an answer": Bend(
        "meetings.py",
        "if practice in case.decision.answered:",
        "if practice not in command.attended and practice in case.decision.answered:",
        "test_meetings.py",
    ),
    "everyone reminded at once": Bend(
        "escalation.py",
        "    if EVERYONE in posts:",
        "    if posts:",
        "test_escalation.py",
    ),
    "a fourth reminder": Bend(
        "reminding.py",
        "for day in told) >= MOST_REMINDERS:",
        "for day in told) > MOST_REMINDERS:",
        "test_deadlines.py",
    ),
    "no room looked for": Bend(
        "reminding.py",
        "if 0 <= (today - day).days < REMINDER_DAYS]",
        "if day == today]",
        "test_reminding.py",
    ),
    "the unreachable not named": Bend(
        "reminding.py",
        "p for p in case.roll.practices if why_not_needed(case, p) is None)",
        "p for p in whom_to_remind(case, case.decision.opened_at).practices)",
        "test_escalation.py",
    ),
    "a quorum rounded down": Bend(
        "quorum.py",
        "return whole + 1 if rest or test.strict else max(whole, 1)",
        "return whole",
        "test_quorum_at_risk.py",
    ),
    "warned at each reminder": Bend(
        "quorum.py",
        "        return not any(_is_late(case, due, moment) for moment in told)",
        "        return True",
        "test_quorum_at_risk.py",
    ),
    "concluded over a comment": Bend(
        "staff_acts.py",
        "    require_answers(case)",
        "    pass",
        "test_accounts.py",
    ),
}


def bent_copy(folder: Path, *bends: Bend) -> None:
    """A copy of the engine with these lines bent; everything else is the repository's own."""
    for path in ROOT.iterdir():
        if path.name != "engine" and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    copytree(ROOT / "engine", folder / "engine", ignore=ignore_patterns("__pycache__"))
    for bend in bends:
        file = folder / "engine" / bend.file
        text = file.read_text(encoding="utf-8")
        assert text.count(bend.line) == 1, f"{bend.file} has not exactly one {bend.line!r}"
        file.write_text(text.replace(bend.line, bend.naive), encoding="utf-8")
