"""`python -m bench.voting CONFIG INSTANT REFERENCE SECONDS`: practices vote, in their own process.

A vote every 50 ms for so long, each a commit on the disk; prints how long they took as JSON.
"""

import json
import sys
import time
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

from app.bootstrap import build
from app.config import load_settings
from bench.stage import SetClock, tokens
from workflows.answers import Answer

EVERY = 0.05


def main(config: str, instant: str, reference: str, seconds: str) -> None:
    """Vote, and change the vote, and so on."""
    clock = SetClock(datetime.fromisoformat(instant))
    app = build(load_settings(Path(config), required=True), clock)
    links = cycle(tokens(app, reference).values())
    choices = cycle(("for", "against"))
    times: list[float] = []
    end = time.monotonic() + float(seconds)
    while (start := time.monotonic()) < end:
        clock.moment += timedelta(seconds=EVERY)
        app.practice_desk.respond(next(links), Answer({"main": next(choices)}, "Anna Lee", "", ""))
        times.append(time.monotonic() - start)
        time.sleep(max(0, EVERY - times[-1]))
    app.close()
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(json.dumps({"votes": len(times), "p50": p50, "p99": p99, "most": times[-1]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
