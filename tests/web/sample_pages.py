"""Practice pages in each state a decision can be in, and links that open them."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from starlette.testclient import TestClient

from tests.web.sample_requests import (
    A_CALL_IN,
    A_CHALLENGE,
    CALL_IN,
    CHALLENGE,
    HEARD,
    NOW,
    THE_COMMITTEE,
)
from web.settings import WebSettings
from workflows.answers import (
    Attended,
    Ballot,
    Form,
    Paper,
    Passage,
    PracticePage,
    Question,
    Remark,
    Stage,
    Standing,
    Verdict,
)
from workflows.beside import Barred, Beside, Deed, Dispute, Step, Turn

MakeClient = Callable[..., TestClient]

BASE_URL = "https://votes.nene.example"
DUE = "5pm on Tuesday 5 January 2027 (London time)"


def make_link(name: str) -> str:
    """A token of the true shape, the same for the same name."""
    return urlsafe_b64encode(sha256(name.encode()).digest()).rstrip(b"=").decode()


def words(instant: datetime) -> str:
    return f"{instant:%-I.%M%p} on {instant:%A %-d %B %Y} (London time)".replace(
        "AM", "am"
    ).replace("PM", "pm")


def settings_for(**changes: Any) -> WebSettings:  # noqa: ANN401 - any setting there is
    settings = WebSettings(BASE_URL, "Nene Commissioning", words, seconds=lambda: 0.0)
    return replace(settings, **changes)


VOTING = PracticePage(
    organisation="Nene Commissioning",
    reference="D-2026-0007",
    title="Diabetes local enhanced service 2026/27",
    summary=(
        "The diabetes local enhanced service ends on 31 March 2027. It is proposed to renew it "
        "for one year with a single price for each patient reviewed, in place of the three prices "
        "there are now.\n\nIf it is not carried, the present service ends and patients are "
        "referred to the community team."
    ),
    practice_code="K83001",
    practice_name="Abington Medical Centre",
    person_name="Dr Jane Smith",
    may_cast=True,
    voters=("Dr Jane Smith", "Dr Oluwaseun Adébáyò"),
    stage=Stage.VOTING,
    form=Form.VOTE,
    state_title="Practices are voting",
    opened_at=NOW - timedelta(days=8),
    due_at=datetime(2027, 1, 5, 17, tzinfo=UTC),
    due_words=DUE,
    drawn_at=NOW,
    level="high",
    route="vote",
    reasons=(
        "It changes what practices are paid for a local enhanced service.",
        "It changes the work asked of every practice that signs up.",
    ),
    meaning=(
        "With 412 patients on your register the new price would bring about £14,420 a year.",
        "The present prices brought £13,905.",
        "Each patient gets one review of 30 minutes in place of two of 15.",
    ),
    on_roll=69,
    place_on_roll=37,
    roll_digest="9f2b7c1ad04e8e11d6f3a5",
    contact="Priya Nair, secretary: 01604 555 0112, secretary@nene.example",
    questions=(
        Question(
            "main",
            "Should the diabetes local enhanced service be renewed on the terms of the paper?",
            ("for", "against", "abstain"),
        ),
    ),
    papers=(
        Paper(0, "Diabetes LES: proposal and prices.pdf", 248_310),
        Paper(1, "Equality impact assessment.docx", 61_002),
    ),
)
VOTED = replace(
    VOTING,
    standing={
        "main": Standing(
            "main", "against", "Jane Smith", "GP partner", NOW - timedelta(days=1), 1187
        )
    },
    remarks=(
        Remark(
            "The price does not cover a nurse's half hour.",
            "Jane Smith",
            NOW - timedelta(days=1),
            1188,
        ),
    ),
)
COMMENTER = replace(VOTING, may_cast=False, person_name="Karen Bell")
TWO_QUESTIONS = replace(
    VOTING,
    questions=(
        Question(
            "merger", "Should the group merge with its neighbour?", ("for", "against", "abstain")
        ),
        Question(
            "constitution", "Should the new constitution be adopted?", ("for", "against", "abstain")
        ),
    ),
)
ELECTION = replace(
    VOTING,
    title="Two representatives on the governing body",
    summary="Two seats fall vacant on 1 April. Each candidate's statement is among the papers.",
    questions=(
        Question(
            "main",
            "Who should represent the practices of the north?",
            ("dr_anna_lee", "zoe_obrien", "dr_tom_reed", "abstain"),
            {
                "dr_anna_lee": "Dr Anna Lee",
                "zoe_obrien": "Zoë O'Brien",
                "dr_tom_reed": "Dr Tom Reed",
            },
        ),
    ),
)
BY_HAND = replace(
    VOTING,
    standing={
        "main": Standing(
            "main",
            "for",
            "By hand at the meeting on 23 November 2026, minute 4.2",
            "meeting",
            NOW - timedelta(hours=20),
            1190,
            by_hand=True,
        )
    },
    meetings=(
        Attended(
            "23 November 2026",
            "Moulton Park",
            "4.2",
            "The practices of the north were for it, if the price is looked at after a year.",
        ),
    ),
)
CONSULTING = replace(
    VOTING,
    stage=Stage.CONSULTING,
    form=Form.COMMENT,
    state_title="Practices are being consulted",
    route="consult",
    level="moderate",
    questions=(),
)
INFORMING = replace(
    CONSULTING, stage=Stage.INFORMING, state_title="Practices are informed", route="inform"
)
COUNTING = replace(
    VOTED, stage=Stage.COUNTING, form=Form.NONE, state_title="Votes are being counted"
)
WAITING = replace(
    CONSULTING, stage=Stage.WAITING, form=Form.NONE, state_title="The outcome is being written"
)
DECIDED = replace(
    VOTED,
    stage=Stage.DECIDED,
    form=Form.NONE,
    state_title="Carried",
    ballots=(
        Ballot("main", "K83001", "Abington Medical Centre", "for"),
        Ballot("main", "K83002", "Brackley Health Centre", ""),
    ),
    verdict=Verdict(
        "carried",
        (
            "Carried: 38 for and 17 against, so 69% of the 55 votes cast; over 50% was needed.",
            "58 of 69 practices on the roll answered (84%); the quorum was 35. 3 abstained.",
        ),
        datetime(2027, 1, 5, 17, 1, tzinfo=UTC),
    ),
)
CONCLUDED = replace(
    CONSULTING,
    stage=Stage.DECIDED,
    form=Form.NONE,
    state_title="Concluded",
    remarks=(
        Remark("The price does not cover it.", "Jane Smith", NOW, 1188, "accepted", "It rises."),
        Remark("There is no bus.", "Karen Bell", NOW, 1189),
    ),
    verdict=Verdict(
        "concluded",
        ("Concluded.",),
        datetime(2027, 1, 6, 11, tzinfo=UTC),
        statement=(
            Passage("", "Dear practices,"),
            Passage("What we decided", "The service is renewed.\n\nIts price rises."),
            Passage("Reasons", "Practices said that the price is too low."),
        ),
        consulted=("Adequate time: Practices had 10 working days for comments.",),
    ),
)
WITHDRAWN = replace(
    VOTING,
    stage=Stage.WITHDRAWN,
    form=Form.NONE,
    state_title="Withdrawn",
    withdrawn_because="NHS England changed the terms of the service, so the question has gone.",
)
CALLABLE = replace(INFORMING, beside=Beside(call_in=CALL_IN))
CALLED_IN = replace(
    INFORMING,
    beside=Beside(call_in=replace(CALL_IN, own=A_CALL_IN), requests=(A_CALL_IN,)),
)
RAISED = replace(
    CONSULTING,
    beside=Beside(
        call_in=replace(CALL_IN, to="vote", count=0, needed=18, whole_locality=False),
        turns=(
            Turn(NOW, ("Called in by 7 of 69 practices; 10% of practices were needed.",)),
            Turn(NOW, ("Raised by the secretariat.", "The reason given: It came to cost more.")),
        ),
        requests=(A_CALL_IN,),
    ),
)
CHALLENGEABLE = replace(DECIDED, beside=Beside(challenge=CHALLENGE))
ACTING = replace(
    DECIDED,
    stage=Stage.ACTING,
    state_title="Carried by the practices; the committee has to act on it",
    beside=Beside(challenge=CHALLENGE, step=THE_COMMITTEE),
)
REFUSED = replace(
    DECIDED,
    state_title="Carried by the practices but refused by the committee",
    beside=Beside(
        deeds=(
            Deed("the committee without a GP majority", "refused", NOW, "It is not affordable."),
        ),
    ),
)
IN_FORCE = replace(
    ACTING,
    state_title="Decided under urgent powers; the governing body has to ratify it",
    route="committee",
    standing={},
    remarks=(),
    ballots=(),
    questions=(),
    due_words="",
    verdict=Verdict("concluded", ("It was agreed by all three.",), NOW),
    beside=Beside(
        deeds=(Deed("the chair, the accountable officer and a lay member", "approved", NOW, ""),),
        step=Step(
            "the governing body", DUE, is_late=True, otherwise="Lapsed: not ratified in time"
        ),
    ),
)
AGAIN = replace(VOTING, beside=Beside(again="Half the practices were closed by floods."))
NO_VOTE = replace(
    VOTING, form=Form.COMMENT, beside=Beside(barred=Barred(False, "Its partners own the bidder."))
)
KEPT_OUT = replace(
    VOTING,
    form=Form.NONE,
    due_words="",
    beside=Beside(barred=Barred(True, "Its partners own the bidder.")),
)
HELD = replace(
    DECIDED,
    stage=Stage.HELD,
    state_title="Challenged: the outcome is held while the LMC mediates",
    beside=Beside(
        challenge=replace(CHALLENGE, until=""), step=HEARD, dispute=Dispute(NOW, challenges=1)
    ),
)
HELD_BY_US = replace(
    HELD,
    beside=replace(
        HELD.beside,
        challenge=replace(CHALLENGE, until="", own=A_CHALLENGE),
        requests=(A_CHALLENGE,),
    ),
)
SET_ASIDE = replace(
    DECIDED,
    state_title="Challenged, and the outcome is set aside",
    verdict=Verdict("set_aside", ("Challenged, and the outcome is set aside.",), NOW),
    beside=Beside(
        dispute=Dispute(NOW, 1, "set_aside"),
        requests=(A_CHALLENGE,),
        deeds=(Deed("the governing body", "set_aside", NOW, "It was not decided in time.", False),),
    ),
)

STATES = {
    "voting": VOTING,
    "voted": VOTED,
    "commenter": COMMENTER,
    "two-questions": TWO_QUESTIONS,
    "election": ELECTION,
    "by-hand": BY_HAND,
    "consulting": CONSULTING,
    "informing": INFORMING,
    "counting": COUNTING,
    "waiting": WAITING,
    "decided": DECIDED,
    "concluded": CONCLUDED,
    "withdrawn": WITHDRAWN,
    "callable": CALLABLE,
    "callable-commenter": replace(CALLABLE, may_cast=False),
    "called-in": CALLED_IN,
    "raised": RAISED,
    "challengeable": CHALLENGEABLE,
    "challengeable-commenter": replace(CHALLENGEABLE, may_cast=False),
    "acting": ACTING,
    "refused": REFUSED,
    "in-force": IN_FORCE,
    "again": AGAIN,
    "no-vote": NO_VOTE,
    "kept-out": KEPT_OUT,
    "held": HELD,
    "held-by-us": HELD_BY_US,
    "set-aside": SET_ASIDE,
}
LINKS = {name: make_link(name) for name in STATES}
