"""Numbers in a text: how many practices it speaks of, which localities, and how much money."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engine.facts import MONEY, MOST, PRACTICES, TOUCHED

_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PLAIN = re.IGNORECASE | re.ASCII
"""Without ASCII, letters that only look like ours would count as "six" and then be no number."""

_IN_WORDS = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_NUMBERS[:9])}))?|{'|'.join(_NUMBERS)}"
_COUNT = rf"(?<![-\w])(?:{_IN_WORDS}|\d{{1,3}}(?:,\d{{3}}){{0,2}}|a single)"
_WHOSE = r"(?:(?:gp|member|local|general|neighbouring|smaller|of the|of its) ){0,2}"
_PRACTICES = re.compile(
    rf"\b(?P<all>all (?:of )?(?:the |its |our )?)?(?P<count>{_COUNT}) {_WHOSE}"
    r"(?:practices?|surgery|surgeries|(?:(?:time[- ]limited|gp|apms|pms) ){1,3}contracts?)\b"
    r"(?! (?:nurse|manager|staff))",
    _PLAIN,
)
_ONE = re.compile(
    r"\b\d{1,2},?\d{3}[- ]patient (?:gp )?(?:practice|surgery)\b"  # "a 3,700-patient practice"
    r"|\b(?!(?:The|A|An|This|That|GP|General|Each|Every|Local|Member|One|Best|Good|Our|Any)\b)"
    r"[A-Z][\w'\u2019]{1,30} "
    r"(?:Surgery|Practice|Medical (?:Centre|Practice|Group)|Family Practice)\b"
)
_EVERY = re.compile(
    r"\b(?:all|each|every|most) (?:of (?:the|its|our) )?(?:gp |member |local |general )?"
    r"(?:practices?|surger(?:y|ies)|localit(?:y|ies))\b"
    r"|\b(?:across|throughout) the (?:area|county|city|borough|district|ccg)\b",
    _PLAIN,
)
_OTHERS = re.compile(r"\b(?:practices|surgeries|(?:each|every) (?:practice|surgery))\b", _PLAIN)
_LONE = re.compile(
    r"\b(?:a|the|its|this|another) (?:(?!general )[\w-]{1,20} ){0,2}(?:practice|surgery)\b"
    r"(?! (?:nurse|manager|staff))",
    _PLAIN,
)
_LOCALITY = re.compile(r"\b(?:one|a single) (?:locality|neighbourhood)\b", _PLAIN)
_MONEY = re.compile(
    r"£\s?(?P<sum>\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,2})?|\d{1,12}(?:\.\d{1,3})?)\s?"
    r"(?P<times>bn|billion|m|mn|million|k|thousand)?\b"
    r"(?P<each>\s?(?:(?:a|an|per|for each|each|for every)\s"
    r"(?:\w{1,12}\s)?(?:head|patient|person|review|visit|item|referral)))?",
    _PLAIN,
)
_TIMES = {"b": 1_000_000_000, "m": 1_000_000, "k": 1_000, "t": 1_000, "": 1}


@dataclass(frozen=True, slots=True)
class Amount:
    """A fact that is no yes or no, and the words that gave it."""

    fact: str
    value: int | str
    words: str


def amounts_of(text: str) -> Iterator[Amount]:
    """Each of `localities_touched`, `practices_affected`, `money_gbp` that the words give."""
    yield from _practices(text)
    yield from _money(text)


def _practices(text: str) -> Iterator[Amount]:
    """The largest number of practices, and how far it reaches."""
    counted = [(_count(match["count"]), match) for match in _PRACTICES.finditer(text)]
    counted += [(1, match) for match in _ONE.finditer(text)]
    number, match = max(counted, key=lambda each: each[0], default=(0, None))
    every = _EVERY.search(text)
    if every is not None:
        yield Amount(TOUCHED, "all", every[0])
    if match is None:
        if every is None:
            yield from _lone_practice(text)
        return
    if (number > 1 or not _OTHERS.search(text)) and number <= MOST[PRACTICES]:
        yield Amount(PRACTICES, number, match[0])
    if every is None:
        yield Amount(TOUCHED, _reach(number, match), match[0])


def _reach(number: int, match: re.Match[str]) -> str:
    if match.groupdict().get("all"):
        return "all"
    return "one" if number == 1 else "some"


def _lone_practice(text: str) -> Iterator[Amount]:
    """One practice, or one locality, spoken of where no others are."""
    lone = None if _OTHERS.search(text) else _LONE.search(text)
    if lone is not None:
        yield Amount(PRACTICES, 1, lone[0])
    if where := lone or _LOCALITY.search(text):
        yield Amount(TOUCHED, "one", where[0])


def _count(words: str) -> int:
    """A number in figures or words, up to ninety-nine in words."""
    tens, _, ones = words.lower().replace(" ", "-").partition("-")
    if tens in _TENS:
        return 10 * (_TENS.index(tens) + 2) + (_NUMBERS.index(ones) + 1 if ones else 0)
    if tens in _NUMBERS:
        return _NUMBERS.index(tens) + 1
    return 1 if ones else int(tens.replace(",", ""))  # else: "a single"


def _money(text: str) -> Iterator[Amount]:
    """The largest sum; so much a patient is a price, and no sum."""
    sums = [(_pounds(m), m) for m in _MONEY.finditer(text) if not m["each"]]
    pounds, match = max(sums, key=lambda each: each[0], default=(0, None))
    if match is not None and pounds <= MOST[MONEY]:
        yield Amount(MONEY, pounds, match[0].strip())


def _pounds(match: re.Match[str]) -> int:
    times = _TIMES[(match["times"] or "")[:1].lower()]
    whole = Decimal(match["sum"].replace(",", "")) * times
    return int(whole.to_integral_value(ROUND_HALF_UP))
