"""Opening a decision, whole: classified, its roll frozen, links issued, every letter owed."""

import time

from bench.stage import stage

SIZES = (8, 69, 500)
RUNS = 5


def run() -> None:
    """Print the time of opening, by the number of practices."""
    print("| practices | letters owed | opening, median s | ms a practice |")
    print("|---:|---:|---:|---:|")
    for size in SIZES:
        with stage(size) as here:
            times = sorted(_timed(here.open_vote) for _ in range(RUNS))
        median = times[RUNS // 2]
        print(f"| {size} | {3 * size} | {median:.3f} | {1000 * median / size:.2f} |")
    print()


def _timed(run: object) -> float:
    start = time.perf_counter()
    run()  # type: ignore[operator]
    return time.perf_counter() - start
