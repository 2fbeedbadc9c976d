"""`python -m bench.posting CONFIG INSTANT`: one postman's round, in a process of its own.

It stands at this instant, so that letters are due, and prints what it did as JSON.
"""

import asyncio
import json
import resource
import sys
import time
from datetime import datetime
from pathlib import Path

from app.bootstrap import App, build
from app.config import load_settings
from bench.stage import SetClock


async def _deliver(app: App) -> int:
    postman = app.postman()
    posted = await postman.deliver()
    await postman.aclose()
    return posted.sent


def main(config: str, instant: str) -> None:
    """Deliver everything that is due."""
    clock = SetClock(datetime.fromisoformat(instant))
    app = build(load_settings(Path(config), required=True), clock)
    start, spent = time.monotonic(), time.process_time()
    sent = asyncio.run(_deliver(app))
    value = {
        "sent": sent,
        "started": start,
        "seconds": time.monotonic() - start,
        "cpu": time.process_time() - spent,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    app.close()
    print(json.dumps(value))


if __name__ == "__main__":
    main(*sys.argv[1:])
