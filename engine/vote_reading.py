"""From the plain value of a definition's `[vote]` to a `VoteRule`, every fault named by its key."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from engine.shares import Share
from engine.vote_rule import (
    ALSO_OF,
    CARRIED_OF,
    PRACTICES,
    QUORUM_OF,
    WEIGHT,
    EachArea,
    VoteRule,
)
from engine.weights import ONE_EACH, ROUNDINGS, Weights

_PLACE = "[vote]"
_VOTE = ("quorum", "carried", "elect", "weight", "also", "each_area")
_SHARE = ("of", "more_than_percent", "at_least_percent")
_WEIGHT = ("patients", "rounding", "blank", "least", "most")
_AREA = ("carried", "quorum_percent")

KEYS: Mapping[str, tuple[str, ...]] = {
    "vote": _VOTE,
    "quorum": ("of", "percent"),
    "carried": _SHARE,
    "weight": _WEIGHT,
    "also": _SHARE,
    "each_area": _AREA,
    "elect": ("seats",),
}
"""The keys of `[vote]` and of the tables in it."""

_MOST = 1_000_000  # more patients, votes or seats than any practice or body has
_PERCENT = 100

TellFault = Callable[[str, str], None]
"""Takes the place of a fault, and what it is with its remedy."""


def read_vote(value: object, tell: TellFault) -> VoteRule | None:
    """Read a vote's rule. None where there are faults, each of which has been told."""
    return _Reader(tell).rule(value)


class _Reader:
    """Reads one `[vote]`; remembers whether it told any fault."""

    def __init__(self, tell: TellFault) -> None:
        self._tell = tell
        self.sound = True

    def fault(self, says: str, place: str = _PLACE) -> None:
        self.sound = False
        self._tell(place, says)

    def rule(self, value: object) -> VoteRule | None:
        table = self._table(value, _VOTE, _PLACE)
        quorum = self._quorum(table.get("quorum", {}))
        seats = self._seats(table["elect"]) if "elect" in table else None
        carried = None
        if "elect" not in table:
            carried = self._share("carried", table.get("carried", {}), CARRIED_OF)
        weight = self._weights(table.get("weight", ONE_EACH))
        also = tuple(self._also(table.get("also", [])))
        each_area = self._each_area(table["each_area"]) if "each_area" in table else None
        self._check_election(table)
        if self.sound and quorum:
            self._check_weight(quorum, carried, weight)
        if not self.sound or quorum is None:
            return None
        return VoteRule(quorum, carried, weight, also, each_area, seats)

    # --- its parts ---

    def _quorum(self, value: object) -> Share | None:
        table = self._table(value, KEYS["quorum"], f"{_PLACE} quorum")
        percent = self._percent("quorum", table.get("percent"))
        of = self._word("quorum should be of", table.get("of"), QUORUM_OF)
        return Share(of, percent) if self.sound else None

    def _share(self, key: str, value: object, known: tuple[str, ...]) -> Share | None:
        table = self._table(value, _SHARE, f"{_PLACE} {key}")
        strict = "more_than_percent" in table
        if strict and "at_least_percent" in table:
            self.fault(f"{key} takes more_than_percent or at_least_percent, not both")
        percent = self._percent(
            key, table.get("more_than_percent" if strict else "at_least_percent")
        )
        if strict and percent == _PERCENT:
            self.fault(f"{key} of more than 100% is out of reach; say at_least_percent = 100")
        of = self._word(f"{key} should be of", table.get("of"), known)
        return Share(of, percent, strict=strict) if self.sound else None

    def _seats(self, value: object) -> int:
        table = self._table(value, KEYS["elect"], f"{_PLACE} elect")
        return self._whole("elect needs seats, as", table.get("seats"), 1)

    def _also(self, value: object) -> Iterator[Share]:
        if not isinstance(value, list):
            self.fault('also should be a list, as [{ of = "patients", more_than_percent = 50 }]')
            return
        for item in value:
            share = self._share("also", item, ALSO_OF)
            if share:
                yield share

    def _each_area(self, value: object) -> EachArea:
        place = f"{_PLACE} each_area"
        table = self._table(value, _AREA, place)
        carried, percent = table.get("carried", False), table.get("quorum_percent", 0)
        if not isinstance(carried, bool):
            self.fault(f"carried should be true or false, not {carried!r}", place)
            return EachArea()
        percent = self._percent("each_area's quorum_percent", percent)
        if self.sound and not carried and not percent:
            self.fault("asks nothing; say carried = true, or quorum_percent = 75, or both", place)
        return EachArea(carried, percent)

    def _weights(self, value: object) -> Weights | None:
        if value == ONE_EACH:
            return None
        if not isinstance(value, Mapping):
            example = '{ patients = 2000, rounding = "half_up" }'
            self.fault(f'weight should be "{ONE_EACH}" or a table such as {example}, not {value!r}')
            return None
        place = f"{_PLACE} weight"
        table = self._table(value, _WEIGHT, place)
        rounding = table.get("rounding", ROUNDINGS[0])
        self._word("weight's rounding should be", rounding, ROUNDINGS)
        patients = self._whole("weight needs patients, as", table.get("patients"), 2000)
        blank, least = (
            self._whole(f"weight's {key} should be votes, as", table.get(key, 1), 1)
            for key in ("blank", "least")
        )
        most = table.get("most")
        if most is not None:
            most = self._whole("weight's most should be votes, as", most, 6)
            if self.sound and most < max(blank, least):
                self.fault(f"most is {most}, less than blank or least; raise it", place)
        return Weights(patients, rounding, blank, least, most) if self.sound else None

    # --- the parts together ---

    def _check_election(self, table: Mapping[str, Any]) -> None:
        if "elect" not in table:
            return
        for key in ("carried", "also", "each_area"):
            if key in table:
                self.fault(f"an election fills seats and carries nothing; leave out {key} or elect")

    def _check_weight(self, quorum: Share, carried: Share | None, weight: Weights | None) -> None:
        if weight is None:
            for key, share in (("quorum", quorum), ("carried", carried)):
                if share and share.of == WEIGHT:
                    self.fault(f'{key} of weight needs weights; say of = "{PRACTICES}"')
        elif carried and carried.of == PRACTICES:
            self.fault(
                'carried of practices, where their votes are weighted: say of = "weight", and put '
                "a share of practices under also"
            )

    # --- its values ---

    def _table(self, value: object, known: tuple[str, ...], place: str) -> Mapping[str, Any]:
        """A table with known keys only."""
        if not isinstance(value, Mapping):
            self.fault("should be a table", place)
            return {}
        for key in value:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                self.fault(f"unknown key {key!r}{hint} (known: {', '.join(known)})", place)
        return value

    def _percent(self, key: str, percent: object) -> int:
        if _is_whole(percent, 0, _PERCENT):
            return percent  # type: ignore[return-value] # just checked
        self.fault(f"{key} needs a whole percentage from 0 to 100, not {percent!r}")
        return 0

    def _whole(self, says: str, number: object, example: int) -> int:
        if _is_whole(number, 1, _MOST):
            return number  # type: ignore[return-value] # just checked
        self.fault(f"{says} {example}: a whole number from 1 to {_MOST:,}, not {number!r}")
        return 1

    def _word(self, says: str, word: object, known: tuple[str, ...]) -> str:
        if isinstance(word, str) and word in known:
            return word
        self.fault(f"{says} {', '.join(known[:-1])} or {known[-1]}, not {word!r}")
        return known[0]


def _is_whole(number: object, least: int, most: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and least <= number <= most
