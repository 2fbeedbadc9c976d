"""Candidates: an id for each name, as ballots and leaves hold it, and which ballot is an election.

Names are personal, so the ballot of an election holds ids made from them; the names themselves are
in the paper (`engine.paper`).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from engine.tally import OPTIONS

_NAMELESS = "candidate"


def candidate_ids(names: Iterable[str]) -> tuple[str, ...]:
    """An id for each name, in the names' order: `Dr Anna Lee` is `dr_anna_lee`.

    Letters are put without accents. A second name of the same id gets `_2`, and no id is that of
    an option of every ballot.
    """
    taken, found = set(OPTIONS), []
    for name in names:
        chosen = _free(_plain(name), taken)
        taken.add(chosen)
        found.append(chosen)
    return tuple(found)


def is_election(ballot: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a ballot asks one question, and to choose between candidates."""
    options = {option for each in ballot.values() for option in each}
    return len(ballot) == 1 and not options <= set(OPTIONS)


def _plain(name: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "_".join(re.findall(r"[a-z0-9]+", ascii_only.replace("'", "").lower()))
    return words if words[:1].isalpha() else f"{_NAMELESS}_{words}".rstrip("_")


def _free(wanted: str, taken: set[str]) -> str:
    n, chosen = 1, wanted
    while chosen in taken:
        n += 1
        chosen = f"{wanted}_{n}"
    return chosen
