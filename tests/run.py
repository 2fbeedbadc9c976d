"""Every check, in the order of how fast it fails: lint, types, import contracts, tests.

Prints what runs and how long it took; ends with the first failure. Arguments go to pytest alone:
`./run test -k reminder` runs those tests without the other checks.
"""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
CODE = ("engine", "storage", "workflows", "notifications", "web", "app", "auditor")
CHECKS = (
    ("lint", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("types", ("mypy", *CODE, "tests", "bench")),
    ("import contracts", ("lint-imports",)),
)
TESTS = ("pytest", "-n", "2", "--cov", "--cov-report=term:skip-covered", "-q")


def run(name: str, command: tuple[str, ...]) -> None:
    """Run one check; leave with its exit code if it fails."""
    print(f"== {name}: {' '.join(command)}", flush=True)
    start = time.monotonic()
    code = subprocess.run((str(BIN / command[0]), *command[1:]), check=False).returncode
    print(f"== {name}: {'ok' if code == 0 else 'FAILED'}, {time.monotonic() - start:.0f} s\n")
    if code:
        sys.exit(code)


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
