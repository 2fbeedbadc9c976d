"""Votes that race the close, from threads and from processes: none lost, none late, none refused.

Forty decisions of 12 practices (20 on PostgreSQL) are voted on by four processes of three
threads each, while a fifth process closes and counts every one of them in mid-rush. The voters'
clocks stand still before the close, so that only the trail's order can tell late from early.
"""

from pathlib import Path

from tests.promises import racers
from tests.promises.checks import Attempt, closing_faults, voting_faults
from tests.small_body import HandClock, found, settings_for

DECISIONS = {"sqlite": 40, "postgresql": 20}
PRACTICES = 12


def uncontested(attempts: list[Attempt]) -> list[str]:
    """Why this was no race: too few decisions on which some got in and some did not."""
    early = {made.decision for made in attempts if made.acknowledged}
    late = {made.decision for made in attempts if not made.acknowledged}
    return (
        []
        if len(early & late) > len(attempts) // PRACTICES // 4
        else ["the votes did not meet the close"]
    )


def test_every_vote_that_races_the_close_is_counted_or_told_that_it_is_late(
    database_url: str, database_kind: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path)
    app = found(settings, HandClock(), PRACTICES)
    heats = racers.prepare(app, DECISIONS[database_kind], PRACTICES)
    attempts = racers.run(settings, heats)
    faults = [
        *voting_faults(app, attempts),
        *closing_faults(app, [heat.decision for heat in heats]),
        *uncontested(attempts),
    ]
    app.close()
    assert (faults, len(attempts)) == ([], len(heats) * PRACTICES)
