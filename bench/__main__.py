"""`./run bench [NAME …]`: run the benchmarks named, or all, and print their tables."""

import argparse
import os
import platform

from bench import audit, opening, post, rules, sweep, trail, votes, words

ALL = {
    "opening": opening.run,
    "votes": votes.run,
    "post": post.run,
    "rules": rules.run,
    "sweep": sweep.run,
    "words": words.run,
    "trail": trail.run,
    "audit": audit.run,
}


def main() -> None:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*ALL, []], help="default: all")
    chosen = parser.parse_args().what or list(ALL)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}\n")
    for name in chosen:
        ALL[name]()


if __name__ == "__main__":
    main()
