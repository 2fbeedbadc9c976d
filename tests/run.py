"""Every check, in the order of how fast it fails: lint, types, import contracts, tests.

Prints what runs and how long it took; ends with the first failure. Arguments go to pytest alone:
`./run test -k reminder` runs those tests without the other checks, and `./run test -n 3 --cov` all
of them with what none of them reaches (following every line doubles the time).
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

BIN = Path(sys.executable).parent
CODE = ("engine", "storage", "workflows", "notifications", "web", "app", "auditor")
CHECKS = (
    ("lint", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("types", ("mypy", *CODE, "tests", "bench")),
    ("import contracts", ("lint-imports",)),
)
TESTS = ("pytest", "-n", "3", "-q")
LONGEST = 2_700
"""Seconds until a check that does not end is ended, so that it is told while somebody waits."""


def run(name: str, command: tuple[str, ...]) -> None:
    """Run one check; leave with its exit code if it fails."""
    print(f"== {name}: {' '.join(command)}", flush=True)
    start = time.monotonic()
    code = _ends_with((str(BIN / command[0]), *command[1:]))
    print(f"== {name}: {'ok' if code == 0 else 'FAILED'}, {time.monotonic() - start:.0f} s\n")
    if code:
        sys.exit(code)


def _ends_with(command: tuple[str, ...]) -> int:
    """The exit code; 124, as of `timeout`, where it had to be ended with all that it started."""
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return process.wait(LONGEST)
    except subprocess.TimeoutExpired:
        print(f"== it has not ended within {LONGEST} s, and is ended", flush=True)
        return 124
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main(arguments: list[str]) -> None:
    """Run all checks, or the tests that the arguments choose."""
    if arguments:
        run("tests", ("pytest", *arguments))
        return
    for name, command in CHECKS:
        run(name, command)
    run("tests", TESTS)


if __name__ == "__main__":
    main(sys.argv[1:])
