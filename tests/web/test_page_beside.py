"""What a page says beside the answer it asks for: who else acts, and why it went another way."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from tests.web.sample_pages import LINKS, VOTED, settings_for
from tests.web.sample_requests import A_CALL_IN, CALL_IN
from web.assets import load_assets
from web.pages import Pages
from web.wording import asked_so_far
from workflows.answers import PracticePage
from workflows.beside import Barred, Beside, Deed, Dropped, Turn

HOSTILE = '"><script>alert(1)</script>'


def said(client: TestClient, state: str) -> str:
    return plain(client.get(f"/respond/{LINKS[state]}").text)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#39;", "'")


def draw(page: PracticePage) -> str:
    return Pages(settings_for(), load_assets()).practice(page, "/respond/x")


# --- call-ins ---------------------------------------------------------------------------------


def test_a_call_in_says_how_many_have_asked_and_how_many_are_needed(client: TestClient) -> None:
    assert "3 practices have asked so far; 7 are needed." in said(client, "callable")


@pytest.mark.parametrize(
    ("count", "needed", "words"),
    [
        (0, 7, "No practice has asked so far."),
        (1, 2, "1 practice has asked so far; 2 are needed."),
        (0, 1, "No practice has asked so far."),
    ],
)
def test_a_number_reads_as_people_say_it(count: int, needed: int, words: str) -> None:
    assert asked_so_far(replace(CALL_IN, count=count, needed=needed)) == words


def test_a_call_in_says_until_when_and_of_how_many(client: TestClient) -> None:
    assert (
        "It needs 7 of the 69 practices on the roll, or every practice of one locality, "
        "by 5pm on Tuesday 1 December 2026 (London time)."
    ) in said(client, "callable")


@pytest.mark.parametrize(
    ("state", "leads_to"),
    [("callable", "all practices are consulted before"), ("raised", "all practices vote on it")],
)
def test_a_call_in_says_what_it_leads_to(client: TestClient, state: str, leads_to: str) -> None:
    assert leads_to in said(client, state)


def test_a_call_in_says_that_it_is_no_comment(client: TestClient) -> None:
    assert "This is not the same as a comment." in said(client, "callable")


def test_a_practice_that_has_asked_sees_what_it_sent_and_no_form(client: TestClient) -> None:
    words = said(client, "called-in")
    assert "Your practice is one of them." in words
    assert words.count("Nobody asked us about Tuesdays.") == 1
    assert "Call it in for your practice" not in words


def test_a_call_in_of_an_earlier_step_stays_listed(client: TestClient) -> None:
    words = said(client, "raised")
    assert "What your practice asked for" in words
    assert "Call it in for your practice" in words


# --- challenges -------------------------------------------------------------------------------


def test_a_challenge_says_until_when_and_who_hears_it(client: TestClient) -> None:
    words = said(client, "challengeable")
    assert "can challenge it until 5pm on Tuesday 12 January 2027 (London time)" in words
    assert "the local medical committee (LMC), within 5 working days" in words
    assert "If nobody settles it by then, it ends so: Challenged, and the outcome" in words


def test_a_held_outcome_says_who_looks_at_it_and_by_when(client: TestClient) -> None:
    words = said(client, "held")
    assert "Challenged: the outcome is held" in words
    assert (
        "The next step is with the local medical committee (LMC) : "
        "due by 5pm on Tuesday 19 January 2027 (London time)."
    ) in words


def test_while_one_challenge_is_heard_another_practice_may_add_its_own(
    client: TestClient,
) -> None:
    assert "can put a challenge of its own on record" in said(client, "held")


def test_a_practice_that_has_challenged_is_not_asked_again(client: TestClient) -> None:
    words = said(client, "held-by-us")
    assert "Your practice has challenged it." in words
    assert "can put a challenge of its own" not in words


def test_an_outcome_set_aside_says_so_and_by_whom(client: TestClient) -> None:
    words = said(client, "set-aside")
    assert "Outcome: Set aside" in words
    assert "Challenge not decided in time by the governing body" in words


# --- bodies beside the practices --------------------------------------------------------------


def test_what_another_body_must_still_do_is_said(client: TestClient) -> None:
    words = said(client, "acting")
    assert "This is not final yet. The next step is with the committee without a GP" in words


def test_what_another_body_did_comes_with_its_date_and_reason(client: TestClient) -> None:
    assert (
        "Refused by the committee without a GP majority , 10.04am on Tuesday 24 November 2026 "
        "(London time). The reason given: It is not affordable."
    ) in said(client, "refused")


def test_what_became_of_it_stands_above_the_practices_own_outcome(client: TestClient) -> None:
    words = said(client, "refused")
    heading = "Carried by the practices but refused by the committee Outcome: Carried"
    assert heading in words


def test_an_urgent_decision_says_when_it_lapses(client: TestClient) -> None:
    words = said(client, "in-force")
    assert "it was due by" in words
    assert "If it is not taken by then, this ends so: Lapsed: not ratified in time." in words


# --- the road ---------------------------------------------------------------------------------


def test_a_changed_road_says_why(client: TestClient) -> None:
    words = said(client, "raised")
    assert "Called in by 7 of 69 practices; 10% of practices were needed." in words
    assert "Raised by the secretariat. The reason given: It came to cost more." in words


def test_a_vote_held_once_more_says_why(client: TestClient) -> None:
    words = said(client, "again")
    assert "This vote is held once more The reason given: Half the practices were" in words


# --- interests --------------------------------------------------------------------------------


def test_a_practice_without_a_vote_sees_why_and_may_comment(client: TestClient) -> None:
    html = client.get(f"/respond/{LINKS['no-vote']}").text
    assert "Its partners own the bidder." in html
    assert ('type="radio"' in html, 'id="comment"' in html) == (False, True)


def test_a_practice_kept_out_sees_why_and_no_form(client: TestClient) -> None:
    html = client.get(f"/respond/{LINKS['kept-out']}").text
    assert "Its partners own the bidder." in html
    assert "<form" not in html


@pytest.mark.parametrize("state", ["no-vote", "kept-out"])
def test_a_practice_without_a_vote_is_not_told_who_may_cast_it(
    client: TestClient, state: str
) -> None:
    assert "may be cast by" not in said(client, state)


def test_a_vote_from_before_the_ruling_is_said_not_to_count() -> None:
    page = replace(VOTED, beside=Beside(barred=Barred(wholly=False, reason="It bids.")))
    assert "It does not count" in draw(page)


def test_a_proposal_that_was_taken_off_is_shown_with_the_reason() -> None:
    gone = Dropped("Should the fee fall by a third?", "The LMC objects.", A_CALL_IN.at)
    words = plain(draw(replace(VOTED, beside=Beside(dropped=(gone,)))))
    assert (
        "A proposal was taken off the paper Should the fee fall by a third? "
        "The reason given: The LMC objects."
    ) in words


# --- all of it --------------------------------------------------------------------------------


def test_text_from_people_is_escaped_here_too() -> None:
    hostile = Beside(
        barred=Barred(wholly=False, reason=HOSTILE),
        requests=(replace(A_CALL_IN, text=HOSTILE, name=HOSTILE, role=HOSTILE),),
        turns=(Turn(A_CALL_IN.at, (HOSTILE,)),),
        dropped=(Dropped(HOSTILE, HOSTILE, A_CALL_IN.at),),
        deeds=(Deed(HOSTILE, HOSTILE, A_CALL_IN.at, HOSTILE),),
        again=HOSTILE,
    )
    assert "<script" not in draw(replace(VOTED, beside=hostile))
