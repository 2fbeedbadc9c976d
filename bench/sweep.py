"""Many deadlines at one instant, passed by one sweep."""

import time
from datetime import timedelta

from bench.stage import stage

DECISIONS = (10, 100)


def run() -> None:
    """Print how long a sweep takes to move decisions of eight practices into their vote."""
    print("| decisions due at once | one sweep, s | a second |")
    print("|---:|---:|---:|")
    for number in DECISIONS:
        with stage(8) as here:
            for _ in range(number):
                here.open_vote()
            here.clock.moment += timedelta(days=8)
            start = time.perf_counter()
            swept = here.app.desk.sweep()
            spent = time.perf_counter() - start
        moved = swept.deadlines
        print(f"| {moved} | {spent:.2f} | {moved / spent:.0f} |")
    print()
