"""What stands recorded, its place in the trail and the proof to keep: on a page and as a file."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk, sample_proof
from tests.web.sample_pages import (
    BY_HAND,
    CONCLUDED,
    ELECTION,
    LINKS,
    TWO_QUESTIONS,
    VOTED,
    VOTING,
    words,
)
from web.receipts import write_receipt
from workflows.answers import Receipt, Remark, Standing

VOTED_LINK = f"/respond/{LINKS['voted']}"


def text_of(receipt: Receipt) -> list[str]:
    return write_receipt(receipt, words).split("\n")


def test_the_receipt_says_what_was_chosen(client: TestClient) -> None:
    html = client.get(f"{VOTED_LINK}/receipt").text
    assert "K83001 Abington Medical Centre: <strong>Against</strong>" in html


def test_the_receipt_says_its_place_in_the_trail(client: TestClient) -> None:
    assert "Leaf 1187" in client.get(f"{VOTED_LINK}/receipt").text


def test_the_receipt_shows_the_proof_as_text(client: TestClient) -> None:
    html = client.get(f"{VOTED_LINK}/receipt").text
    assert f"leaf 1187\nhash {'d4' * 32}\nsize 1194\nroot {'59' * 32}\npath {'5e' * 32}\n" in html


def test_the_receipt_leads_back_to_the_decision(client: TestClient) -> None:
    assert f'href="{VOTED_LINK}"' in client.get(f"{VOTED_LINK}/receipt").text


def test_before_any_answer_the_receipt_says_that_nothing_is_recorded(client: TestClient) -> None:
    response = client.get(f"/respond/{LINKS['voting']}/receipt")
    assert (response.status_code, "Nothing is recorded yet" in response.text) == (200, True)


def test_the_receipt_after_a_vote_names_it(client: TestClient) -> None:
    client.post(f"/respond/{LINKS['voting']}", data={"choice": "abstain", "name": "Jane Smith"})
    assert "<strong>Abstain</strong>" in client.get(f"/respond/{LINKS['voting']}/receipt").text


def test_the_file_is_a_download_named_after_decision_and_practice(client: TestClient) -> None:
    headers = client.get(f"{VOTED_LINK}/receipt.txt").headers
    assert headers["content-disposition"] == (
        "attachment; filename*=UTF-8''receipt-D-2026-0007-K83001.txt"
    )


def test_the_file_says_what_became_of_a_comment() -> None:
    text = text_of(Receipt(CONCLUDED, {}))
    at = text.index("What became of it: Accepted")
    assert text[at + 1] == "  It rises."


def test_the_file_holds_vote_comment_and_proofs(client: TestClient) -> None:
    text = client.get(f"{VOTED_LINK}/receipt.txt").text
    assert all(
        line in text.split("\n")
        for line in (
            "Vote: Against",
            "  The price does not cover a nurse's half hour.",
            "leaf 1188",
        )
    )


def test_the_file_never_holds_the_link(client: TestClient) -> None:
    assert LINKS["voted"] not in client.get(f"{VOTED_LINK}/receipt.txt").text


def test_no_line_of_the_file_is_long() -> None:
    remark = Remark("word " * 300, "Jane Smith", VOTED.opened_at, 9)
    receipt = Receipt(replace(VOTED, remarks=(remark,)), {9: sample_proof(9)})
    assert max(map(len, text_of(receipt))) <= 76


def test_the_file_names_each_question() -> None:
    standing = {
        q.id: Standing(q.id, "for", "Jane", "", VOTED.opened_at, 5) for q in TWO_QUESTIONS.questions
    }
    lines = text_of(Receipt(replace(TWO_QUESTIONS, standing=standing), {}))
    assert "On: Should the group merge with its neighbour?" in lines


def test_a_file_without_proofs_promises_none() -> None:
    assert "Proof" not in text_of(Receipt(VOTING, {}))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", "application/pdf"),
        ("a.html", "application/octet-stream"),
        ("a.svg", "application/octet-stream"),
        ("a.csv", "text/csv; charset=utf-8"),
    ],
)
def test_a_paper_that_could_run_is_only_bytes(
    client: TestClient, desk: FakeDesk, name: str, kind: str
) -> None:
    paper = replace(VOTING.papers[0], name=name)
    desk.pages[LINKS["voting"]] = replace(VOTING, papers=(paper,))
    headers = client.get(f"/respond/{LINKS['voting']}/papers/0").headers
    assert headers["content-type"] == kind


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\r\nSet-Cookie: b=c.txt", '"; filename=x', "é.pdf"]
)
def test_a_paper_with_a_strange_name_is_named_safely(
    client: TestClient, desk: FakeDesk, name: str
) -> None:
    paper = replace(VOTING.papers[0], name=name)
    desk.pages[LINKS["voting"]] = replace(VOTING, papers=(paper,))
    disposition = client.get(f"/respond/{LINKS['voting']}/papers/0").headers["content-disposition"]
    assert set('/\\\r\n ";') & set(disposition.removeprefix("attachment; ")) == set()


def test_the_receipt_of_an_election_names_the_candidate(client: TestClient) -> None:
    client.post(
        f"/respond/{LINKS['election']}", data={"choice": "dr_tom_reed", "name": "Jane Smith"}
    )
    assert (
        "<strong>Dr Tom Reed</strong>" in client.get(f"/respond/{LINKS['election']}/receipt").text
    )


def test_the_file_names_the_candidate() -> None:
    standing = {"main": Standing("main", "zoe_obrien", "Jane", "", VOTED.opened_at, 5)}
    assert "Vote: Zoë O'Brien" in text_of(Receipt(replace(ELECTION, standing=standing), {}))


def test_the_receipt_of_several_questions_puts_each_answer_to_its_question(
    client: TestClient,
) -> None:
    form = {"choice.merger": "for", "choice.constitution": "against", "name": "Jane Smith"}
    client.post(f"/respond/{LINKS['two-questions']}", data=form)
    html = client.get(f"/respond/{LINKS['two-questions']}/receipt").text
    assert "Should the new constitution be adopted? <strong>Against</strong>" in html


def test_the_file_says_that_a_vote_was_entered_by_hand() -> None:
    lines = text_of(Receipt(BY_HAND, {}))
    assert any(line.startswith("Entered: By hand at the meeting on 23 November") for line in lines)
    assert not any(line.startswith("Answered by") for line in lines)


def test_the_signed_proof_of_an_entry_is_a_download_of_its_own(client: TestClient) -> None:
    response = client.get(f"{VOTED_LINK}/receipt-1187.tlog-proof")
    assert (response.text, response.headers["content-disposition"]) == (
        "c2sp.org/tlog-proof@v1\nindex 1187\n",
        "attachment; filename*=UTF-8''receipt-1187.tlog-proof",
    )


@pytest.mark.parametrize("leaf", ["1186", "-1", "x", "9" * 40, "0x4a3", "1187.5"])
def test_there_is_no_proof_of_what_is_not_the_practices_own(client: TestClient, leaf: str) -> None:
    assert client.get(f"{VOTED_LINK}/receipt-{leaf}.tlog-proof").status_code == 404


def test_the_page_leads_to_the_signed_proof(client: TestClient) -> None:
    assert (
        f'href="{VOTED_LINK}/receipt-1187.tlog-proof"' in client.get(f"{VOTED_LINK}/receipt").text
    )


def test_the_file_holds_the_signed_proof_too(client: TestClient) -> None:
    assert "c2sp.org/tlog-proof@v1\nindex 1187\n" in client.get(f"{VOTED_LINK}/receipt.txt").text


def test_what_is_not_signed_yet_is_said_to_be_so(client: TestClient, desk: FakeDesk) -> None:
    desk.unsealed = (1187,)
    html = client.get(f"{VOTED_LINK}/receipt").text
    assert ("being signed up to leaf 1187" in html, "1187.tlog-proof" in html) == (True, False)
