"""Decisions as an auditor sees them: one with everything, one that is being voted on."""

from dataclasses import replace

from engine.notes import Checkpoint
from workflows import audit

SECRET_KEY = "MFRG GZDF MZTW Q2LK"
ROOT = "d8" * 32
CHECKPOINT = Checkpoint("04g.quorate.example/trail", 8917, bytes.fromhex(ROOT))
CLOSE = "5pm on Tuesday 5 January 2027"
LONG = (
    "The merged group would cover the north and the east; its seat would be at Moulton Park. " * 9
)
ENDED = audit.Audited(
    reference="D-2026-0007",
    title="Diabetes local enhanced service 2026/27",
    summary="It is proposed to renew the service for one year.\n\nIf not, it ends.",
    state="Carried by the practices; the committee has approved it",
    opened="10am on Tuesday 24 November 2026",
    turnaround=audit.Turnaround(17, 25, CLOSE),
    verdict=audit.Verdict(
        "carried",
        CLOSE,
        ("2 for and 1 against: 67% of the 3 votes cast; over 50% was needed: carried.",),
        "Dear practices,\n\nthe service is renewed.",
    ),
    classification=audit.Classification(
        level="high",
        route="vote",
        facts=(("affects practice income", "yes"), ("money gbp", "250,000"), ("qof", "no")),
        fired=(audit.Fired("income", "It changes what practices are paid."),),
        involve=("lmc", "non gp majority committee"),
        doubts=("The facts do not say how many localities are touched.",),
        leaf=16,
    ),
    roads=(
        audit.Road(CLOSE, 17, "consult", "Consultation", "As classified."),
        audit.Road(CLOSE, 40, "vote", "Vote", "Raised by staff.", "It came to cost more."),
    ),
    roll=(
        audit.OnRoll("K83001", "Abington Medical Centre", "North", 8012, 3, 2, answered=True),
        audit.OnRoll("K83002", "Brackley Health Centre", "", None, 0, 0, answered=False),
    ),
    roll_digest="9f2b7c1a" * 8,
    letters=(
        audit.Letters("vote opened", 0, 5, 1, 0),
        audit.Letters("outcome", 2, 3, 0, 1),
    ),
    unreached=("K83002",),
    votes=(
        audit.Vote(
            1,
            "main",
            CLOSE,
            212,
            (("For", "2"), ("Against", "1"), ("Quorum", "3 of 4; at least 50% was needed: met")),
            (
                audit.Ballot("K83001", "Abington Medical Centre", "for", "Jane Smith", CLOSE, 190),
                audit.Ballot("K83002", "Brackley Health Centre", ""),
                audit.Ballot("K83003", "The Pines", "against", "By hand", CLOSE, 191, "M1"),
            ),
        ),
    ),
    open_vote=False,
    interests=(
        audit.Interest("K83003", "The Pines", "financial", "It bids.", "no vote", "Yes.", 60),
        audit.Interest("K83004", "Long Buckby", "indirect", "A cousin bids.", "", "", 61),
    ),
    acts=(
        audit.Act(
            "the committee without a GP majority",
            "approved",
            CLOSE,
            230,
            "5 for, 1 against",
            (("Record", "Minute 4.2"),),
        ),
    ),
    course=(
        audit.Line(15, CLOSE, "Opened, and put to practices"),
        audit.Line(21, CLOSE, "138 links were issued", last=158),
        audit.Line(159, CLOSE, "K83001 Abington commented", (("In their words", LONG),)),
    ),
)
OPEN = replace(
    ENDED,
    reference="D-2026-0008",
    title="<b>Hearing aids</b>: who is offered one",
    state="Practices are voting",
    verdict=None,
    votes=(),
    open_vote=True,
    interests=(),
    acts=(),
    letters=(),
    unreached=(),
    roads=ENDED.roads[:1],
    questions={"merger": "Should it merge?"},
)
AUDITED = (ENDED, OPEN)
LISTED = tuple(
    audit.Listed(
        page.reference,
        page.title,
        page.state,
        page.verdict.result if page.verdict else "",
        page.opened,
        page.turnaround,
    )
    for page in AUDITED
)
