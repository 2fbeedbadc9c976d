"""What a letter may say: a closed set of values, frozen when the letter is owed.

All values are ready for a reader: words, whole numbers, and dates already in words of London time.
The set is closed so that what is kept until sending is known, and what reaches a template is too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args, get_type_hints

from engine.errors import Refused

MARK = "LINK".center(43, "_")
"""Stands for the 43 base64url characters of a person's token until a try is made."""

ANY_MARK = re.compile(r"_{16,20}LINK(?:-[0-9]{1,3})?_{16,20}")


def mark(place: int) -> str:
    """The mark of a letter's nth link, from 0: as long as a token, and unlike every other's."""
    return f"LINK-{place}".center(43, "_") if place else MARK


class UnknownWord(Refused):
    """A letter was given a value that no letter uses."""

    remedy = "Use only the fields that notifications/context.py lists."


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded choice: `question` is empty when the decision asks only one."""

    choice: str
    leaf: int
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A decision that still needs a practice, as a digest lists it; `link` is the reader's own.

    In a vote, whether the reader may cast it, and who may where they may not.
    """

    reference: str
    title: str
    asks: str  # "vote" or "comment"
    due_words: str
    remaining: str
    link: str
    may_cast: bool = False
    voters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Every value a letter may use. None means absent: a letter that needs it is refused.

    A field with another default is optional in every letter and leaves no gap when it is empty.
    """

    # the body and the decision
    organisation: str
    reference: str
    title: str
    contact: str  # who can answer questions: name, role, telephone, address, in one line
    summary: str | None = None  # what is proposed; paragraphs parted by empty lines
    asks: str | None = None  # what the open form takes: "vote" or "comment"; "wait" where none is
    reasons: tuple[str, ...] = ()  # why practices are asked, a sentence each
    questions: tuple[str, ...] = ()  # in words, where there are several
    dropped: tuple[str, ...] = ()  # questions that were taken off the paper, in words
    candidates: tuple[str, ...] = ()  # their names, in the order of the ballot
    next_steps: tuple[str, ...] = ()  # what happens after this, a sentence each
    vkey: str = ""  # the trail's key line, in the first letter of every decision
    checkpoint: tuple[str, ...] = ()  # ready-made lines that end the letter

    road: tuple[str, ...] = ()  # why it goes another way than before, a sentence each
    becomes_final: bool = True  # whether what practices are told of is final when its time is up

    # the reader
    person_name: str = ""
    may_cast: bool = False  # whether the reader may cast the practice's vote
    voters: tuple[str, ...] = ()  # who may, by name
    practice_code: str | None = None
    practice_name: str | None = None
    meaning: tuple[str, ...] = ()  # what the decision means for this practice, a sentence each
    on_roll: int | None = None  # practices on the roll
    place_on_roll: int | None = None  # this practice's place on it, from 1
    roll_digest: str | None = None  # hexadecimal; letters show the first twelve characters
    link: str | None = None  # the reader's own link, ending in MARK: see personal_link

    # dates, in words of London time: "5pm on Tuesday 5 January 2027 (London time)"
    due_words: str | None = None
    old_due_words: str | None = None  # the time that was moved
    then_words: str | None = None  # the next time, where something happens by itself
    remaining: str = ""  # "2 working days are left"

    # receipts
    choices: tuple[Recorded, ...] = ()
    comment: str = ""  # as sent; paragraphs parted by empty lines
    comment_leaf: int | None = None
    answered_by: str | None = None  # the name as typed
    link_of: str | None = None  # whose link was used
    recorded_words: str | None = None
    asked: str = ""  # what the practice asked for: "call-in" or "challenge"
    by_hand: str = ""  # where a vote entered by staff is from: "at the meeting on …"
    changed: bool = False  # an earlier answer of this practice no longer counts

    form: str = ""  # what the page takes when an e-mail has come: "comment", "vote" or "none"

    # outcomes, extensions, withdrawals
    result: str | None = None  # a result's name: "carried", "informed", ...
    outcome: tuple[str, ...] = ()  # sentences, each naming its base
    statement: str = ""  # the outcome statement, in the parts of engine.statement
    comments_answered: bool = False  # whether each comment has an answer of its own
    consulted: tuple[str, ...] = ()  # how practices were consulted, a point each
    reason: str | None = None  # why a time was moved or a decision withdrawn, or a body's reason
    reason_given: str = ""  # staff's own words beside that, where there are any
    answered: bool = False  # whether this practice has answered already

    # the trail's own letters
    period: str = ""  # "October 2026"
    entries: str = ""  # "8,917": how many the trail has
    new_entries: str = ""  # how many of them are new since the last such letter
    opened_then: tuple[str, ...] = ()  # decisions, as "D-2026-0002: Diabetes service"
    ended_then: tuple[str, ...] = ()  # the same, with what came of each

    # the leaders' month, beside these
    running_now: tuple[str, ...] = ()  # decisions, with where each stands and until when
    lost: tuple[str, ...] = ()  # decisions, with the practices that no letter has reached
    late: tuple[str, ...] = ()  # decisions, with the step that is overdue and whose it is
    awaiting: tuple[str, ...] = ()  # decisions, with what a leader has to do and by when
    # who a practice's people are
    change: tuple[str, ...] = ()  # what is other than before, or is to be, a sentence each
    changed_by: str = ""  # who changed it, or asked for it, as claimed
    changed_words: str | None = None  # when
    has_left: bool = False  # the reader holds a post no longer
    accepted: bool = False  # the secretariat has accepted what was asked for
    correction: str | None = None  # its number, for the secretariat

    # steps and acts of others: committees, the LMC, a lay person
    owner: str | None = None  # who is written to, and so has the step: "the lay chair"
    stands: str | None = None  # where the decision stands, a sentence
    step: str | None = None  # what is to be done: "approve it or refuse it"
    whose: str | None = None  # who lets a step wait: "the committee without a GP majority"
    otherwise: str | None = None  # what happens by itself if not, a sentence or two
    act: str = ""  # what a body did, by name: "approved", "lapsed", ...
    done: str = ""  # the same in a sentence: "The lay chair approved it."
    challengers: tuple[str, ...] = ()  # practices, as "Queensview Medical Centre (K83003)"
    ruling: str | None = None  # on a practice's interest: "the practice may comment but not vote"
    standing: str | None = None  # what that means for its vote, a sentence or two
    query: str | None = None  # what is asked about an entry of the allowance's account, as written
    answer: str | None = None  # what it was answered, as written
    asked_words: str | None = None  # when it was asked
    road_was: str | None = None  # what the former route means: "all practices vote"
    road_now: str | None = None

    needs: tuple[Needed, ...] = ()  # every decision that a digest tells of, each with its link

    # practices that stay silent
    silent: tuple[str, ...] = ()  # each with whom to ring: "Queensview (K83003): Mo Mann …"
    numbers: tuple[str, ...] = ()  # how far a vote is from its quorum, a sentence each
    locality: str = ""  # whose lead is written to


def context(values: Mapping[str, Any]) -> Context:
    """Read a context from plain values, as kept with an owed letter or written in a sample.

    Lists become tuples; an unknown name raises UnknownWord, a missing one TypeError.
    """
    known = {field.name for field in fields(Context)}
    if unknown := sorted(set(values) - known):
        raise UnknownWord(f"No letter uses {', '.join(unknown)}.")
    return Context(**{name: _frozen(name, value) for name, value in values.items()})


def _frozen(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON and TOML values have any type
    if name == "needs":
        return tuple(item if isinstance(item, Needed) else _needed(item) for item in value)
    if name == "choices":
        return tuple(item if isinstance(item, Recorded) else Recorded(**item) for item in value)
    return tuple(value) if name in _SEQUENCES else value


def _needed(value: Mapping[str, Any]) -> Needed:
    return Needed(**{**value, "voters": tuple(value.get("voters", ()))})


_SEQUENCES = frozenset(
    name for name, kind in get_type_hints(Context).items() if Ellipsis in get_args(kind)
)


def personal_link(base_url: str, place: int = 0) -> str:
    """Give the address of a person's page with the mark where the token goes.

    `place` counts the links of a letter that has several.
    """
    return f"{base_url.rstrip('/')}/respond/{mark(place)}"
