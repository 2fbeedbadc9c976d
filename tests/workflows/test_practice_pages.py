"""What a practice's page says of a decision, beyond what the web shows it."""

from dataclasses import replace

from tests.engine.makers import VOTE, case, line, value
from workflows.practice_pages import meaning


def test_a_practice_is_told_its_votes_where_the_definition_weighs_them() -> None:
    definition = value(VOTE)
    definition["vote"]["weight"] = {"patients": 2000}
    surgery = replace(line("P1"), weight=5)

    assert meaning(case(definition), surgery)[-1].startswith("Your practice has 5 votes: one for")
