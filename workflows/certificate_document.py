"""The notice certificate as a document to put before a committee, and as JSON."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap
from typing import Any

from engine.working_days import Calendar
from storage.evidence import End, Shown
from workflows import certificate_words as say
from workflows.certificate import CANNOT_SHOW, Certificate, Notice, PracticeNotice
from workflows.instants import instant_json

WIDTH = 96


def document(made: Certificate, organisation: str, calendar: Calendar) -> str:
    """The certificate in plain text, addresses and relays' words included."""
    return "\n".join(_document(made, organisation, calendar)) + "\n"


def _document(made: Certificate, organisation: str, calendar: Calendar) -> Iterator[str]:
    yield "CERTIFICATE OF NOTICE"
    yield organisation
    yield from _para(f"Decision {made.reference}: {made.title}")
    yield f"State: {made.state}"
    yield f"As at {calendar.words_with_zone(made.at)}. All times are London time."
    yield ""
    yield from _para(say.summary(made))
    if made.declared:
        named = ", ".join(made.declared)
        yield from _para(f"The outcome was declared with these named as not reached: {named}.")
    yield ""
    yield from _tally(made)
    for practice in made.practices:
        yield from _practice(practice, calendar)
    yield ""
    yield "WHAT THIS CERTIFICATE CANNOT SHOW"
    for sentence in CANNOT_SHOW:
        yield from _item(sentence)
    yield ""
    yield "HOW TO CHECK IT"
    yield from _checking(made)


def _checking(made: Certificate) -> Iterator[str]:
    yield from _para(
        "Each leaf named here is an entry of the trail: leaf n is line n + 1 of leaves.jsonl in an "
        f"audit bundle (quorate trail export {made.reference} -o bundle.zip), which verify.py "
        "checks without this program. openings.jsonl has the addresses and words behind it."
    )
    if made.checkpoint is None:
        yield from _para("No checkpoint has been released yet: nothing vouches for these leaves.")
        return
    yield from _para(
        f"The newest checkpoint covers leaves 0 to {made.checkpoint.size - 1}. The bundle must "
        "have this root for that size:"
    )
    yield from (f"  {line}".rstrip() for line in str(made.checkpoint.note).rstrip("\n").split("\n"))


def _practice(each: PracticeNotice, calendar: Calendar) -> Iterator[str]:
    yield ""
    yield "-" * WIDTH
    yield from _para(f"{each.practice}  {each.name}, no. {each.place} on the roll")
    yield from _para(say.reach(each))
    if not each.notices and not each.to_be_made:
        yield from _item("No letter: nobody to write to was known here.")
    for (leaf, letter), notices in groupby(each.notices, _mailing):
        held = list(notices)
        owed = calendar.words(held[0].sent.owed_at)
        yield from _para(f"{say.letter_name(letter)}, owed at {owed} (leaf {leaf})", "  ")
        for notice in held:
            yield from _notice(notice, calendar)
    for leaf, letter, readers in each.to_be_made:
        people = ", ".join(readers)
        yield from _item(f"{say.letter_name(letter)} (leaf {leaf}), owed to {people}: not out yet.")
    for shown in each.course:
        yield from _item(f"{say.shown(shown, calendar)}.")
    for visit in say.visited(each, calendar, machines=False):
        yield from _item(f"Page opened by {visit}.")
    for visit in say.visited(each, calendar, machines=True):
        yield from _item(f"Page opened, it seems by a machine: {visit}.")


def _mailing(notice: Notice) -> tuple[int, str]:
    return notice.sent.mailing, notice.sent.letter


def _notice(notice: Notice, calendar: Calendar) -> Iterator[str]:
    """Three lines or four: to whom and what became of it, each end with its leaf, its name."""
    sent = notice.sent
    address = next((f", {end.address}" for end in sent.ends if end.address), "")
    how = say.tried(notice, calendar)
    yield from _item(f"{say.reader(notice)}{address}: {say.became(notice).upper()}; {how}.")
    for end in sent.ends:
        yield from _para(f"{say.ended(end, calendar, with_addresses=True)}.", "      ")
    if sent.message_id:
        yield f"      Message-ID {sent.message_id}"


def _tally(made: Certificate) -> Iterator[str]:
    """The summary: a line for each practice, with the letters that told it what it was asked.

    Where nothing was asked of practices these are all their letters.
    """
    which = "of this decision" if made.asked is None else "what it was last asked, with reminders"
    yield from _para(
        f"The letters that told each practice {which}, and how many of them the next mail server "
        "has accepted; every letter is told below."
    )
    yield ""
    for each in made.practices:
        told = [n for n in each.notices if made.asked is None or made.tells(n)]
        taken = sum(notice.became == "accepted" for notice in told)
        letters = f"{taken} of {len(told)} letters accepted"
        yield f"  {each.practice}  {say.SHORT[each.reach]:<22}{letters:>28}  {each.name}"


def _para(text: str, margin: str = "") -> list[str]:
    return wrap(
        text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
    ) or [""]


def _item(text: str) -> list[str]:
    return wrap(
        text, WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False
    )


# --- JSON -------------------------------------------------------------------------------------


def value(made: Certificate) -> dict[str, Any]:
    """The same as plain values; instants are RFC 3339 UTC."""
    checkpoint = made.checkpoint
    return {
        "reference": made.reference,
        "title": made.title,
        "at": instant_json(made.at),
        "asked_leaf": made.asked,
        "unreached": [each.practice for each in made.unreached],
        "declared_unreached": None if made.declared is None else list(made.declared),
        "declared_silenced": list(made.silenced),
        "losses": list(made.losses),
        "hears_of_bounces": made.hears,
        "practices": [_practice_value(each) for each in made.practices],
        "cannot_show": list(CANNOT_SHOW),
        "checkpoint": checkpoint
        and {"size": checkpoint.size, "root": checkpoint.root.hex(), "note": checkpoint.note},
    }


def _practice_value(each: PracticeNotice) -> dict[str, Any]:
    return {
        "practice": each.practice,
        "name": each.name,
        "place_on_roll": each.place,
        "reach": str(each.reach),
        "only_later_people": each.is_beside,
        "letters": [_letter_value(notice) for notice in each.notices],
        "not_out_yet": [
            {"letter": letter, "leaf": leaf, "to": list(readers)}
            for leaf, letter, readers in each.to_be_made
        ],
        "course": [_shown_value(shown) for shown in each.course],
        "visits": [
            {
                "name": name,
                "looks": visits.looks or "person",
                "times": visits.times,
                "first_at": instant_json(visits.first_at),
                "last_at": instant_json(visits.last_at),
            }
            for name, visits in each.visits
        ],
    }


def _letter_value(notice: Notice) -> dict[str, Any]:
    sent = notice.sent
    return {
        "letter": sent.letter,
        "leaf": sent.mailing,
        "owed_at": instant_json(sent.owed_at),
        "person": sent.person,
        "name": notice.name,
        "role": notice.role or None,
        "became": notice.became,
        "tries": sent.tries,
        "first_try_at": sent.first_try_at and instant_json(sent.first_try_at),
        "message_id": sent.message_id,
        "sha256": sent.sha256,
        "ends": [_end_value(end) for end in sent.ends],
    }


def _end_value(end: End) -> dict[str, Any]:
    return {
        "leaf": end.leaf,
        "kind": end.kind,
        "at": instant_json(end.at),
        "address": end.address,
        "words": end.words,
    }


def _shown_value(shown: Shown) -> dict[str, Any]:
    return {
        "leaf": shown.leaf,
        "type": shown.type,
        "at": instant_json(shown.at),
        "reason": shown.words.get("reason") or shown.body.get("because", ""),
    }
