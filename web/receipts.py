"""The receipt as a text file: what stands, and the proof of its place in the trail."""

import textwrap
from collections.abc import Callable, Iterator
from datetime import datetime

from web.wording import asked_words, choice_words, disposition_words
from workflows.answers import PracticePage, Proof, Question, Receipt, Remark, Standing
from workflows.beside import Request

Words = Callable[[datetime], str]
_WIDTH = 76


def write_receipt(receipt: Receipt, words: Words) -> str:
    """Plain text, lines of at most 76 characters but for long words."""
    return "\n".join(_wrap(_lines(receipt, words))) + "\n"


def proof_lines(proof: Proof) -> tuple[str, ...]:
    """A proof line by line: leaf, its hash, the tree's size and root, then the path upwards."""
    return (
        f"leaf {proof.leaf}",
        f"hash {proof.leaf_hash}",
        f"size {proof.size}",
        f"root {proof.root}",
        *(f"path {sibling}" for sibling in proof.path),
    )


def _lines(receipt: Receipt, words: Words) -> Iterator[str]:
    page = receipt.page
    yield from _heading(page)
    for question in page.questions:
        if question.id in page.standing:
            yield from _vote(question, page.standing[question.id], words)
    for remark in page.remarks:
        yield from _comment(remark, words)
    for request in page.beside.requests:
        yield from _request(request, words)
    if receipt.proofs:
        yield from ("", "Proof", "-----")
        yield "Where each entry stands in the trail: SHA-256, RFC 6962 inclusion proof, in hex."
    for proof in receipt.proofs.values():
        yield from ("", *proof_lines(proof))
    for proof in receipt.proofs.values():
        yield from (
            "",
            f"The same, signed: keep what follows as receipt-{proof.leaf}.tlog-proof",
            "",
        )
        yield from proof.signed.removesuffix("\n").split("\n")


def _heading(page: PracticePage) -> Iterator[str]:
    yield from ("Receipt", "=======")
    yield f"{page.organisation}"
    yield f"Decision {page.reference}: {page.title}"
    yield f"Practice {page.practice_code} {page.practice_name}"
    yield f"No. {page.place_on_roll} of {page.on_roll} on the roll {page.roll_digest}"


def _vote(question: Question, standing: Standing, words: Words) -> Iterator[str]:
    yield from ("", f"Vote: {choice_words(standing.choice, question)}")
    yield f"On: {question.text}"
    if standing.by_hand:
        yield f"Entered: {standing.name}, by the secretariat: nobody used a link"
    else:
        yield f"Answered by: {standing.name}" + (f", {standing.role}" if standing.role else "")
    yield f"Recorded: {words(standing.at)}"
    yield f"Place in the trail: leaf {standing.leaf}"


def _comment(remark: Remark, words: Words) -> Iterator[str]:
    yield from ("", "Comment:")
    yield from (f"  {line}" for line in remark.text.split("\n"))
    yield f"Sent by: {remark.name}"
    yield f"Recorded: {words(remark.at)}"
    yield f"Place in the trail: leaf {remark.leaf}"
    if remark.disposition:
        yield f"What became of it: {disposition_words(remark.disposition)}"
        yield from (f"  {line}" for line in remark.answer.split("\n"))


def _request(request: Request, words: Words) -> Iterator[str]:
    yield from ("", f"{asked_words(request.asked)}:")
    yield from (f"  {line}" for line in request.text.split("\n"))
    yield f"Sent by: {request.name}" + (f", {request.role}" if request.role else "")
    yield f"Recorded: {words(request.at)}"
    yield f"Place in the trail: leaf {request.leaf}"


def _wrap(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        folded = textwrap.wrap(
            line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        yield from folded or [""]
