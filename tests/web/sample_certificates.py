"""A certificate with everything that one may hold: lost, come back, rung, looked at by machines."""

from dataclasses import replace

from tests.web.sample_audits import CHECKPOINT
from workflows.certificate import CANNOT_SHOW
from workflows.certificate_page import CertificatePage, LetterPage, PracticeCertificate
from workflows.lookers import LOOKS

_WHEN = "9am on Tuesday 24 November 2026"
TAKEN = LetterPage(
    letter="Vote opened",
    reader="Dr Anita Patel (lead)",
    became="accepted by the next mail server",
    is_lost=False,
    steps=(
        f"Owed at {_WHEN} (leaf 93); tried once, first at {_WHEN}",
        f"accepted by the next mail server at {_WHEN} (leaf 131): “250 2.0.0 Ok: queued as 4F1A2”",
    ),
)
BACK = LetterPage(
    letter="Vote opened",
    reader="Dr Tom Reed (deputy)",
    became="came back",
    is_lost=True,
    steps=(
        *TAKEN.steps,
        f"came back at {_WHEN} (leaf 214): “smtp; 550 5.1.1 (address) mailbox unavailable”",
    ),
)
REACHED = PracticeCertificate(
    practice="K83001",
    name="Abbey Medical Practice",
    reach="Reached: the practice has answered.",
    is_reached=True,
    is_lost=False,
    letters=(TAKEN, BACK),
    to_come=("Reminder (leaf 208), owed to Dr Anita Patel, Dr Tom Reed: not out yet",),
    course=(f"The practice voted at {_WHEN} (leaf 201)",),
    people=(f"Dr Anita Patel: once, first at {_WHEN}",),
    machines=(f"Dr Anita Patel: 3 times, first at {_WHEN} ({LOOKS['at_once']})",),
)
LOST = PracticeCertificate(
    practice="K83002",
    name="Brackley <b>Medical</b> Centre",
    reach="NOT REACHED: no letter stands accepted, and no call is on record.",
    is_reached=False,
    is_lost=True,
    letters=(BACK,),
    to_come=(),
    course=(f"No letter had reached it at {_WHEN} (leaf 215): to be rung",),
    people=(),
    machines=(),
)
NOBODY = replace(LOST, practice="K83004", name="Danetre Medical Practice", letters=())
CERTIFICATE = CertificatePage(
    reference="D-2026-0007",
    title="Diabetes local enhanced service 2026/27",
    state="Carried by the practices; the committee has approved it",
    at=f"{_WHEN} (London time)",
    summary="1 of 3 practices reached since they were last asked; not reached: K83002, K83004.",
    lost=("K83002 Brackley Medical Centre", "K83004 Danetre Medical Practice"),
    declared=("K83002", "K83004"),
    practices=(REACHED, LOST, NOBODY),
    cannot_show=CANNOT_SHOW,
    size=CHECKPOINT.size,
    note=CHECKPOINT.text,
)
OWN = replace(CERTIFICATE, practices=(REACHED,))
OWN_LOST = replace(CERTIFICATE, practices=(LOST,))
