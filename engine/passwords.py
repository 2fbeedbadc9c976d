"""Which passwords are taken. Length is what counts; what everybody tries first is refused.

OWASP ASVS 5.0, 6.2: at least 8 characters, 15 recommended (6.2.1); any character (6.2.5); nothing
cut off (6.2.8) and 64 and more allowed (6.2.9); the commonest refused (6.2.4), and words that the
place suggests (6.2.11). We ask for 12, since whoever signs in sees what practices wrote.
"""

import re
import unicodedata
from collections.abc import Iterator

SHORTEST = 12
RECOMMENDED = 15
LONGEST = 256

OWN = 6
"""Characters that must be left once all is taken out that people try first."""

_SHORTEST_PART = 3

# The commonest passwords of twelve characters and more are hardly ever anything but these, one
# after the other, with a number or a mark behind: so the parts are refused, not a list of wholes.
_COMMON = (
    *("password", "passwort", "passphrase", "passcode", "letmein", "welcome", "changeme"),
    *("default", "secret", "login", "access", "admin", "administrator", "user", "guest", "test"),
    *("iloveyou", "ilove", "love", "lovely", "princess", "sunshine", "flower", "summer", "winter"),
    *("spring", "autumn", "monkey", "dragon", "tiger", "master", "shadow", "superman", "batman"),
    *("pokemon", "starwars", "football", "baseball", "liverpool", "arsenal", "chelsea", "everton"),
    *("manchester", "united", "london", "england", "michael", "jordan", "charlie", "thomas"),
    *("jessica", "ashley", "daniel", "andrew", "george", "william", "trustno", "whatever"),
    *("freedom", "computer", "internet", "samsung", "google", "facebook", "qwerty", "azerty"),
    *("correct", "horse", "battery", "staple", "january", "february", "march", "april", "june"),
    *("july", "august", "september", "october", "november", "december", "monday", "tuesday"),
    *("wednesday", "thursday", "friday", "saturday", "sunday"),
    *("quorate", "nhs", "practice", "surgery", "doctor", "nurse", "health", "medical", "patient"),
    *("committee", "secretary", "chair", "member", "governing", "commissioning"),
)
_ROWS = (
    *("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"),
    *("zaq12wsxcde34rfvbgt5", "qazwsxedcrfvtgbyhnujm", "aqwzsxedcrfv", '!"£$%^&*()', "!@#$%^&*()"),
)
_LOOKS_LIKE = str.maketrans("@4301$57!", "aaeolssti")
_AGAIN = re.compile(r"(.{1,8}?)\1+")
_GAP = re.compile(r"\s+")
_YEAR = re.compile(r"(?:19|20)\d\d")


def tidy(password: str) -> str:
    """The password in Unicode's form C: another keyboard may type the same letters otherwise."""
    return unicodedata.normalize("NFC", password)


def fault(password: str, email: str, organisation: str) -> str | None:
    """Why this password is not taken, with a remedy; None where it is."""
    if len(password) < SHORTEST:
        return (
            f"Use {SHORTEST} characters or more; {RECOMMENDED} are better. Three or four words "
            "that have nothing to do with each other are easy to remember."
        )
    if len(password) > LONGEST:
        return f"Use {LONGEST} characters or fewer."
    if _is_guessable(password.casefold(), tuple(_of_this_place(email, organisation))):
        return (
            "This is among what people try first: common words, your address, the body's name, "
            "neighbouring keys or the same again. Add two or three words of your own."
        )
    return None


def _is_guessable(password: str, place: tuple[str, ...]) -> bool:
    own = _without_runs(_YEAR.sub("", password))
    readings = (own, password.translate(_LOOKS_LIKE))
    return min(len(_own_part(reading, place)) for reading in readings) < OWN


def _own_part(text: str, place: tuple[str, ...]) -> str:
    """What is left of the text without common words, and with what is said again said once."""
    for word in sorted({*_COMMON, *place}, key=len, reverse=True):
        text = text.replace(word, " ")
    text, before = _GAP.sub("", text), ""
    while text != before:
        text, before = _AGAIN.sub(r"\1", text), text
    return text


def _without_runs(text: str) -> str:
    """The text without neighbouring keys, letters or digits, three or more on end."""
    at, kept = 0, ""
    while at < len(text):
        run = _run_at(text, at)
        kept += "" if run else text[at]
        at += run or 1
    return kept


def _run_at(text: str, at: int) -> int:
    """How many characters from here stand so in a row, or in its reverse; 0 for under three."""
    longest = 0
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        length = _SHORTEST_PART
        while at + length <= len(text) and text[at : at + length] in row:
            longest = max(longest, length)
            length += 1
    return longest


def _of_this_place(email: str, organisation: str) -> Iterator[str]:
    """The parts of the address and of the body's name, long enough to be words."""
    for text in (email, organisation):
        whole = text.casefold()
        parts = re.split(r"[\W_]+", whole)
        yield from (part for part in (whole, *parts) if len(part) >= _SHORTEST_PART)
