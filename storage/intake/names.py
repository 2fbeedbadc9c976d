"""A registered name, kept in capitals by the national register, made readable for a page."""

import re
from collections.abc import Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_ORDINAL = re.compile(r"[0-9]+(ST|ND|RD|TH)")
_IRISH_OR_FRENCH = re.compile(r"([OD])(['\u2019])([^\W_]{3,})")
_SCOTTISH = re.compile(r"MC([^\W_]{3,})")
_VOWEL = re.compile(r"[AEIOUY]")
_INITIALS, _ABBREVIATION = 2, 4
_SMALL = _words("AND AT BY CUM FOR IN NEAR OF ON THE TO UPON WITH")
_DOCTORS = _words("DR DRS")
_CAPITALS = _words("APMS CIC IAPT OOH PCIC UCC UEA UK WIC II III IV VI VII VIII IX XI XII")
# Short words without a vowel abbreviate an organisation, but for these.
_ABBREVIATED = _words(
    "BLVD CNT CNTR CTR CTRL CTRS DR DRS GRP HLTH HTH LTD MR MRS MS MT PTNR PTRS RD SQ ST WLK"
)
# Two letters are somebody's initials, but for these words and surnames.
_TWO_LETTERS = _words(
    "AL AM AN AS AU BE DA DE DI DO DU EL GO HE HO HU IF IS IT KO LA LE LI LO LU MA ME MY NO OR "
    "OX OZ SO SU UP US WE WU XU YE YU"
)
_AFTER_A_SURNAME = _words(
    "AND CENTRE CLINIC GROUP HEALTH MEDICAL PARTNER PARTNERS PRACTICE SURGERY"
)


def spoken_name(name: str) -> str:
    """Put a name in title case: "DRS O'NEILL & MCKAY" becomes "Drs O'Neill & McKay".

    Initials, roman numerals and abbreviations such as NHS stay capitals. A name that is not
    all capitals is somebody's own spelling and stays as it is.
    """
    if name != name.upper():
        return name
    text = name.replace("_", ", ")
    words = list(_WORD.finditer(text))
    spoken, end = "", 0
    for place, word in enumerate(words):
        spoken += text[end : word.start()] + _spoken_word(text, words, place)
        end = word.end()
    return spoken + text[end:]


def _spoken_word(text: str, words: Sequence[re.Match[str]], place: int) -> str:
    word = words[place][0]
    if any(letter.isdigit() for letter in word):
        return word.lower() if _ORDINAL.fullmatch(word) else word
    if len(word) == 1 or word in _CAPITALS or _is_initials(text, words, place):
        return word
    if word in _SMALL and _runs_on(text[: words[place].start()], text[words[place].end() :]):
        return word.lower()
    return _capitalised(word)


def _is_initials(text: str, words: Sequence[re.Match[str]], place: int) -> bool:
    word = words[place][0]
    consonants = not _VOWEL.search(word)
    if place and words[place - 1][0] in _DOCTORS:
        short = len(word) <= _INITIALS + consonants
        return short and word != "ST" and _surname_follows(text, words, place)
    if len(word) == _INITIALS:
        return word not in _TWO_LETTERS | _ABBREVIATED | _SMALL
    return consonants and len(word) <= _ABBREVIATION and word not in _ABBREVIATED | {"GPS"}


def _surname_follows(text: str, words: Sequence[re.Match[str]], place: int) -> bool:
    if place + 1 == len(words):
        return False
    after = words[place + 1]
    between = text[words[place].end() : after.start()]
    return between.strip(" .") == "" and after[0] not in _AFTER_A_SURNAME


def _runs_on(before: str, after: str) -> bool:
    """Tell whether a small word goes on with what stands before it: WALK IN, STOKE-ON-TRENT."""
    if before.endswith("-"):
        return before[-2:-1].isalnum() and after.startswith("-")
    return before.rstrip(" ")[-1:].isalnum()


def _capitalised(word: str) -> str:
    if word == "GPS":
        return "GPs"
    if match := _IRISH_OR_FRENCH.fullmatch(word):
        return f"{match[1]}{match[2]}{_capitalised(match[3])}"
    if match := _SCOTTISH.fullmatch(word):
        return f"Mc{match[1].capitalize()}"
    return word.capitalize()
