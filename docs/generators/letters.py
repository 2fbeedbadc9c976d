"""docs/reference/letters.md, from the templates and their samples."""

import re
from collections.abc import Iterator, Mapping

from docs.generators.markdown import code, fenced, page, table
from notifications.context import ANY_MARK
from notifications.letter_samples import read_samples
from notifications.letters import LETTERS, Draft, render

_TOKEN = "q9Xv_R2mB7tKc0LwZ4sYpH8dN3fJ6gA1eUoT5iVbWxk"  # noqa: S105 - a sample, which opens nothing

_HEAD = """\
Every letter has a text part and an HTML part that say the same. In the text part the reader's own
link stands alone on its line; a letter to people of the body has none. A letter goes to one person
at one practice: someone who speaks for two practices gets two. The words lie in
`notifications/templates/`, a folder a letter, with the samples shown here. What a decision means
for a practice is fuller in the samples than what this release can say, which is a sentence for
each fact.

A letter is owed in the same commit as the event it tells of, and sent later:
[why](../decisions/0006-letters.md). Headers to recognise one by: `X-Quorate-Decision`,
`X-Quorate-Letter`, `Auto-Submitted: auto-generated`, and a `Message-ID` that stays the same
however often the letter has to be tried. `References` is the same in all letters about a decision,
and its reference ends each subject.

Letters that tell practices by when bring `deadline.ics` for their calendars; a later letter moves
the entry or calls it off: [why](../decisions/0027-the-deadline-in-a-calendar.md)."""

_FAILING = "failing one, the chair, the accountable officer or the secretary"

_WHEN: Mapping[str, tuple[str, str]] = {
    "notice": ("every contact", "a decision is opened that practices are informed of"),
    "consultation_opened": ("every contact", "a consultation opens, before a vote or by itself"),
    "vote_opened": ("every contact", "a vote opens"),
    "reminder": (
        "contacts of practices that have not answered, looked up again at sending",
        "the moments that the workflow names, at most three of one decision in seven days",
    ),
    "asked_again": (
        "people of a practice who were not written to before; or whoever has a new link",
        "none of the letters to its other contacts has arrived; or an address was put right",
    ),
    "extended": ("every contact", "a deadline moves: too few had answered, or a holiday was added"),
    "receipt": (
        "every contact of the practice",
        "a vote or a comment of that practice is recorded",
    ),
    "outcome": ("every contact", "an outcome is declared, or goes on after a challenge"),
    "withdrawn": ("every contact", "a decision is withdrawn, or lapses"),
    "step_due": (f"whoever holds the post that has the next step; {_FAILING}", "a step is theirs"),
    "step_overdue": (
        f"whoever holds the post that has to see to it; {_FAILING}",
        "a step is overdue",
    ),
    "acted": ("every contact", "a body has acted on what was decided, or let its time pass"),
    "challenged": ("every contact", "a practice challenges how an outcome came about"),
    "ruled": ("every contact of the practice", "its declared interest is ruled on"),
    "rerouted": (
        f"the committee; {_FAILING}",
        "a decision is given a lower route, on the word of two persons",
    ),
    "checkpoint": (
        f"the committee; {_FAILING}",
        "each working day at the letter time, once there is a decision",
    ),
    "bulletin": (
        "everybody at every open practice of the body",
        "each month's first working day at the letter time",
    ),
    "query_raised": (
        f"the accountable officer; {_FAILING}",
        "an entry of the allowance's account is queried",
    ),
    "query_overdue": (
        f"the lay chair and the accountable officer; {_FAILING}",
        "a query has had no answer for ten working days: once",
    ),
    "query_answered": (
        f"the committee, and the lay chair or the LMC where they asked; {_FAILING}",
        "a query is answered",
    ),
    "reply_received": (
        "the one person from whose address it came, once a London day for each decision",
        "an e-mail answers a letter, where those are taken in; never in answer to a machine",
    ),
    "silent_practices": (
        "whoever leads the locality; the secretary where nobody does; the chair at the top",
        "a reminder goes up to the rung `locality_lead`, or `chair`, and practices are silent",
    ),
    "quorum_at_risk": (
        f"the secretary; {_FAILING}",
        "two working days are left without a quorum; before that where it is hopeless",
    ),
    "digest": (
        "everyone with a link at a practice that a decision still needs",
        "a week's first working day at the letter time (`[letters] digest`)",
    ),
    "leaders": (
        "the accountable officer, the chair, the lay chair and the governing body, each once",
        "each month's first working day at the letter time (`[letters] leaders`)",
    ),
    "contact_changed": ("the person, at the new address", "their address changes"),
    "contact_ended": (
        "the person, at the old address",
        "their address changes, or they hold no post at a practice any more",
    ),
    "correction_asked": (
        "everybody at the practice",
        "one of them asks, by link, to have its list of people corrected",
    ),
    "correction_waiting": (f"the secretary; {_FAILING}", "the same"),
    "correction_decided": (
        "everybody at the practice as it is then",
        "the secretariat accepts the correction, or does not",
    ),
}


def letters() -> str:
    """The page."""
    rows = ((f"[{code(name)}](#{name})", *_WHEN[name]) for name in LETTERS)
    overview = table(("letter", "goes to", "when"), rows)
    return page("Letters", _HEAD, overview, *(_told(name) for name in LETTERS))


def _told(letter: str) -> str:
    return "\n\n".join((f"## {letter}", *_samples(letter)))


def _samples(letter: str) -> Iterator[str]:
    for name, values in read_samples(letter).items():
        yield f"### {letter}, {name}"
        yield fenced("text", _whole(render(letter, values)))


def _whole(draft: Draft) -> str:
    return ANY_MARK.sub(_token, f"Subject: {draft.subject}\n\n{draft.text}")


def _token(found: re.Match[str]) -> str:
    """A link of its own for each mark of a letter that has several."""
    place = int("".join(filter(str.isdigit, found[0])) or 0)
    return _TOKEN[place:] + _TOKEN[:place]
