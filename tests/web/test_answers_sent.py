"""What happens to a form that is sent: recorded, or asked again with nothing lost."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import DUE, LINKS, make_link
from web.forms import BODY_LIMIT
from workflows.answers import AlreadyStands, NotOpen, Paused, Recorded, TooLate

VOTE = {"choice": "against", "name": "Jane Smith", "role": "GP partner", "comment": "Too dear."}
COMMENT = {"name": "Jane Smith", "comment": "Too dear."}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def send(client: TestClient, state: str = "voting", **form: str) -> Response:
    return client.post(f"/respond/{LINKS[state]}", data=form)


def send_raw(client: TestClient, content: bytes | Iterator[bytes], **headers: str) -> Response:
    return client.post(f"/respond/{LINKS['voting']}", content=content, headers={**FORM, **headers})


def errors(response: Response) -> dict[str, str]:
    """The error summary: where each line leads, and what it says."""
    return dict(re.findall(r'<li><a href="#([^"]*)">([^<]*)</a></li>', response.text))


def test_a_vote_leads_to_its_receipt(client: TestClient) -> None:
    response = send(client, **VOTE)
    assert (response.status_code, response.headers["location"]) == (
        303,
        f"/respond/{LINKS['voting']}/receipt",
    )


def test_the_desk_gets_what_was_typed(client: TestClient, desk: FakeDesk) -> None:
    send(client, **VOTE)
    answer = desk.answers[0]
    assert (dict(answer.choices), answer.name, answer.role, answer.comment) == (
        {"main": "against"},
        "Jane Smith",
        "GP partner",
        "Too dear.",
    )


def test_each_question_has_its_own_choice(client: TestClient, desk: FakeDesk) -> None:
    form = {"choice.merger": "for", "choice.constitution": "against", "name": "Jane Smith"}
    send(client, "two-questions", **form)
    assert dict(desk.answers[0].choices) == {"merger": "for", "constitution": "against"}


def test_a_comment_leads_to_its_receipt(client: TestClient) -> None:
    assert send(client, "consulting", **COMMENT).status_code == 303


def test_a_choice_left_blank_is_no_choice(client: TestClient, desk: FakeDesk) -> None:
    send(client, "consulting", choice="", **COMMENT)
    assert dict(desk.answers[0].choices) == {}


def test_sending_the_same_again_leads_to_the_same_receipt(
    client: TestClient, desk: FakeDesk
) -> None:
    desk.says = AlreadyStands()
    assert send(client, **VOTE).headers["location"].endswith("/receipt")


def test_text_is_kept_in_one_unicode_form(client: TestClient, desk: FakeDesk) -> None:
    send(client, **{**VOTE, "name": "Ade\u0301ba\u0301yo\u0300"})
    assert desk.answers[0].name == "Ad\u00e9b\u00e1y\u00f2"


def test_line_ends_are_made_plain(client: TestClient, desk: FakeDesk) -> None:
    send(client, **{**VOTE, "comment": " one\r\n\ttwo\rthree \r\n"})
    assert desk.answers[0].comment == "one\n\ttwo\nthree"


def test_fields_that_nobody_asked_for_are_passed_over(client: TestClient, desk: FakeDesk) -> None:
    send(client, **VOTE, weight="100")
    assert desk.answers[0].name == "Jane Smith"


@pytest.mark.parametrize("hidden", ["\x00", "\x0b", "\x1b", "\x85", "\u2028", "\u202e", "\u2066"])
def test_hidden_characters_are_refused_in_words(client: TestClient, hidden: str) -> None:
    response = send(client, **{**VOTE, "comment": f"a fair price{hidden} indeed"})
    assert errors(response) == {
        "comment": "Your comment had a hidden control character after “a fair price”. "
        "It is taken out below: check the text and send it again."
    }


def test_a_refused_character_is_taken_out_of_what_is_shown_again(client: TestClient) -> None:
    response = send(client, **{**VOTE, "comment": "a fair\x0b price"})
    assert "\na fair price</textarea>" in response.text


@pytest.mark.parametrize("field", ["comment", "name", "role"])
def test_a_link_that_was_typed_is_on_no_record(
    client: TestClient, desk: FakeDesk, field: str
) -> None:
    """A comment goes to the committee, and in a receipt to everybody of the practice."""
    way = f"https://votes.nene.example/respond/{LINKS['voting']}"
    response = send(client, **{**VOTE, field: f"Mine, {way}, is slow"})
    assert (list(errors(response)), desk.answers) == ([field], [])
    assert "Mine, [link] is slow" in response.text


def test_a_name_holds_no_line_break(client: TestClient) -> None:
    assert list(errors(send(client, **{**VOTE, "name": "Jane\nSmith"}))) == ["name"]


def test_a_faulty_form_never_reaches_the_desk(client: TestClient, desk: FakeDesk) -> None:
    send(client, **{**VOTE, "name": "Jane\x00Smith"})
    assert desk.writes == []


def test_a_role_that_is_too_long_is_asked_again(client: TestClient) -> None:
    assert list(errors(send(client, **{**VOTE, "role": "x" * 121}))) == ["role"]


def test_two_choices_for_one_question_are_asked_again(client: TestClient) -> None:
    response = send_raw(client, b"choice=for&choice=against&name=Jane+Smith")
    assert errors(response) == {"choice-1-1": "Choose one answer only."}


def test_two_names_are_asked_again(client: TestClient) -> None:
    response = send_raw(client, b"choice=for&name=Jane+Smith&name=John+Smith")
    assert list(errors(response)) == ["name"]


def test_a_vote_without_choice_and_name_names_both(client: TestClient) -> None:
    response = send(client, comment="A long thought.")
    assert (response.status_code, list(errors(response))) == (422, ["choice-1-1", "name"])


def test_every_line_of_the_error_summary_leads_to_a_field(client: TestClient) -> None:
    response = send(client, "two-questions", comment="A long thought.")
    assert all(f'id="{way}"' in response.text for way in errors(response))


def test_a_page_with_errors_says_so_in_its_title(client: TestClient) -> None:
    assert "<title>Error: Diabetes" in send(client).text


def test_each_field_at_fault_is_tied_to_its_sentence(client: TestClient) -> None:
    html = send(client, choice="for").text
    assert re.search(r'id="name"[^>]*aria-describedby="name-hint name-error"', html)


def test_what_was_typed_is_kept(client: TestClient) -> None:
    html = send(client, **{**VOTE, "name": "", "comment": "A <long> thought.\nIn two lines."}).text
    assert "\nA &lt;long&gt; thought.\nIn two lines.</textarea>" in html


def test_what_was_chosen_is_kept(client: TestClient) -> None:
    html = send(client, **{**VOTE, "name": ""}).text
    assert re.findall(r'value="(\w+)" checked', html) == ["against"]


def test_a_comment_that_begins_with_a_blank_line_is_kept_as_typed(client: TestClient) -> None:
    html = send(client, comment="kept").text
    assert re.search(r"<textarea[^>]*>\nkept</textarea>", html)


def test_a_consultation_asks_for_comment_and_name(client: TestClient) -> None:
    response = send(client, "consulting")
    assert (response.status_code, set(errors(response))) == (422, {"comment", "name"})


def test_a_choice_posted_in_a_consultation_is_refused(client: TestClient) -> None:
    response = send(client, "consulting", choice="for", **COMMENT)
    assert (response.status_code, errors(response)) == (
        422,
        {"comment": "The vote is not open yet: for now practices are asked for comments."},
    )


def test_a_choice_by_one_who_may_not_cast_is_forbidden(client: TestClient) -> None:
    response = send(client, "commenter", **VOTE)
    assert response.status_code == 403
    assert "Dr Jane Smith, Dr Oluwaseun" in response.text


def test_who_may_not_cast_may_send_a_comment(client: TestClient) -> None:
    assert send(client, "commenter", **COMMENT).status_code == 303


def test_a_late_answer_is_told_when_it_closed(client: TestClient, desk: FakeDesk) -> None:
    desk.says = TooLate(datetime(2027, 1, 5, 17, tzinfo=UTC), DUE)
    response = send(client, **VOTE)
    assert response.status_code == 409
    assert f"This closed at {DUE}." in response.text


def test_a_late_comment_is_handed_back(client: TestClient, desk: FakeDesk) -> None:
    desk.says = TooLate(datetime(2027, 1, 5, 17, tzinfo=UTC), DUE)
    assert '<p class="q-lines">Too dear.</p>' in send(client, **VOTE).text


def test_an_answer_to_an_ended_decision_is_told_why(client: TestClient, desk: FakeDesk) -> None:
    desk.says = NotOpen("The decision was withdrawn.")
    response = send(client, **VOTE)
    assert (response.status_code, "The decision was withdrawn." in response.text) == (409, True)


def test_a_faulty_form_for_a_closed_page_is_a_conflict(client: TestClient) -> None:
    assert send(client, "counting", name="Jane\x00").status_code == 409


@pytest.mark.parametrize("name", ["Jane Smith", "Jane\x00Smith"])
def test_an_answer_by_an_unknown_link_finds_no_page(client: TestClient, name: str) -> None:
    response = client.post(f"/respond/{make_link('nobody')}", data={**VOTE, "name": name})
    assert (response.status_code, response.text) == (404, client.get("/nowhere").text)


def test_a_comment_of_full_length_fits_whatever_its_characters(
    client: TestClient, desk: FakeDesk
) -> None:
    send(client, **{**VOTE, "comment": "\N{CLINKING BEER MUGS}" * 10_000})
    assert len(desk.answers[0].comment) == 10_000


def test_a_body_over_the_limit_is_refused(client: TestClient, desk: FakeDesk) -> None:
    response = send_raw(client, b"comment=" + b"x" * BODY_LIMIT)
    assert (response.status_code, desk.calls) == (413, [])


def test_a_body_without_a_length_is_refused_at_the_limit(client: TestClient) -> None:
    endless = (b"x" * 65_536 for _ in range(1000))
    assert send_raw(client, endless).status_code == 413


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
        FORM["content-type"] + "; charset=utf-16",
    ],
)
def test_any_other_kind_of_content_is_refused(client: TestClient, kind: str) -> None:
    assert send_raw(client, b"choice=for&name=Jane", **{"content-type": kind}).status_code == 415


def test_a_form_that_states_its_charset_is_taken(client: TestClient) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
    assert send_raw(client, b"choice=for&name=Jane", **kind).status_code == 303


@pytest.mark.parametrize("body", [b"name=\xff\xfe", b"name=%ff", b"a=1&" * 200])
def test_a_form_that_cannot_be_read_is_refused(client: TestClient, body: bytes) -> None:
    assert send_raw(client, body).status_code == 400


@pytest.mark.parametrize("says", [Recorded((1,)), AlreadyStands()])
def test_no_answer_sets_a_cookie(
    client: TestClient, desk: FakeDesk, says: Recorded | AlreadyStands
) -> None:
    desk.says = says
    assert "set-cookie" not in send(client, **VOTE).headers


def test_a_candidate_is_sent_by_id(client: TestClient, desk: FakeDesk) -> None:
    send(client, "election", choice="zoe_obrien", name="Jane Smith")
    assert desk.answers[0].choices == {"main": "zoe_obrien"}


def test_each_question_at_fault_is_named_in_its_own_words(client: TestClient) -> None:
    """Two lines that both say "Choose one of the answers." lead nobody anywhere."""
    response = send(client, "two-questions", **{"choice.merger": "for"}, name="Jane Smith")
    assert errors(response) == {
        "choice-2-1": "Should the new constitution be adopted? Choose one of the answers."
    }


def test_the_error_summary_is_in_the_order_of_the_form(client: TestClient) -> None:
    assert list(errors(send(client, "two-questions"))) == ["choice-1-1", "choice-2-1", "name"]


def test_while_nothing_can_be_recorded_the_sender_is_asked_to_come_again(
    client: TestClient, desk: FakeDesk
) -> None:
    desk.says = Paused()
    response = send(client, **VOTE)
    assert (response.status_code, response.headers["retry-after"]) == (503, "3600")
    assert "was not recorded" in response.text
