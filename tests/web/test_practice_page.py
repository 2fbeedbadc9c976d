"""What a practice reads on its page, in each state a decision can be in."""

import re
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import (
    BY_HAND,
    COMMENTER,
    DUE,
    ELECTION,
    LINKS,
    STATES,
    VOTED,
    VOTING,
    MakeClient,
    make_link,
    settings_for,
)
from web.assets import load_assets
from web.pages import Pages
from web.sheet import BLANK
from web.wording import size_words
from workflows.answers import Answer, Form, PracticePage, Stage

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>"


def look(client: TestClient, state: str) -> str:
    return client.get(f"/respond/{LINKS[state]}").text


def plain(html: str) -> str:
    """The page as read aloud: no tags, single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#39;", "'")


def draw(page: PracticePage, typed: Answer = BLANK) -> str:
    pages = Pages(settings_for(), load_assets())
    return pages.practice(page, "/respond/x", typed)


def with_text(page: PracticePage, field: str, text: str) -> PracticePage:
    changes: dict[str, Any] = {field: text}
    return replace(page, **changes)


def is_preselected(html: str) -> bool:
    return re.search(r"<input[^>]*\schecked", html) is not None


def test_the_page_says_for_which_practice_one_answers(client: TestClient) -> None:
    assert (
        "You are answering for K83001 Abington Medical Centre : no. 37 of 69 on the roll."
        in plain(look(client, "voting"))
    )


def test_the_page_says_until_when(client: TestClient) -> None:
    assert f"Voting closes {DUE}" in plain(look(client, "voting"))


def test_the_page_says_what_it_means_for_this_practice(client: TestClient) -> None:
    assert "412 patients on your register" in look(client, "voting")


def test_the_page_offers_the_papers_with_their_sizes(client: TestClient) -> None:
    assert "Diabetes LES: proposal and prices.pdf (248 kB)" in plain(look(client, "voting"))


@pytest.mark.parametrize(
    ("size", "said"), [(999, "999 bytes"), (1_000, "1 kB"), (2_449_999, "2.4 MB")]
)
def test_a_size_is_told_as_people_read_it(size: int, said: str) -> None:
    assert size_words(size) == said


def test_the_ballot_says_beforehand_who_will_see_the_vote(client: TestClient) -> None:
    assert (
        "the committee sees every vote, practices on the roll see all votes by practice name, "
        "and the public sees totals only"
    ) in plain(look(client, "voting"))


def test_the_page_says_who_may_vote(client: TestClient) -> None:
    assert "may be cast by Dr Jane Smith or Dr Oluwaseun" in plain(look(client, "voting"))


def test_a_consultation_says_nothing_of_who_may_vote(client: TestClient) -> None:
    said = plain(look(client, "consulting"))
    assert "may vote" not in said
    assert "Anyone on the list of Abington Medical Centre may comment" in said


def test_the_ballot_offers_each_option_once(client: TestClient) -> None:
    values = re.findall(r'name="choice" type="radio" value="(\w+)"', look(client, "voting"))
    assert values == ["for", "against", "abstain"]


def test_several_questions_have_a_field_each(client: TestClient) -> None:
    fields = re.findall(r'name="(choice[^"]*)"', look(client, "two-questions"))
    assert set(fields) == {"choice.merger", "choice.constitution"}


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_preselected_in_any_state(client: TestClient, state: str) -> None:
    assert not is_preselected(look(client, state))


def test_a_page_that_preselects_what_stands_is_noticed() -> None:
    naive = draw(VOTED, Answer(choices={"main": VOTED.standing["main"].choice}, name=""))
    assert is_preselected(naive)


@pytest.mark.parametrize("state", STATES)
def test_no_name_is_filled_in_beforehand(client: TestClient, state: str) -> None:
    assert set(re.findall(r'<input[^>]*type="text" value="([^"]*)"', look(client, state))) <= {""}


@pytest.mark.parametrize("state", STATES)
def test_no_page_holds_a_script_a_style_or_a_handler(client: TestClient, state: str) -> None:
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", look(client, state))


@pytest.mark.parametrize("state", STATES)
def test_no_page_sets_a_cookie(client: TestClient, state: str) -> None:
    assert "set-cookie" not in client.get(f"/respond/{LINKS[state]}").headers


@pytest.mark.parametrize("state", STATES)
def test_no_page_loads_anything_from_another_host(client: TestClient, state: str) -> None:
    assert not re.findall(r'(?:src|href|action)="(?!/|#)[^"]*"', look(client, state))


def test_what_stands_is_shown_with_until_when_it_may_be_changed(client: TestClient) -> None:
    said = plain(look(client, "voted"))
    assert "Vote Against Answered by Jane Smith, GP partner" in said
    assert f"You can change this answer until {DUE}" in said


def test_a_practice_without_a_vote_is_told_so(client: TestClient) -> None:
    assert "No vote is recorded yet for your practice." in look(client, "voting")


def test_who_may_not_cast_sees_no_choice(client: TestClient) -> None:
    assert 'type="radio"' not in look(client, "commenter")


def test_who_may_not_cast_may_comment(client: TestClient) -> None:
    assert '<textarea class="nhsuk-textarea" id="comment"' in look(client, "commenter")


def test_a_consultation_offers_no_choice(client: TestClient) -> None:
    assert 'type="radio"' not in look(client, "consulting")


@pytest.mark.parametrize(
    "state",
    [
        s
        for s, page in STATES.items()
        if page.form is Form.NONE and (page.beside.challenge is None or not page.may_cast)
    ],
)
def test_a_closed_page_has_no_form(client: TestClient, state: str) -> None:
    assert "<form" not in look(client, state)


def test_the_outcome_is_told_in_its_own_sentences(client: TestClient) -> None:
    assert "38 for and 17 against, so 69% of the 55 votes cast" in look(client, "decided")


def test_the_outcome_statement_has_its_headings(client: TestClient) -> None:
    headings = re.findall(r"<h3[^>]*>([^<]+)</h3>", look(client, "concluded"))
    assert headings == ["What we decided", "Reasons"]


def test_the_outcome_statement_has_its_paragraphs(client: TestClient) -> None:
    html = look(client, "concluded")
    assert all(
        f'<p class="q-lines">{text}</p>' in html
        for text in ("Dear practices,", "The service is renewed.", "Its price rises.")
    )


def test_how_practices_were_consulted_is_told_beside_the_outcome(client: TestClient) -> None:
    assert "Adequate time: Practices had 10 working days for comments." in plain(
        look(client, "concluded")
    )


def test_a_practice_reads_what_became_of_its_comment(client: TestClient) -> None:
    assert "What became of it Accepted: It rises." in plain(look(client, "concluded"))


def test_a_comment_that_waits_shows_no_answer(client: TestClient) -> None:
    assert look(client, "concluded").count("What became of it") == 1


def test_a_withdrawn_decision_says_why(client: TestClient) -> None:
    assert "The reason given: NHS England changed the terms" in look(client, "withdrawn")


def test_after_the_close_the_page_says_that_what_came_in_time_counts(client: TestClient) -> None:
    assert "what came in time counts" in look(client, "counting")


def test_a_withdrawn_decision_names_no_closing_time(client: TestClient) -> None:
    assert DUE not in look(client, "withdrawn")


def test_a_practice_that_did_not_vote_is_told_so_beside_the_outcome() -> None:
    html = draw(replace(STATES["decided"], standing={}))
    assert "No vote was recorded for your practice." in html


def test_a_consultation_says_nothing_of_votes_when_it_ends() -> None:
    page = replace(STATES["decided"], standing={}, route="consult")
    assert "No vote" not in draw(page)


def test_own_comments_are_listed(client: TestClient) -> None:
    assert "The price does not cover a nurse&#39;s half hour." in look(client, "voted")


@pytest.mark.parametrize("field", ["title", "summary", "practice_name", "person_name", "contact"])
def test_text_from_people_is_escaped(field: str) -> None:
    html = draw(with_text(VOTED, field, HOSTILE))
    assert "<script" not in html
    assert "<img" not in html


def test_typed_text_is_escaped_when_it_is_asked_again() -> None:
    html = draw(
        VOTING, Answer(choices={"main": HOSTILE}, name=HOSTILE, comment=HOSTILE, role=HOSTILE)
    )
    assert "<script" not in html


@pytest.mark.parametrize("state", STATES)
def test_no_page_wears_the_nhs_mark_or_its_copyright_line(client: TestClient, state: str) -> None:
    assert not re.search(r"nhsuk-header__logo|© NHS|aria-label=\"NHS\"", look(client, state))


def test_the_bare_address_says_where_to_find_the_link(client: TestClient) -> None:
    assert "open the link in the letter" in client.get("/").text


def test_links_carry_the_path_of_the_base_address(make_client: MakeClient) -> None:
    client = make_client(base_url="https://ccg.example/votes/")
    html = look(client, "voted")
    assert f'href="/votes/respond/{LINKS["voted"]}/receipt"' in html


@pytest.mark.parametrize("host", ["evil.example", "evil.example:1:2", "[::1", "a b", ""])
def test_the_host_header_changes_nothing(client: TestClient, host: str) -> None:
    usual = client.get(f"/respond/{LINKS['voted']}")
    told = client.get(f"/respond/{LINKS['voted']}", headers={"host": host})
    assert (told.status_code, told.text) == (200, usual.text)


def test_the_form_posts_to_its_own_address_and_does_not_repeat_the_link() -> None:
    html = draw(replace(COMMENTER, papers=()))
    assert re.findall(r"<form[^>]*>", html) == [
        '<form method="post" novalidate autocomplete="off">'
    ]


def test_a_page_about_nobody_is_not_found(client: TestClient) -> None:
    assert client.get(f"/respond/{make_link('nobody')}").status_code == 404


# --- elections, several questions, meetings -------------------------------------------------


def test_candidates_are_chosen_by_name(client: TestClient) -> None:
    labels = re.findall(
        r'radios__label q-words" for="choice-1-\d">([^<]+)<', look(client, "election")
    )
    assert labels == ["Dr Anna Lee", "Zoë O&#39;Brien", "Dr Tom Reed", "Abstain"]


def test_candidates_are_named_before_the_poll_opens() -> None:
    html = draw(replace(ELECTION, stage=Stage.INFORMING, form=Form.COMMENT, due_words=""))
    assert '<h2 class="nhsuk-heading-m">The candidates</h2>' in html
    assert "<li>Dr Anna Lee</li>" in html


def test_an_election_s_abstention_is_for_no_candidate(client: TestClient) -> None:
    html = plain(look(client, "election"))
    assert "Your practice counts as having answered, but for no candidate." in html


def test_no_candidate_is_preselected(client: TestClient) -> None:
    assert not is_preselected(look(client, "election"))


def test_a_candidate_s_name_brings_no_markup() -> None:
    (question,) = ELECTION.questions
    named = replace(question, candidates={**question.candidates, "dr_anna_lee": HOSTILE})
    assert "<script>" not in draw(replace(ELECTION, questions=(named,)))


def test_each_question_is_a_group_of_its_own(client: TestClient) -> None:
    legends = re.findall(r"<legend[^>]*>([^<]+)<", look(client, "two-questions"))
    assert legends == [
        "Should the group merge with its neighbour?",
        "Should the new constitution be adopted?",
    ]


def test_a_vote_by_hand_is_shown_as_the_secretariat_s(client: TestClient) -> None:
    html = plain(look(client, "by-hand"))
    assert (
        "Entered By hand at the meeting on 23 November 2026, minute 4.2, by the secretariat" in html
    )
    assert "Answered by" not in html


def test_a_vote_by_hand_asks_to_be_checked(client: TestClient) -> None:
    assert "If this is not what your practice said at the meeting" in look(client, "by-hand")


def test_a_vote_by_link_is_not_asked_to_be_checked(client: TestClient) -> None:
    assert "If this is not what your practice said" not in look(client, "voted")


def test_a_practice_sees_that_it_is_recorded_as_present(client: TestClient) -> None:
    assert (
        "Your practice is recorded as present at the meeting on 23 November 2026, Moulton Park "
        "(minute 4.2)." in plain(look(client, "by-hand"))
    )


def test_what_is_said_to_have_been_said_can_be_read(client: TestClient) -> None:
    assert "if the price is looked at after a year" in look(client, "by-hand")


def test_a_practice_that_was_not_there_sees_no_meeting() -> None:
    assert "recorded as present" not in draw(replace(BY_HAND, meetings=()))


def test_a_summary_s_line_ends_are_the_file_s_and_its_blank_lines_the_writer_s(
    client: TestClient, desk: FakeDesk
) -> None:
    link = LINKS["voting"]
    desk.pages[link] = replace(desk.pages[link], summary="One line\nof a file.\n\nAnother part.")

    body = client.get(f"/respond/{link}").text

    assert '<p class="q-words">One line\nof a file.</p>' in body
    assert '<p class="q-words">Another part.</p>' in body
