"""Candidates: a number for each, as ballots and leaves hold it, and which ballot is an election.

A name is personal, so the trail knows candidates by their places in the decision file; the names
are in the paper (`engine.paper`), and are put beside the numbers where people read.
"""

import re
from collections.abc import Iterable, Mapping

from engine.held import OPTIONS

_ID = "candidate_"
_SAID = re.compile(r"\bcandidate ([1-9][0-9]*)\b", re.IGNORECASE)


def candidate_ids(names: Iterable[str]) -> tuple[str, ...]:
    """An id for each name, in the names' order: `candidate_1`, `candidate_2`."""
    return tuple(f"{_ID}{n}" for n, _ in enumerate(names, 1))


def candidate_name(candidate: str) -> str:
    """An id in words, as leaves say it: `candidate 1`."""
    return candidate.replace("_", " ")


def with_names(sentences: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Sentences for a reader: the name beside each number; the number alone where it is erased."""

    def named(said: re.Match[str]) -> str:
        name = names.get(f"{_ID}{said[1]}")
        return f"{name} ({said[0].lower()})" if name else said[0]

    return tuple(_SAID.sub(named, sentence) for sentence in sentences)


def is_election(ballot: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a ballot asks one question, and to choose between candidates."""
    options = {option for each in ballot.values() for option in each}
    return len(ballot) == 1 and not options <= set(OPTIONS)
