"""Short ids for candidates, as ballots and leaves hold them: `Dr Anna Lee` is `anna_lee`."""

import re
import unicodedata
from collections.abc import Iterable

from engine.held import OPTIONS

_TITLES = frozenset({"dr", "doctor", "prof", "professor", "mr", "mrs", "ms", "miss", "mx"})
_TITLES |= frozenset({"sir", "dame", "rev", "revd"})
_LONGEST = 24
_NAMELESS = "candidate"


def candidate_ids(names: Iterable[str]) -> tuple[str, ...]:
    """An id for each name, in the names' order; the same names in the same order give the same.

    Letters are put without accents and titles are left out. A second candidate of the same id gets
    `_2`, and none is called as an option of every ballot is.
    """
    taken = set(OPTIONS)
    found = []
    for name in names:
        chosen = _free(_plain(name), taken)
        taken.add(chosen)
        found.append(chosen)
    return tuple(found)


def candidate_name(candidate: str) -> str:
    """An id in words, where the name itself is not at hand: `anna_lee` is `Anna Lee`."""
    return candidate.replace("_", " ").title()


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", letters.replace("'", "").lower())
    while len(words) > 1 and words[0] in _TITLES:
        words.pop(0)
    plain = "_".join(words)[:_LONGEST].rstrip("_")
    return plain if plain[:1].isalpha() else f"{_NAMELESS}_{plain}".rstrip("_")


def _free(wanted: str, taken: set[str]) -> str:
    n, chosen = 1, wanted
    while chosen in taken:
        n += 1
        chosen = f"{wanted}_{n}"
    return chosen
