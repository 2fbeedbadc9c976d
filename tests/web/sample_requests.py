"""What practices may ask for beside their answer, as sample pages offer and record it."""

from datetime import UTC, datetime

from workflows.beside import Asked, CallInOffer, ChallengeOffer, Request, Step

NOW = datetime(2026, 11, 24, 10, 4, tzinfo=UTC)

CALL_IN = CallInOffer(
    to="consult",
    count=3,
    needed=7,
    whole_locality=True,
    until="5pm on Tuesday 1 December 2026 (London time)",
)
CHALLENGE = ChallengeOffer(
    until="5pm on Tuesday 12 January 2027 (London time)",
    hearing=(
        ("the local medical committee (LMC)", 5),
        ("a lay person without an interest", 10),
        ("the governing body", 5),
    ),
    otherwise="Challenged, and the outcome is set aside",
)
A_CALL_IN = Request(
    Asked.CALL_IN, "Nobody asked us about Tuesdays.", "Jane Smith", "GP partner", NOW, 1201
)
A_CHALLENGE = Request(
    Asked.CHALLENGE, "The paper came after the vote opened.", "Jane Smith", "", NOW, 1301
)
THE_COMMITTEE = Step(
    who="the committee without a GP majority",
    by="5pm on Tuesday 12 January 2027 (London time)",
    is_late=False,
    otherwise="",
)
HEARD = Step(
    who="the local medical committee (LMC)",
    by="5pm on Tuesday 19 January 2027 (London time)",
    is_late=False,
    otherwise="",
)
