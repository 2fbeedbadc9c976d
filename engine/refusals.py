"""Why a command is not allowed, in words for the person who meets them."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from engine.errors import Refused


class LinkRevoked(Refused):
    """This link opens nothing any more."""

    remedy = "Use the link of a later letter, or ring the secretariat."


class NotOpen(Refused):
    """The decision has ended."""

    remedy = "The page shows the outcome. If something is wrong with it, ring the secretariat."


class TooLate(Refused):
    """The time for this has passed; answers are being counted."""

    remedy = "Nothing more can be recorded for this step. If you are troubled by it, ring us."

    def __init__(self, closed_at: datetime, closed_words: str) -> None:
        self.closed_at = closed_at
        self.closed_words = closed_words
        super().__init__(f"This closed at {closed_words}; what came in time is being counted.")


class NotYours(Refused):
    """You may comment, but the practice's vote is cast by its lead or deputy."""

    remedy = "Ask one of the people named on the page to answer by their own link."


class NotByHand(Refused):
    """Votes of this meeting cannot be entered by hand; nothing of the file was recorded."""

    remedy = "Take the practices named out of the file, or let them answer by their own link."


class HasInterest(Refused):
    """Your practice's interest in this was ruled to keep it from voting."""

    remedy = "You may comment. If you do not agree with the ruling, ring the secretariat."


class KeptOut(HasInterest):
    """Your practice's interest in this was ruled to keep it from taking any part."""

    remedy = "If you do not agree with the ruling, ring the secretariat."


class Faulty(Refused):
    """Something in the form needs correcting."""

    remedy = "Correct what is marked and send it again; nothing was recorded."

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(" ".join(self.faults.values()))


class NoSuchAct(Refused):
    """This cannot be done to the decision as it stands."""


class NeedsReason(Refused):
    """A reason is needed: it goes on record and practices are shown it."""

    remedy = 'Add --reason "…" in a sentence.'


class NeedsStatement(Refused):
    """The outcome statement is missing: what was decided and why, and what was heard."""

    remedy = (
        "Run `quorate decision statement REF > STATEMENT.txt`, fill in its parts, and add "
        "--file STATEMENT.txt."
    )


class NeedsAnswers(Refused):
    """A comment has no answer yet: each needs one before this can be concluded."""

    remedy = (
        "Run `quorate decision comments REF`, then `quorate decision act REF answer --comment N "
        "--disposition accepted|answered|noted --reason …`, or --file ANSWERS.csv for many."
    )


class NoSuchComment(Refused):
    """No comment of this decision has this number."""

    remedy = "Run `quorate decision comments REF` to see the numbers."


class NoSuchDisposition(Refused):
    """A comment is accepted, answered or noted; there is nothing else to become of it."""

    remedy = "Add --disposition accepted, answered or noted."


class NeedsLmc(Refused):
    """The local medical committee's view must be on record first."""

    remedy: ClassVar[str] = (
        "Run `quorate decision act REF record-lmc --file VIEW.txt`, then do this."
    )


class NeedsRecord(Refused):
    """The body's record of its act is missing: minutes, or the entry in the register."""

    remedy = "Add --file MINUTES.txt."


class NeedsAgreement(Refused):
    """Not everybody who has to agree has."""

    remedy = "Name each with --agreed EMAIL, as people of the body, once they have agreed."


class NeedsRuling(Refused):
    """An interest was declared and nobody has ruled on it yet."""

    remedy = "Run `quorate decision act REF rule-interest` for each practice named, then act."


class NotCalledIn(Refused):
    """This decision cannot be called in, or no longer."""

    remedy = "You may comment on it, or ring the secretariat."


class NotChallenged(Refused):
    """This outcome cannot be challenged, or no longer."""

    remedy = "Ring the secretariat, or ask the local medical committee."


class NeedsSecondPerson(Refused):
    """This act needs two persons, each signed in; the command line can stand for neither."""

    remedy = "It can be done once sign-in is set up; until then, withdraw or let the rules run."


class OnlyLater(Refused):
    """The new calendar does not move this deadline to a later time, so nothing changes."""

    remedy = "A running deadline may only ever move later; leave it as it is."


class NothingDrawn(Refused):
    """This decision has drawn nothing from the management allowance."""

    remedy = "Run `quorate allowance show` to see the entries there are."


class MayNotQuery(Refused):
    """An entry of the account is queried by the committee, the lay chair or the LMC."""

    remedy = "Name one of them with --as EMAIL; others may ask one of them to query it."


class MayNotAnswer(Refused):
    """A query is answered by the accountable officer, the chair or the secretary."""

    remedy = "Name one of them with --as EMAIL."


class QueryWaits(Refused):
    """A query of this entry waits for its answer already."""

    remedy = "Once it is answered, the next one may be raised."


class NoOpenQuery(Refused):
    """No query of this entry waits for an answer."""

    remedy = "Run `quorate allowance show` to see which are open."


class NoAllowance(Refused):
    """No management allowance has been set for this year."""

    remedy = (
        "Run `quorate allowance set YEAR --per-head 18.76 --reason … --as EMAIL`, or --pounds for "
        "a whole sum."
    )


class NoListSizes(Refused):
    """No practice's list size is known, so nothing can be reckoned for each patient."""

    remedy = "Import list sizes (`quorate practices import --sizes`), or give --pounds."


class AlreadyUsed(Refused):
    """The reference is taken by another decision."""

    remedy = "Choose another `reference`, or leave it out and one will be given."


class EmptyRoll(Refused):
    """Nobody would be asked: no open practice of the body fits the file's narrowing."""

    remedy = "Import practices first, or correct `localities` or `practices` in the file."


class NoSuchDecision(Refused):
    """No decision has this reference."""

    remedy = "Run `quorate decision list` to see the references there are."


class NoSuchWorkflow(Refused):
    """The route needs a workflow that is not available; no lower one is put in its place."""

    remedy = "Run `quorate workflow list`; supply the workflow in [workflows] directory."


class Unsafe(Refused):
    """The program will not start like this."""

    remedy = "Put right what is named and start again."
