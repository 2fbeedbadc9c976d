"""The words that pages use for the values they draw."""

from collections.abc import Mapping

from workflows.account_page import Query, Waiting
from workflows.answers import Form, PracticePage, Question, Stage
from workflows.audit import OnRoll, Turnaround
from workflows.beside import Asked, CallInOffer, Deed

TAGS: Mapping[Stage, tuple[str, str]] = {
    Stage.INFORMING: ("For information", "blue"),
    Stage.CONSULTING: ("Open for comments", "green"),
    Stage.VOTING: ("Voting is open", "green"),
    Stage.COUNTING: ("Closed", "yellow"),
    Stage.WAITING: ("Closed: next step awaited", "yellow"),
    Stage.ACTING: ("Not final yet", "yellow"),
    Stage.HELD: ("Held: challenged", "orange"),
    Stage.DECIDED: ("Decided", "blue"),
    Stage.WITHDRAWN: ("Withdrawn", "red"),
}
"""What a stage is called, and the colour of its tag."""

CORRECTIONS: Mapping[str, str] = {
    "change": "Something about a person is wrong",
    "add": "Somebody is missing",
    "leave": "Somebody has left",
}
"""What each form of a practice's people is for."""

_CHOICES = {"for": "For", "against": "Against", "abstain": "Abstain"}
_HINTS = {"abstain": "Your practice counts as having answered, but neither for nor against."}
_AMONG_CANDIDATES = {"abstain": "Your practice counts as having answered, but for no candidate."}
_RESULTS = {
    "carried": "Carried",
    "not_carried": "Not carried",
    "inquorate": "Not decided: too few practices answered",
    "concluded": "Concluded",
    "informed": "Practices were informed",
    "withdrawn": "Withdrawn",
    "elected": "Elected",
    "upheld": "Upheld",
    "set_aside": "Set aside",
}
_DISPOSITIONS = {
    "accepted": "Accepted",
    "answered": "Answered",
    "noted": "Noted",
}
_ROUTES = {
    "inform": "practices are informed",
    "consult": "practices are consulted",
    "vote": "practices vote",
    "vote+supermajority": "practices vote, and a larger majority is needed",
    "committee": "a committee decides",
}
_DEEDS = {
    "approved": "Approved by {who}",
    "refused": "Refused by {who}",
    "tied": "{who} was split evenly",
    "ratified": "Ratified by {who}",
    "lapsed": "Not acted on in time by {who}",
    "upheld": "Challenge heard by {who}: the outcome stands",
    "set_aside": "Challenge heard by {who}: the outcome is set aside",
}
_LATE_DEEDS = {"set_aside": "Challenge not decided in time by {who}: the outcome is set aside"}
_ASKED = {Asked.CALL_IN: "Call-in", Asked.CHALLENGE: "Challenge"}
_FACTS = {
    "qof": "QOF",
    "money gbp": "Pounds",
    "changes contract or les": "Changes a contract or LES",
}
_KILO = 1000


def choice_words(choice: str, question: Question | None = None) -> str:
    """An option as a person reads it; a candidate by name."""
    names = question.candidates if question else {}
    return names.get(choice) or _CHOICES.get(choice, choice)


def choice_hint(choice: str, question: Question) -> str:
    """What choosing it means, where that is not plain from its name."""
    return (_AMONG_CANDIDATES if question.candidates else _HINTS).get(choice, "")


def result_words(result: str) -> str:
    """The outcome's name as a heading."""
    return _RESULTS.get(result, result.replace("_", " ").capitalize())


def disposition_words(disposition: str) -> str:
    """What became of a comment."""
    return _DISPOSITIONS.get(disposition, disposition.capitalize())


def route_words(route: str) -> str:
    """Who decides, in words."""
    return _ROUTES.get(route, route)


def size_words(size: int) -> str:
    """A file's size as people read it: 240 kB, 1.2 MB."""
    if size < _KILO:
        return f"{size} bytes"
    if size < _KILO * _KILO:
        return f"{round(size / _KILO)} kB"
    return f"{size / _KILO / _KILO:.1f} MB"


def due_label(page: PracticePage) -> str:
    """What the due time is the time of."""
    labels = {Form.VOTE: "Voting closes", Form.COMMENT: "Comments close", Form.NONE: "Closed"}
    return labels[page.form]


def form_title(page: PracticePage) -> str:
    """What the open form is for."""
    if page.form is Form.COMMENT or not page.may_cast:
        return "Send a comment"
    return "Change your practice's vote" if page.standing else "Cast your practice's vote"


def asked_words(asked: Asked) -> str:
    """What a practice asked for, as a heading."""
    return _ASKED[asked]


def asked_so_far(offer: CallInOffer) -> str:
    """How many practices have called the decision in: their number only, never which."""
    if not offer.count:
        return "No practice has asked so far."
    have = "practice has" if offer.count == 1 else "practices have"
    are = "is" if offer.needed == 1 else "are"
    return f"{offer.count} {have} asked so far; {offer.needed} {are} needed."


def days_words(turnaround: Turnaround, ended: object) -> str:
    """Working days that it took, or has taken so far, beside what its workflow promises."""
    so_far = "" if ended else " so far,"
    return f"{turnaround.taken}{so_far} of at most {turnaround.limit}"


def fact_words(name: str) -> str:
    """A fact's name as a heading."""
    known = _FACTS.get(name)
    return known or name[:1].upper() + name[1:]


def silent_words(roll: tuple[OnRoll, ...]) -> str:
    """How many of the roll have answered, and who cannot be written to."""
    answered = sum(line.answered for line in roll)
    alone = [line.practice for line in roll if not line.people]
    told = f"{answered} answered what was asked last."
    nobody = f" Nobody is known to write to at: {', '.join(alone)}." if alone else ""
    return told + nobody


def queries_words(queries: tuple[Query, ...]) -> str:
    """How many queries of an entry are overdue, open and answered."""
    order = (Waiting.OVERDUE, Waiting.OPEN, Waiting.ANSWERED)
    numbers = [(sum(query.waiting is each for query in queries), each) for each in order]
    return ", ".join(f"{number} {each}" for number, each in numbers if number) or "None"


def deed_words(deed: Deed) -> str:
    """What a body did."""
    known = _DEEDS if deed.in_time else {**_DEEDS, **_LATE_DEEDS}
    words = known.get(deed.result, "{who}: " + deed.result.replace("_", " "))
    said = words.format(who=deed.who)
    return said[:1].upper() + said[1:]


def recorded_words(page: PracticePage) -> str:
    """What the receipt is of: the latest request, else the vote, else the comment."""
    requests = page.beside.requests
    others = [*(s.leaf for s in page.standing.values()), *(r.leaf for r in page.remarks)]
    if requests and requests[-1].leaf > max(others, default=-1):
        return f"{asked_words(requests[-1].asked)} recorded"
    return "Vote recorded" if page.standing else "Comment recorded"
