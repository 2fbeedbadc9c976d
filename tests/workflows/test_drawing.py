"""Pictures of definitions: everything is in them, and nothing lies on anything else."""

from itertools import combinations, pairwise
from pathlib import Path

import pytest

from engine.definition import Workflow
from engine.reading import read_workflow
from tests.engine.makers import value, workflow
from tests.workflows.pictures import boxes, points, texts, whole
from workflows.drawing.measure import width
from workflows.drawing.mermaid import mermaid
from workflows.drawing.places import GAP, places_of
from workflows.drawing.plain import plain
from workflows.drawing.rows import rows_of
from workflows.drawing.scene import scene_of
from workflows.drawing.svg import svg
from workflows.rulebook import SHIPPED
from workflows.toml_file import read_toml

DATA = Path(__file__).parent.parent / "data"


def read(file: Path) -> Workflow:
    return read_workflow(read_toml(file.read_bytes(), file.name).value, file.name)


ALL = [read(file) for file in (*sorted(SHIPPED.glob("*.toml")), *DATA.glob("*.toml"))]


def named(name: str) -> Workflow:
    return next(of for of in ALL if of.name == name)


every = pytest.mark.parametrize("of", ALL, ids=lambda of: of.name)


# --- nothing lies on anything else ----------------------------------------------------------------


@every
def test_no_words_lie_on_other_words(of: Workflow) -> None:
    found = [(a.words, b.words) for a, b in combinations(texts(svg(of)), 2) if a.meets(b)]

    assert found == []


@every
def test_no_line_runs_through_words(of: Workflow) -> None:
    picture = svg(of)
    run_through = {
        words.words for words in texts(picture) for x, y in points(picture) if words.has(x, y)
    }

    assert run_through == set()


@every
def test_no_box_lies_on_another(of: Workflow) -> None:
    assert [1 for a, b in combinations(boxes(svg(of)), 2) if a.meets(b)] == []


@every
def test_words_are_whole_within_a_box_or_outside_of_all(of: Workflow) -> None:
    picture = svg(of)
    cut = [
        words.words
        for words in texts(picture)
        for box in boxes(picture)
        if words.meets(box) and not box.holds(words)
    ]

    assert cut == []


@every
def test_everything_lies_within_the_picture(of: Workflow) -> None:
    picture = svg(of)

    assert all(whole(picture).holds(each) for each in (*texts(picture), *boxes(picture)))


@every
def test_neighbours_in_a_row_keep_their_order_and_their_gap(of: Workflow) -> None:
    rows = rows_of(scene_of(of))
    x = places_of(scene_of(of), rows).x
    beside = [pair for order in rows.order for pair in pairwise(order)]

    close = [
        (a, b)
        for a, b in beside
        if x[b] - x[a] < rows.nodes[a].right + rows.nodes[b].left + GAP - 0.01
    ]
    assert close == []


# --- everything is in it --------------------------------------------------------------------------


@every
def test_every_state_is_shown_with_its_title(of: Workflow) -> None:
    shown = " ".join(each.words for each in texts(svg(of)))

    assert [state.title for state in of.states.values() if state.title not in shown] == []


@every
def test_the_text_names_what_every_move_leads_to(of: Workflow) -> None:
    drawn = plain(of)
    leading = [move for move in of.moves if not move.extend]

    assert [m for m in leading if f"▶ {m.to}\n" not in drawn] == []
    assert drawn.count("▶ ") == len(of.moves)


@every
def test_mermaid_has_a_line_for_every_move(of: Workflow) -> None:
    lines = mermaid(of).splitlines()

    assert all(any(f" {m.origin} --> {m.to}: " in line for line in lines) for m in of.moves)


def test_moves_on_one_deadline_say_which_is_tried_before_which() -> None:
    shown = " ".join(each.words for each in texts(svg(workflow())))

    assert "if quorate and carried" in shown
    assert "else if quorate" in shown
    assert "otherwise" in shown


def test_an_act_is_dashed_and_a_deadline_is_not() -> None:
    of = value()
    of["moves"] = of["moves"][:-1]
    without = svg(workflow(of))

    assert svg(workflow()).count("stroke-dasharray") == without.count("stroke-dasharray") + 1


def test_an_act_from_many_states_is_said_once() -> None:
    large = named("two_votes_then_committee")
    shown = [each.words for each in texts(svg(large))]

    assert shown.count("withdraw, by staff") == 1


def test_an_end_that_an_act_may_follow_is_above_what_follows_it() -> None:
    large = named("two_votes_then_committee")
    rows = rows_of(scene_of(large))

    assert rows.nodes["inquorate"].row < rows.nodes["revoting"].row


# --- a vote held once more ------------------------------------------------------------------------


def back_to_the_vote(of: Workflow) -> list[str]:
    """Where the lines begin that lead to a vote again."""
    scene = scene_of(of)
    return [arrow.origin or "" for arrow in scene.arrows if arrow.back]


def test_a_vote_held_once_more_is_a_line_back_up() -> None:
    assert back_to_the_vote(named("member_vote")) == ["inquorate"]


def test_a_second_vote_that_is_a_state_of_its_own_is_further_down() -> None:
    assert back_to_the_vote(named("two_votes_then_committee")) == []


def test_two_ends_that_lead_back_share_their_words() -> None:
    shown = [each.words for each in texts(svg(named("run_off")))]

    assert back_to_the_vote(named("run_off")) == ["tied", "inquorate"]
    assert sum(words.startswith("re-vote") for words in shown) == 1


def test_who_has_the_next_step_and_who_acts_is_in_the_box() -> None:
    shown = " ".join(each.words for each in texts(svg(named("primary_care_committee"))))

    assert "next: the lay chair acts: the non-GP-majority committee" in shown


def test_all_who_have_to_agree_are_named() -> None:
    shown = " ".join(each.words for each in texts(svg(named("urgent_powers"))))

    assert "approve: chair, accountable officer and lay chair agree" in shown


def test_a_call_in_says_who_raises_a_decision_to_what() -> None:
    shown = " ".join(each.words for each in texts(svg(named("inform"))))

    assert "10% of practices, or a whole locality, may call it in: it is then consulted on" in shown


def test_an_outcome_says_how_long_it_may_be_challenged_and_a_withdrawal_does_not() -> None:
    shown = " ".join(each.words for each in texts(svg(named("consult"))))

    assert shown.count("may be challenged for 5 working days") == 1


# --- it stands alone ------------------------------------------------------------------------------


@every
def test_a_picture_needs_nothing_from_elsewhere(of: Workflow) -> None:
    picture = svg(of).replace("http://www.w3.org/2000/svg", "")

    assert [word for word in ("script", "style=", "href", "http", "url(") if word in picture] == []


@every
def test_a_picture_is_the_same_every_time(of: Workflow) -> None:
    assert svg(of) == svg(of)


def test_signs_in_titles_stay_signs() -> None:
    of = value()
    of["states"]["voting"]["title"] = "Votes <b>&amp; more</b>"

    assert "Votes <b>&amp; more</b>" in " ".join(t.words for t in texts(svg(workflow(of))))


def test_a_long_word_makes_its_box_wider_and_not_its_words_shorter() -> None:
    of = value()
    of["states"]["voting"]["title"] = "W" * 60

    assert max(box.right - box.left for box in boxes(svg(workflow(of)))) > width("W" * 60)
