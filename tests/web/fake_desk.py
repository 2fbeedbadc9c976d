"""A desk that keeps what it is told in memory and remembers every call."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from engine.correcting import Asking
from tests.web.sample_people import PEOPLE
from workflows.answers import (
    AlreadyStands,
    Answer,
    Faulty,
    Form,
    NotOpen,
    NotPossible,
    NotYours,
    PracticePage,
    Proof,
    Receipt,
    Recorded,
    Remark,
    Reply,
    Standing,
    Unknown,
    WaitingReplies,
    WaitingReply,
)
from workflows.beside import Asked, CallInOffer, ChallengeOffer, Request
from workflows.certificate_page import CertificatePage
from workflows.lookers import Look
from workflows.people_page import Ask, PeoplePage

READS = frozenset(
    {"page", "people", "receipt", "paper", "certificate", "replies", "health", "ready"}
    | {"note_visit"}
)
"""What a GET may ask for. A visit is put down beside the access log, and nowhere else."""


@dataclass
class FakeDesk:
    """Links and their pages; `says`, when set, is the answer to everything sent."""

    pages: dict[str, PracticePage]
    now: datetime
    says: Reply | None = None
    breaks: Exception | None = None
    state: Mapping[str, object] = field(default_factory=lambda: {"ok": True, "alarms": []})
    calls: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    unsealed: tuple[int, ...] = ()
    looks: list[Look] = field(default_factory=list)
    certificates: dict[str, CertificatePage] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)  # the routes that call-ins named
    waiting: tuple[WaitingReply, ...] = (WaitingReply(7, "We would need a nurse.", "noon"),)
    corrections: list[Ask] = field(default_factory=list)  # those that were kept

    def page(self, token: str, /) -> PracticePage | None:
        self._note("page")
        return self.pages.get(token)

    def receipt(self, token: str, /) -> Receipt | None:
        self._note("receipt")
        page = self.pages.get(token)
        if page is None:
            return None
        leaves = [*(s.leaf for s in page.standing.values()), *(r.leaf for r in page.remarks)]
        leaves += [request.leaf for request in page.beside.requests]
        proofs = {leaf: sample_proof(leaf) for leaf in leaves if leaf not in self.unsealed}
        return Receipt(page, proofs, self.unsealed)

    def paper(self, token: str, index: int, /) -> tuple[str, bytes] | None:
        self._note("paper")
        page = self.pages.get(token)
        papers = (
            [(paper.name, b"<script>alert(1)</script>") for paper in page.papers] if page else []
        )
        return papers[index] if index < len(papers) else None

    def certificate(self, token: str, /) -> CertificatePage | None:
        self._note("certificate")
        return self.certificates.get(token)

    def note_visit(self, _token: str, look: Look, /) -> None:
        self._note("note_visit")
        self.looks.append(look)

    def respond(self, token: str, answer: Answer, /) -> Reply:
        self._note("respond")
        page = self.pages.get(token)
        if page is None:
            return Unknown()
        self.answers.append(answer)
        return self.says or self._record(token, page, answer)

    def replies(self, token: str, /) -> WaitingReplies | None:
        self._note("replies")
        page = self.pages.get(token)
        return None if page is None else WaitingReplies(page, self.waiting)

    def confirm_reply(self, token: str, reply: int, name: str, role: str, /) -> Reply:
        self._note("confirm_reply")
        page = self.pages.get(token)
        if page is None:
            return Unknown()
        if self.says is not None:
            return self.says
        meant = [each for each in self.waiting if each.id == reply]
        if not meant:
            return NotOpen("This e-mail is not kept any more.")
        if page.form is Form.NONE or (page.form is Form.VOTE and page.may_cast):
            return NotOpen("An e-mail is not a vote.")
        faults = _faults(page, Answer({}, name, role, meant[0].text))
        if faults:
            return Faulty(faults)
        self.waiting = tuple(each for each in self.waiting if each.id != reply)
        self.answers.append(Answer({}, name, role, meant[0].text))
        return Recorded((1207,))

    def call_in(self, token: str, name: str, comment: str, role: str, to: str, /) -> Reply:
        self.offered.append(to)
        return self._request(token, Asked.CALL_IN, Answer({}, name, role, comment))

    def challenge(self, token: str, name: str, comment: str, role: str, /) -> Reply:
        return self._request(token, Asked.CHALLENGE, Answer({}, name, role, comment))

    def people(self, token: str, /) -> PeoplePage | None:
        self._note("people")
        return PEOPLE if token in self.pages else None

    def correct(self, token: str, ask: Ask, /) -> Reply:
        self._note("correct")
        if token not in self.pages:
            return Unknown()
        if self.says is not None:
            return self.says
        faults = _ask_faults(ask)
        if faults:
            return Faulty(faults)
        if ask in self.corrections:
            return AlreadyStands()
        self.corrections.append(ask)
        return Recorded((1207,))

    def health(self) -> Mapping[str, object]:
        self._note("health")
        return self.state

    def ready(self) -> bool:
        self._note("ready")
        return self.state["ok"] is True

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if call not in READS]

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if self.breaks is not None:
            raise self.breaks.with_traceback(None)

    def _record(self, token: str, page: PracticePage, answer: Answer) -> Reply:
        if answer.choices and not page.may_cast:
            return NotYours(page.voters)
        faults = _faults(page, answer)
        if faults:
            return Faulty(faults)
        changed = with_answer(page, answer, self.now + timedelta(minutes=len(self.answers)))
        if changed == page:
            return AlreadyStands()
        self.pages[token] = changed
        return Recorded((1204,))

    def _request(self, token: str, asked: Asked, typed: Answer) -> Reply:
        self._note(str(asked))
        page = self.pages.get(token)
        if page is None:
            return Unknown()
        self.answers.append(typed)
        return self.says or self._ask(token, page, asked, typed)

    def _ask(self, token: str, page: PracticePage, asked: Asked, typed: Answer) -> Reply:
        offer = page.beside.call_in if asked is Asked.CALL_IN else page.beside.challenge
        if offer is None:
            return NotPossible("It is too late for that.")
        if not page.may_cast:
            return NotYours(page.voters)
        faults = _text_faults(typed)
        if faults:
            return Faulty(faults)
        if offer.own is not None:
            return AlreadyStands()
        self.pages[token] = with_request(page, asked, typed, self.now)
        return Recorded((1206,))


def with_request(page: PracticePage, asked: Asked, typed: Answer, at: datetime) -> PracticePage:
    made = Request(asked, typed.comment, typed.name, typed.role, at, 1206)
    beside = page.beside
    return replace(
        page,
        beside=replace(
            beside,
            requests=(*beside.requests, made),
            call_in=_owned(beside.call_in, made, Asked.CALL_IN),
            challenge=_owned(beside.challenge, made, Asked.CHALLENGE),
        ),
    )


Offer = TypeVar("Offer", CallInOffer, ChallengeOffer)


def _owned(offer: Offer | None, made: Request, asked: Asked) -> Offer | None:
    return replace(offer, own=made) if offer is not None and made.asked is asked else offer


def _text_faults(typed: Answer) -> dict[str, str]:
    faults = {}
    if not typed.comment:
        faults["comment"] = "Say in a sentence why."
    if sum(letter.isalpha() for letter in typed.name) < 2:
        faults["name"] = "Enter your name: two letters or more."
    return faults


def _ask_faults(ask: Ask) -> dict[str, str]:
    faults = {}
    if ask.kind is None:
        faults["what"] = "Choose what is to be put right."
    if ask.kind is not Asking.ADD and ask.person not in {each.person for each in PEOPLE.people}:
        faults["person"] = "Choose who is meant."
    if ask.kind is not Asking.LEAVE and not any(ask.fields.values()):
        faults["person_name"] = "Enter their name."
    if sum(letter.isalpha() for letter in ask.name) < 2:
        faults["name"] = "Enter your name: two letters or more."
    return faults


def _faults(page: PracticePage, answer: Answer) -> dict[str, str]:
    faults = {}
    if page.form is Form.VOTE and page.may_cast:
        alone = len(page.questions) == 1
        for question in page.questions:
            choice = answer.choices.get("main" if alone else question.id)
            if choice not in question.options:
                faults["choice" if alone else f"choice.{question.id}"] = (
                    "Choose one of the answers."
                )
    if page.form is Form.COMMENT and answer.choices:
        faults["choice"] = "The vote is not open yet: for now practices are asked for comments."
    if not answer.comment and (page.form is Form.COMMENT or not page.may_cast):
        faults["comment"] = "Enter your comment."
    if sum(letter.isalpha() for letter in answer.name) < 2:
        faults["name"] = "Enter your name: two letters or more."
    return faults


def with_answer(page: PracticePage, answer: Answer, at: datetime) -> PracticePage:
    alone = len(page.questions) == 1
    standing = dict(page.standing)
    for given, choice in answer.choices.items():
        question = page.questions[0].id if alone else given
        standing[question] = Standing(question, choice, answer.name, answer.role, at, 1204)
    remarks = page.remarks
    if answer.comment:
        remarks = (*remarks, Remark(answer.comment, answer.name, at, 1205))
    return replace(page, standing=standing, remarks=remarks)


def sample_proof(leaf: int) -> Proof:
    path = ("5e" * 32, "a1" * 32, "0c" * 32, "97" * 32)
    return Proof(
        leaf=leaf,
        leaf_hash="d4" * 32,
        size=leaf + 7,
        root="59" * 32,
        path=path,
        signed=f"c2sp.org/tlog-proof@v1\nindex {leaf}\n",
    )
