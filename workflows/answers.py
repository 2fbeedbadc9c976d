"""What a practice's page shows and what may come back from it: values between the desk and the web.

The desk fills them, the web draws them; neither reaches into the other. Every instant is aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from workflows.beside import Beside


class Form(StrEnum):
    """Which form is open on the page now."""

    NONE = "none"
    COMMENT = "comment"
    VOTE = "vote"


class Stage(StrEnum):
    """Where the decision stands, as a practice would say it."""

    INFORMING = "informing"
    CONSULTING = "consulting"
    VOTING = "voting"
    COUNTING = "counting"  # the time is up; the count or the next step is on its way
    WAITING = "waiting"  # nothing is asked of practices now: staff have the next step
    ACTING = "acting"  # the outcome is declared; another body has still to act on it
    HELD = "held"  # the outcome is challenged, and held until that is settled
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Question:
    """One question on the ballot; `options` are what may be chosen, `abstain` always among them."""

    id: str
    text: str
    options: tuple[str, ...]
    candidates: Mapping[str, str] = field(default_factory=dict)  # the names, by option


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands recorded for the practice on one question, and who answered."""

    question: str
    choice: str
    name: str
    role: str
    at: datetime
    leaf: int
    by_hand: bool = False  # entered by staff from minutes; `name` says which


@dataclass(frozen=True, slots=True)
class Attended:
    """A meeting at which this practice is recorded as present, in words."""

    day: str  # "3 November 2026"
    place: str
    minute: str
    views: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment this practice has sent, and what became of it.

    `disposition` is `accepted`, `answered` or `noted`, and empty, as `answer` is, until then.
    """

    text: str
    name: str
    at: datetime
    leaf: int
    disposition: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the decision; `index` is its place in the list, from 0."""

    index: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the outcome statement; an introduction has no heading."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome as published: the result's name, and sentences that name every base."""

    result: str
    sentences: tuple[str, ...]
    at: datetime
    statement: tuple[Passage, ...] = ()
    consulted: tuple[str, ...] = ()  # how practices were consulted, a sentence or two a point


@dataclass(frozen=True, slots=True)
class Ballot:
    """After the close: how a practice answered a question; `choice` is empty where it did not."""

    question: str
    practice_code: str
    practice_name: str
    choice: str


@dataclass(frozen=True, slots=True)
class PracticePage:
    """One person's page for one decision, as it stands now."""

    organisation: str
    reference: str
    title: str
    summary: str
    practice_code: str
    practice_name: str
    person_name: str
    may_cast: bool
    voters: tuple[str, ...]  # who may cast this practice's vote, by name
    stage: Stage
    form: Form
    state_title: str  # the definition's own words for the state
    opened_at: datetime
    due_at: datetime | None  # when the open form closes, or the last one closed
    due_words: str  # the same in words: "5pm on Tuesday 5 January 2027 (London time)"
    drawn_at: datetime  # the instant at which all this is so
    level: str
    route: str
    reasons: tuple[str, ...]  # why practices are asked: the rules that fired, in words
    meaning: tuple[str, ...]  # what it means for this practice, in words
    on_roll: int  # practices on the roll
    place_on_roll: int  # this practice's place on it, from 1
    roll_digest: str
    contact: str  # who can answer questions: words
    questions: tuple[Question, ...] = ()
    standing: Mapping[str, Standing] = field(default_factory=dict)  # by question id
    remarks: tuple[Remark, ...] = ()
    papers: tuple[Paper, ...] = ()
    verdict: Verdict | None = None
    withdrawn_because: str | None = None
    ballots: tuple[Ballot, ...] = ()  # by practice, after the close of a vote
    beside: Beside = field(default_factory=Beside)
    meetings: tuple[Attended, ...] = ()
    erased: bool = False  # the decision's words are gone, by the schedule of retention
    waiting: int = 0  # e-mails from this person that wait for their word


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person sent: a choice for each question (empty in a consultation), name and comment.

    The form's plain field `choice` comes as the question `main`, whatever the id of a decision's
    only question is; `choice.<id>` comes as that id.
    """

    choices: Mapping[str, str]
    name: str
    role: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A leaf's place in the trail: inclusion proof by RFC 6962 against the root at `size`.

    `signed` is the same to keep: a `tlog-proof@v1` with the signed checkpoint of that size.
    """

    leaf: int
    leaf_hash: str
    size: int
    root: str
    path: tuple[str, ...]
    signed: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands recorded for this practice, each with its proof (by leaf number).

    `unsealed` are leaves that no released checkpoint covers yet: a matter of seconds.
    """

    page: PracticePage
    proofs: Mapping[int, Proof]
    unsealed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingReply:
    """An e-mail that this person sent, or somebody in their name; `at` is in words."""

    id: int
    text: str
    at: str
    cut: bool = False  # whether it was longer than a comment may be


@dataclass(frozen=True, slots=True)
class WaitingReplies:
    """The e-mails that wait for a person's word, and their page of the decision."""

    page: PracticePage
    replies: tuple[WaitingReply, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """It is on record: the numbers of the leaves it made."""

    leaves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AlreadyStands:
    """The same answer by the same person stands already; nothing was added."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """It came after the close and was not recorded."""

    closed_at: datetime
    words: str  # `closed_at` in words: "5pm on Tuesday 5 January 2027 (London time)"


@dataclass(frozen=True, slots=True)
class NotOpen:
    """Nothing is asked now, or the decision has ended; `words` says which, in sentences."""

    words: str


@dataclass(frozen=True, slots=True)
class NotYours:
    """A choice came from someone who may comment but not cast; `voters` may, by name."""

    voters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing can be recorded for anybody now: the record came back from a backup."""


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A ruling on the practice's interest keeps it from this; `words` says so, in sentences."""

    words: str


@dataclass(frozen=True, slots=True)
class NotPossible:
    """A call-in or a challenge is not possible, or no longer; `words` says so, in sentences."""

    words: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """Something must be corrected: a sentence for each field at fault, nothing recorded.

    Fields: `choice` (one question), `choice.<question id>` (several), `name`, `role`, `comment`.
    """

    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such link: never issued, revoked and foreign links look the same."""


Reply = (
    Recorded
    | AlreadyStands
    | TooLate
    | NotOpen
    | NotYours
    | KeptOut
    | NotPossible
    | Paused
    | Faulty
    | Unknown
)
"""What the desk says to an answer, a call-in or a challenge."""
