"""The notice certificate in words: what each line of it says, for the document and for pages."""

import re
from collections.abc import Iterable, Iterator, Mapping

from engine.naming import sentence
from engine.shares import counted
from engine.working_days import Calendar
from storage.evidence import End, Shown
from storage.outbox import Status
from workflows.certificate import Certificate, Notice, PracticeNotice, Reach
from workflows.lookers import LOOKS

_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")
_STAGE = re.compile(r"^[a-z]+(_\d+)?: (?=\d{3}\b)")
"""The post's name for how far a try had come, before the mail server's code: for operators."""


REACHED: Mapping[Reach, str] = {
    Reach.ANSWERED: "Reached: the practice has answered.",
    Reach.ACCEPTED: (
        "Reached by letter: since it was last asked the next mail server has accepted one or more."
    ),
    Reach.TELEPHONE: ("Reached by telephone; since it was last asked no letter stands accepted."),
    Reach.WAITING: "Not known yet: a letter is still to go, or in doubt.",
    Reach.UNREACHED: (
        "NOT REACHED: since it was last asked no letter stands accepted, and no call is on record."
    ),
    Reach.NOT_ASKED: "Nothing has been asked of practices in this decision.",
}
"""Whether a practice has been reached since it was last asked."""

_BESIDE = (
    "Reached by letter to people alone who came after the roll was fixed, and cannot answer: no "
    "letter to anybody on the roll stands accepted since it was last asked."
)

SHORT: Mapping[Reach, str] = {
    Reach.ANSWERED: "answered",
    Reach.ACCEPTED: "reached by letter",
    Reach.TELEPHONE: "reached by telephone",
    Reach.WAITING: "not known yet",
    Reach.UNREACHED: "NOT REACHED",
    Reach.NOT_ASKED: "not asked",
}
"""The same in a word or three."""

_ENDS: Mapping[str, str] = {
    "accepted": "accepted by the next mail server",
    "undeliverable": "refused for good, or given up",
    "bounced": "came back",
    "skipped": "not sent",
}

_LETTERS: Mapping[str, str] = {
    "acted": "What another body did",
    "asked_again": "Asked again, as no letter had arrived",
    "challenged": "Outcome on hold after a challenge",
    "extended": "Moved deadline",
    "reply_received": "Answer to an e-mail",
    "ruled": "Ruling on an interest",
}
"""Letters whose own name does not say what they are."""

_WAITS: Mapping[str, str] = {
    Status.PARKED: "set aside: it could not be written or handed over, and a person must look",
    Status.DOUBT: "in doubt: the mail server fell silent; the same bytes go once more",
    Status.HELD: "held since a backup was restored: a person must say whether it goes",
}

_DID: Mapping[str, str] = {
    "vote.cast": "The practice voted",
    "vote.changed": "The practice changed its vote",
    "comment.received": "The practice commented",
    "call_in.requested": "The practice called the decision in",
    "challenge.raised": "The practice challenged the outcome",
    "practice.reached": "Told by telephone",
    "link.issued": "A person's link was issued anew",
}


def summary(made: Certificate) -> str:
    """How many practices were reached and how, where nobody could vote, and what may be lost."""
    return " ".join((_reached(made), *_silenced(made), *_lost(made), *_deaf(made)))


def _silenced(made: Certificate) -> Iterator[str]:
    if made.silenced:
        yield f"When the vote closed nobody could vote by link at {', '.join(made.silenced)}."


def _lost(made: Certificate) -> Iterator[str]:
    for leaf in made.losses:
        yield (
            f"A backup was restored since (leaf {leaf}) and entries of the trail were lost: "
            "letters may have come back, and answers or calls been put on record, of which "
            "nothing is told here."
        )


def _deaf(made: Certificate) -> Iterator[str]:
    if not made.hears and any(each.reach is Reach.ACCEPTED for each in made.practices):
        yield (
            "No bounce and no reply to any letter has ever been taken in here: a letter that came "
            "back would stand as accepted."
        )


def _reached(made: Certificate) -> str:
    if made.asked is None:
        return REACHED[Reach.NOT_ASKED]
    reached = {Reach.ANSWERED, Reach.ACCEPTED, Reach.TELEPHONE}
    number = sum(each.reach in reached for each in made.practices)
    of = counted(len(made.practices), "practices")
    since = "it was" if len(made.practices) == 1 else "they were"
    said = f"{number} of {of} reached since {since} last asked"
    if made.rung:
        said += f"; by telephone alone, as staff put on record: {_listed(made.rung)}"
    if made.unreached:
        said += f"; not reached: {_listed(made.unreached)}"
    beside = tuple(each for each in made.practices if each.is_beside)
    if beside:
        said += f"; only people who came later, and cannot answer: {_listed(beside)}"
    return f"{said}."


def _listed(practices: Iterable[PracticeNotice]) -> str:
    return ", ".join(f"{each.practice} {each.name}" for each in practices)


def reach(each: PracticeNotice) -> str:
    """Whether a practice has been reached, and how."""
    return _BESIDE if each.is_beside else REACHED[each.reach]


def letter_name(name: str) -> str:
    """A letter's name, as it is said."""
    return _LETTERS.get(name) or name.replace("_", " ").capitalize()


def reader(notice: Notice) -> str:
    """To whom a letter went."""
    role = notice.role.replace("_", " ") if notice.role else "not on the roll: came later"
    return f"{notice.name} ({role})"


def owed(notice: Notice, calendar: Calendar) -> str:
    """Since when it is owed, by which leaf, and how often it was tried."""
    since = calendar.words(notice.sent.owed_at)
    return f"Owed at {since} (leaf {notice.sent.mailing}); {tried(notice, calendar)}"


def tried(notice: Notice, calendar: Calendar) -> str:
    """How often it was tried, and since when."""
    sent = notice.sent
    if sent.first_try_at is None:
        return "not tried yet" if notice.became == "waiting" else "not tried"
    first = calendar.words(sent.first_try_at)
    return f"tried {'once' if sent.tries == 1 else f'{sent.tries} times'}, first at {first}"


def became(notice: Notice) -> str:
    """What became of it, in a few words."""
    if notice.became in {"waiting", "parked"}:
        return _WAITS.get(notice.sent.status, "still to go")
    return _ENDS[notice.became]


def ended(end: End, calendar: Calendar, *, with_addresses: bool) -> str:
    """What a leaf says of a letter's end; the words are the mail server's own."""
    said = f"{_ENDS[end.kind]} at {calendar.words(end.at)} (leaf {end.leaf})"
    own = _STAGE.sub("", end.words)
    words = own if with_addresses else _ADDRESS.sub("(address)", own)
    return sentence(f"{said}: “{words}”" if words else said)


def shown(each: Shown, calendar: Calendar) -> str:
    """What the practice did, what was done when no letter had reached it, or to its links."""
    at = f"{calendar.words(each.at)} (leaf {each.leaf})"
    if each.type == "practice.unreached":
        number = each.body["next"]
        people = f"{number} other {'person' if number == 1 else 'people'} there written to"
        return f"No letter had reached it at {at}: {people if number else 'to be rung'}"
    if each.type == "link.revoked":
        return f"A person's link was revoked at {at}: {each.body['because']}"
    hand = ", by hand from a meeting" if each.body.get("meeting") else ""
    said = each.words.get("reason", "")
    return f"{_DID[each.type]}{hand} at {at}{f': {said}' if said else ''}"


def visited(practice: PracticeNotice, calendar: Calendar, *, machines: bool) -> Iterator[str]:
    """Whose page was opened, and how often: people, or what looks like machines."""
    for name, visits in practice.visits:
        if bool(visits.looks) is machines:
            times = "once" if visits.times == 1 else f"{visits.times} times"
            first = calendar.words(visits.first_at)
            why = f" ({LOOKS[visits.looks]})" if machines else ""
            yield f"{name}: {times}, first at {first}{why}"
