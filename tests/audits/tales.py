"""Tales in which a bent rule shows, and which years of chance do not come to; one has a name.

Usage: python -m tests.audits.tales FOLDER "NAME OF THE BEND"
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine.commands import Revote
from engine.disclosure import Role
from engine.errors import Refused
from tests.stories.bodies import all_vote
from tests.stories.papers import A_VOTE, A_VOTE_ON_INCOME, AN_ELECTION
from tests.stories.register import CODES, a_register
from tests.stories.telling import AT_THE_COMMAND_LINE, Story, begin
from workflows.bundle import Scope, write_bundle

STRAIGHT = Path(__file__).parents[1] / "data" / "straight_vote" / "vote_then_committee.toml"


def nobody_votes_twice(story: Story) -> None:
    """Two rounds without a quorum: only the first has a right to more days."""
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    story.on("9am Friday 30 October").expects_state("inquorate")
    story.does(Revote(AT_THE_COMMAND_LINE, "Half were away."))
    story.on("9am Monday 30 November")


def the_committee_does_not_wait(story: Story) -> None:
    """It tries to approve what the LMC has not been heard on."""
    story.on("9am Monday 5 October 2026").opens(A_VOTE_ON_INCOME)
    story.on("9am Tuesday 13 October").practices_vote(for_=7, against=1)
    story.on("9am Thursday 22 October")
    with suppress(Refused):
        story.body_acts("approve", "It is needed.")


def half_are_for_it(story: Story) -> None:
    """Six for and six against, where half of the votes would be enough but for the tie."""
    rules = story.home / "rules"
    rules.mkdir()
    held = STRAIGHT.read_text(encoding="utf-8")
    assert held.count("more_than_percent = 50") == 1
    halved = held.replace("more_than_percent = 50", "at_least_percent = 50")
    (rules / STRAIGHT.name).write_text(halved, encoding="utf-8")
    story.restarts(workflows={"directory": rules})
    story.on("9am Monday 5 October 2026").opens(A_VOTE_ON_INCOME)
    all_vote(story, CODES, for_=6, against=6)
    story.on("9am Monday 9 November")


def a_tie_over_christmas(story: Story) -> None:
    """Six for and six against, over two bank holidays and New Year's Day."""
    story.on("9am Monday 14 December 2026").opens(A_VOTE)
    story.on("9am Tuesday 22 December").practices_vote(for_=6, against=6)
    story.on("9am Monday 18 January")


def a_run_off_challenged_twice(story: Story) -> None:
    """The days for another vote begin anew when a challenge has ended, and so do challenges."""
    story.on("9am Monday 5 October 2026").opens(AN_ELECTION)
    story.on("9am Friday 9 October")
    for n, code in enumerate(CODES):
        story.practice(code).votes(f"candidate_{n % 2 + 1}")
    story.on("9am Tuesday 20 October").expects_state("tied").practice(CODES[0]).challenges()
    story.on("9am Monday 26 October").body_acts("settle", "It was in order.")
    story.on("9am Wednesday 28 October").does(Revote(AT_THE_COMMAND_LINE, "They tied."))
    for code in CODES:
        story.practice(code).votes("candidate_1")
    story.on("9am Monday 9 November").practice(CODES[0]).challenges()


TALES: dict[str, Callable[[Story], None]] = {
    "an extension for each round": nobody_votes_twice,
    "approved without the LMC": the_committee_does_not_wait,
    "a tie carried": half_are_for_it,
}


def tell(tale: Callable[[Story], None], home: Path) -> Path:
    """Tell it in this folder; the bundle of it."""
    everyone, bundle = a_register(home), home / "bundle.zip"
    with begin(home) as story:
        story.people = everyone
        tale(story)
        with bundle.open("wb") as out:
            write_bundle(story.app.store, Scope(Role.COMMITTEE), b"", out)
    return bundle


if __name__ == "__main__":
    tell(TALES[sys.argv[2]], Path(sys.argv[1]))
