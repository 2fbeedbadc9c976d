"""What every letter says, and that hostile text says nothing else in it."""

import json
import re
from dataclasses import asdict, replace
from typing import Any

import jinja2
import pytest

from engine import check
from notifications.context import ANY_MARK, MARK, UnknownWord, context, personal_link
from notifications.letters import (
    ABOUT_SEVERAL,
    ABOUT_THE_REGISTER,
    ABOUT_THE_TRAIL,
    LETTERS,
    TO_THE_BODY,
    Draft,
    IncompleteLetter,
    render,
)
from tests.notifications.pages import Page
from tests.notifications.samples import TEMPLATES, links_of, samples

SAMPLES = samples()
OF_DECISIONS = [
    name
    for name in SAMPLES
    if SAMPLES[name][0] not in ABOUT_THE_TRAIL | ABOUT_SEVERAL | ABOUT_THE_REGISTER
]
OF_THE_REGISTER = sorted(name for name in SAMPLES if SAMPLES[name][0] in ABOUT_THE_REGISTER)
TO_PRACTICES = [name for name in OF_DECISIONS if SAMPLES[name][0] not in TO_THE_BODY]
LINKED = [name for name in SAMPLES if links_of(SAMPLES[name][1])]
OF_THE_TRAIL = sorted(name for name in SAMPLES if SAMPLES[name][0] in ABOUT_THE_TRAIL)
WITH_DUE = [name for name in SAMPLES if SAMPLES[name][1].due_words]
OPENINGS = {"notice", "consultation_opened", "vote_opened"}
ASKING = OPENINGS | {"reminder", "extended", "step_due", "query_raised"}
CHECKPOINT = (
    "-- Trail checkpoint. Please keep this e-mail: it is evidence. --",
    "nene.example/trail 3",
    "root 59d7503f9a0db2d6cbda230056e61eababb8f881ecdfea24b5b22f627555ab67",
    "key  ec5df9c6",
)


def written(name: str) -> Draft:
    letter, sample = SAMPLES[name]
    return render(letter, sample)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_letter_has_a_sample() -> None:
    assert {letter for letter, _ in SAMPLES.values()} == set(LETTERS)


def test_every_letter_that_a_definition_may_owe_can_be_written() -> None:
    assert set(check.LETTERS) <= set(LETTERS)


def test_every_folder_of_templates_is_a_letter() -> None:
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(LETTERS)


@pytest.mark.parametrize("name", LINKED)
def test_the_link_stands_alone_on_one_line_of_the_text(name: str) -> None:
    lines = written(name).text.split("\n")
    wanted = links_of(SAMPLES[name][1])
    assert [line for line in lines if ANY_MARK.search(line)] == wanted


@pytest.mark.parametrize("name", LINKED)
def test_the_html_has_each_link_once_and_the_same_address_in_words(name: str) -> None:
    page, wanted = Page(written(name).html), links_of(SAMPLES[name][1])
    assert (page.links(), [page.words.count(link) for link in wanted]) == (
        wanted,
        [1] * len(wanted),
    )


@pytest.mark.parametrize("name", WITH_DUE)
@pytest.mark.parametrize("part", ["text", "html"])
def test_the_time_is_said_with_weekday_date_hour_and_zone(name: str, part: str) -> None:
    said = flat(getattr(written(name), part))
    assert "5pm on Tuesday 5 January 2027 (London time)" in said


@pytest.mark.parametrize("name", TO_PRACTICES)
@pytest.mark.parametrize("part", ["text", "html"])
def test_a_practice_reads_its_place_on_the_roll(name: str, part: str) -> None:
    said = flat(getattr(written(name), part))
    assert "Queensview Medical Centre is no. 1 of 69 on roll 3f9ac01b77d2." in said


@pytest.mark.parametrize("name", OF_DECISIONS)
@pytest.mark.parametrize("part", ["text", "html"])
@pytest.mark.parametrize("words", ["D-2026-0007", "01632 960123", "NHS Nene CCG"])
def test_every_letter_says_whose_it_is_and_who_answers(name: str, part: str, words: str) -> None:
    assert words in flat(getattr(written(name), part))


@pytest.mark.parametrize("name", [name for name in TO_PRACTICES if "outcome" not in name])
@pytest.mark.parametrize("part", ["text", "html"])
def test_a_letter_that_concerns_one_practice_names_it_with_its_code(name: str, part: str) -> None:
    assert "Queensview Medical Centre (K83003)" in flat(getattr(written(name), part))


@pytest.mark.parametrize("part", ["text", "html"])
@pytest.mark.parametrize(
    "name", ["vote_opened, lead", "reminder, vote", "extended, silent", "receipt, vote"]
)
def test_a_voting_letter_says_that_votes_are_recorded_and_who_sees_them(
    name: str, part: str
) -> None:
    said = flat(getattr(written(name), part))
    assert "Votes are recorded, not secret: the committee sees every vote" in said


@pytest.mark.parametrize("name", ["notice, lead", "consultation_opened, lead", "vote_opened, lead"])
@pytest.mark.parametrize("part", ["text", "html"])
def test_the_first_letter_holds_the_trails_key(name: str, part: str) -> None:
    assert SAMPLES[name][1].vkey in Page(getattr(written(name), part)).words


def test_without_a_key_the_letter_has_no_line_for_one() -> None:
    letter, sample = SAMPLES["vote_opened, lead"]
    assert "trail" not in render(letter, replace(sample, vkey="")).text


@pytest.mark.parametrize("name", SAMPLES)
def test_a_checkpoint_ends_the_text_exactly_as_it_was_given(name: str) -> None:
    letter, sample = SAMPLES[name]
    text = render(letter, replace(sample, checkpoint=CHECKPOINT)).text
    assert text.endswith("\n\n" + "\n".join(CHECKPOINT) + "\n")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_checkpoint_ends_the_html(name: str) -> None:
    letter, sample = SAMPLES[name]
    html = render(letter, replace(sample, checkpoint=CHECKPOINT)).html
    assert Page(html).words.rstrip().endswith("\n".join(CHECKPOINT))


@pytest.mark.parametrize("name", OF_DECISIONS)
def test_without_a_checkpoint_there_is_no_trace_of_one(name: str) -> None:
    assert "checkpoint" not in written(name).text + written(name).html


@pytest.mark.parametrize("name", SAMPLES)
def test_no_line_of_the_text_is_wider_than_a_screen_but_addresses(name: str) -> None:
    lines = written(name).text.split("\n")
    assert all(len(line) <= 72 or " " not in line for line in lines)


@pytest.mark.parametrize("name", LINKED)
def test_the_link_comes_within_half_a_minutes_reading(name: str) -> None:
    before_the_link = written(name).text.partition("https://")[0]
    assert len(before_the_link.split()) <= 135


TWENTY_SECONDS = 80
"""Words: a reader takes some 240 a minute."""


@pytest.mark.parametrize("name", [name for name in LINKED if SAMPLES[name][0] in OPENINGS])
def test_an_opening_is_read_in_twenty_seconds_but_for_the_decisions_own_words(name: str) -> None:
    letter, sample = SAMPLES[name]
    own: dict[str, Any] = dict.fromkeys(("meaning", "questions", "dropped", "candidates"), ())
    frame = replace(sample, summary="", road=(), next_steps=(), **own)
    above, _, _ = render(letter, frame).text.partition("\n----\n")
    assert len(above.split()) <= TWENTY_SECONDS


@pytest.mark.parametrize("name", [name for name in LINKED if SAMPLES[name][0] in OPENINGS])
def test_with_the_decisions_own_words_an_opening_has_no_more_than_160(name: str) -> None:
    above, _, _ = written(name).text.partition("\n----\n")
    assert len(above.split()) <= 160


@pytest.mark.parametrize("name", OF_DECISIONS)
def test_a_subject_ends_with_the_decisions_reference(name: str) -> None:
    assert written(name).subject.endswith(" [D-2026-0007]")


@pytest.mark.parametrize("name", [name for name in WITH_DUE if SAMPLES[name][0] in ASKING])
def test_the_subject_of_a_letter_that_asks_says_by_when(name: str) -> None:
    assert "5pm on Tuesday 5 January 2027" in written(name).subject


def test_a_title_that_is_too_long_for_a_subject_leaves_date_and_reference_whole() -> None:
    letter, sample = SAMPLES["vote_opened, lead"]
    subject = render(letter, replace(sample, title="endless " * 40)).subject
    assert subject.startswith("Please vote by 5pm on Tuesday 5 January 2027: endless")
    assert (subject.endswith("\u2026 [D-2026-0007]"), len(subject) <= 151) == (True, True)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_html_is_small_and_fetches_nothing(name: str) -> None:
    html = written(name).html
    assert len(html) < 12_000
    assert not re.search(r"src=|url\(|@import|<img|<script|background=", html)


@pytest.mark.parametrize("name", SAMPLES)
def test_tables_of_the_html_are_for_looks_alone(name: str) -> None:
    """Outlook knows no other way to hold a width; a screen reader is not to read them out."""
    html = written(name).html
    assert html.count("<table") == html.count('role="presentation"') > 1


@pytest.mark.parametrize("name", SAMPLES)
def test_the_html_has_one_main_heading_and_states_its_language(name: str) -> None:
    page = Page(written(name).html)
    assert (page.tags.count("h1"), ("lang", "en-GB") in page.attributes) == (1, True)


def test_a_long_summary_is_cut_and_the_link_still_comes_soon() -> None:
    letter, sample = SAMPLES["vote_opened, lead"]
    text = render(letter, replace(sample, summary="word " * 2000)).text
    assert text.index(MARK) < 2000


def test_who_may_not_vote_reads_who_may() -> None:
    assert "vote is cast by Dr Anita Patel or Dr Tom Reed." in flat(
        written("vote_opened, manager").text
    )


def test_a_practice_without_a_voter_is_asked_to_name_one() -> None:
    letter, sample = SAMPLES["vote_opened, manager"]
    assert "Nobody is named yet" in flat(render(letter, replace(sample, voters=())).text)


def test_a_receipt_names_the_choice_the_person_the_time_and_the_leaf() -> None:
    said = flat(written("receipt, vote").text)
    for words in ("For (leaf 1234", "Anita Patel, lead", "10:42am on Monday", "ring or write"):
        assert words in said


def test_an_extension_says_old_time_new_time_and_that_votes_stand() -> None:
    said = flat(written("extended, silent").text)
    for words in ("Old time: 5pm on Tuesday 29 December", "New time: 5pm", "already cast stand"):
        assert words in said


def test_an_outcome_says_the_result_first() -> None:
    assert written("outcome, carried").text.split("\n")[2] == "Result: Carried"


def test_a_letter_to_the_chair_needs_no_link() -> None:
    assert "respond" not in written("step_overdue, chair").text


@pytest.mark.parametrize("name", OF_THE_TRAIL)
@pytest.mark.parametrize("part", ["text", "html"])
def test_a_letter_about_the_trail_asks_for_nothing_but_to_be_kept(name: str, part: str) -> None:
    said = flat(getattr(written(name), part))
    assert ("Nothing is asked of you but to keep this letter." in said, "respond" in said) == (
        True,
        False,
    )


@pytest.mark.parametrize("name", OF_THE_TRAIL)
def test_a_letter_about_the_trail_names_no_decision_it_is_about(name: str) -> None:
    assert "reference" not in written(name).text


@pytest.mark.parametrize("name", OF_THE_REGISTER)
@pytest.mark.parametrize("part", ["text", "html"])
def test_a_letter_about_people_holds_no_link_and_says_whom_to_tell(name: str, part: str) -> None:
    said = flat(getattr(written(name), part))
    assert ("respond" in said, "01632 960123" in said) == (False, True)


@pytest.mark.parametrize("name", TO_PRACTICES)
@pytest.mark.parametrize("lack", ["practice_name", "place_on_roll"])
def test_a_letter_with_a_gap_is_refused(name: str, lack: str) -> None:
    letter, sample = SAMPLES[name]
    with pytest.raises(IncompleteLetter, match=lack):
        render(letter, context(asdict(sample) | {lack: None}))


@pytest.mark.parametrize("letter", ["notice", "vote_opened", "reminder", "extended", "receipt"])
def test_a_letter_that_asks_is_refused_without_its_link(letter: str) -> None:
    sample = next(sample for own, sample in SAMPLES.values() if own == letter)
    with pytest.raises(IncompleteLetter, match="needs a link"):
        render(letter, replace(sample, link=None))


@pytest.mark.parametrize(
    "link",
    ["", "javascript:alert(1)//", f"https://x/ {MARK}", f"https://x/{MARK}?a=1", "https://x"],
)
def test_a_link_that_is_not_ours_is_refused(link: str) -> None:
    letter, sample = SAMPLES["vote_opened, lead"]
    with pytest.raises(IncompleteLetter):
        render(letter, replace(sample, link=link))


def test_a_personal_link_has_the_mark_where_the_token_goes() -> None:
    link = personal_link("https://ccg.example/")
    assert (link, len(MARK)) == (f"https://ccg.example/respond/{MARK}", 43)


def test_choosing_by_file_name_would_have_left_the_html_bare() -> None:
    loader = jinja2.DictLoader({"body.html.j2": "{{ title }}"})
    naive = jinja2.Environment(loader=loader, autoescape=jinja2.select_autoescape())
    assert naive.get_template("body.html.j2").render(title="<script>") == "<script>"


def test_a_context_survives_being_kept() -> None:
    _, sample = SAMPLES["receipt, manager"]
    assert context(json.loads(json.dumps(asdict(sample)))) == sample


def test_a_value_no_letter_uses_is_refused_by_name() -> None:
    with pytest.raises(UnknownWord, match="colour"):
        context({"colour": "red"})


def test_a_context_needs_the_decision() -> None:
    with pytest.raises(TypeError, match="organisation"):
        context({"title": "alone"})


@pytest.mark.parametrize("name", TO_PRACTICES)
def test_a_letter_written_after_anothers_holds_nothing_of_it(name: str) -> None:
    letter, sample = SAMPLES[name]
    first = replace(sample, person_name="First Reader", practice_name="First Surgery")
    render(letter, first)
    second = render(letter, replace(sample, person_name="Second Reader"))
    assert "First" not in second.text + second.html + second.subject


def test_each_practice_reads_its_own_meaning() -> None:
    letter, sample = SAMPLES["vote_opened, lead"]
    texts = [
        render(letter, replace(sample, meaning=(f"You gain {pounds} pounds.",))).text
        for pounds in (100, 200)
    ]
    assert ["You gain 100" in texts[0], "You gain 200" in texts[1]] == [True, True]


@pytest.mark.parametrize("name", ["reply_received, closed", "receipt, challenge"])
def test_a_link_is_not_good_until_a_close_that_has_passed(name: str) -> None:
    draft = render(*SAMPLES[name])
    assert ["until the close" in words for words in (draft.text, draft.html)] == [False, False]


def test_where_nobody_is_known_nobody_is_said_to_have_a_link() -> None:
    text = " ".join(render(*SAMPLES["silent_practices, one"]).text.split())
    assert "nobody is known there, so ask who speaks for it." in text
    assert "Everyone there has a link" not in text
