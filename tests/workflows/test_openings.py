"""Opening a decision: who is asked, under which reference, and what is on record afterwards."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from app.bootstrap import App
from engine.errors import InputFaults
from engine.impact import Route
from engine.paper import paper_from
from engine.people import Actor, How
from engine.refusals import AlreadyUsed, EmptyRoll
from engine.trail import commitment, parse
from engine.weights import Weights
from storage import tables
from storage.decisions import read_paper
from storage.proofs import read_leaves
from storage.register import Member, RegisteredPractice
from tests.small_body import PAPER, HandClock, found, open_vote, settings_for
from workflows.decision_file import DecisionFile, read_decision_file
from workflows.openings import (
    Opener,
    Sealed,
    choose_reference,
    finding_of,
    narrow,
    paper_of,
    seal_roll,
)
from workflows.rulebook import load_rulebook, read_definition

DATA = Path(__file__).parents[1] / "data"
HEAD = 'title = "T"\nsummary = "S"\n'
FACTS = "[facts]\naffects_practice_income = true\n"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The program on a small body of three practices."""
    app = found(settings_for(f"sqlite:///{tmp_path}/quorate.db", tmp_path), HandClock())
    yield app
    app.close()


def a_file(lines: str = "", facts: str = FACTS) -> DecisionFile:
    return read_decision_file(f"{HEAD}{lines}\n{facts}".encode(), "d.toml")


def practice(code: str, locality: str, *members: Member) -> RegisteredPractice:
    return RegisteredPractice(code, f"PRACTICE {code}", locality, 9_000, "2026-07-01", members)


NORTH, SOUTH, NOWHERE = practice("P1", "NORTH"), practice("P2", "SOUTH"), practice("P3", "")
ALL = [NORTH, SOUTH, NOWHERE]


# --- who is asked ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        ("", ALL),
        ('localities = ["SOUTH"]', [SOUTH]),
        ('localities = ["SOUTH", "NORTH"]', [NORTH, SOUTH]),
        ('practices = ["P3", "P1"]', [NORTH, NOWHERE]),
    ],
)
def test_all_practices_are_asked_or_those_that_the_file_names(
    lines: str, asked: list[RegisteredPractice]
) -> None:
    assert narrow(ALL, a_file(lines)) == asked


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('localities = ["SUOTH"]', "d.toml:3: 'SUOTH' is not among the body's open practices'"),
        ('practices = ["P1", "P9"]', "d.toml:3: 'P9' is not among"),
        ('localities = [" "]', "d.toml:3: localities should be"),
    ],
)
def test_a_name_that_nobody_has_is_a_fault_and_never_a_smaller_roll(lines: str, says: str) -> None:
    with pytest.raises(InputFaults) as caught:
        narrow(ALL, a_file(lines))

    assert str(caught.value).startswith(says)


def test_a_misspelt_locality_is_met_with_the_right_one() -> None:
    with pytest.raises(InputFaults, match="did you mean 'SOUTH'"):
        narrow(ALL, a_file('localities = ["SUOTH"]'))


def test_a_body_without_practices_can_open_nothing() -> None:
    with pytest.raises(EmptyRoll):
        narrow([], a_file())


# --- elections and urgent papers ------------------------------------------------------------

ELECTION = (
    'candidates = ["Dr Anna Lee", "Bo Reed"]\n[facts]\nmember_election_or_meeting_rules = true\n'
)


def with_elections(app: App) -> Opener:
    """The opener of a body that has a definition for elections."""
    held = read_definition((DATA / "election" / "election.toml").read_bytes(), "election.toml")
    book = app.opener.rulebook
    book = replace(book, definitions={**book.definitions, "election": held})
    return replace(app.opener, rulebook=book)


def test_a_vote_between_candidates_is_an_election(app: App) -> None:
    prepared = with_elections(app).prepare(a_file(facts=ELECTION), {}, Actor(None, How.CLI))

    assert prepared.opening.workflow_name == "election"


def test_the_names_of_candidates_are_no_part_of_any_leaf(app: App) -> None:
    with_elections(app).open(a_file(facts=ELECTION), {}, Actor(None, How.CLI))
    with app.store.database.reading() as reading:
        leaves = b"".join(row.data for row in read_leaves(reading))

    assert b"candidate_1" in leaves
    assert b"Anna Lee" not in leaves


def test_an_election_on_another_road_is_refused(app: App) -> None:
    """A change of the constitution goes by larger majorities, which elect nobody."""
    file = a_file(facts=f"{ELECTION}constitution_change = true\n")
    with pytest.raises(InputFaults, match=r"d.toml:4: .* goes by 'constitution_vote'"):
        with_elections(app).prepare(file, {}, Actor(None, How.CLI))


def test_why_it_cannot_wait_is_kept_with_the_paper_and_read_back(app: App) -> None:
    file = a_file('urgent_reason = "The lease ends."', "[facts]\nurgent = true\n")
    reference = app.opener.open(file, {}, Actor(None, How.CLI)).opening.reference
    with app.store.database.reading() as reading:
        paper = read_paper(reading, app.store.keys, reference)

    assert paper.reasons(("It is urgent.",))[1] == "It cannot wait because: The lease ends."


def test_the_order_of_several_questions_is_kept(app: App) -> None:
    """The trail's canonical form sorts by name."""
    questions = "".join(f'[[questions]]\nid = "{q}"\ntext = "{q}?"\n' for q in "zma")
    file = a_file(facts=FACTS + questions)
    reference = app.opener.open(file, {}, Actor(None, How.CLI)).opening.reference
    with app.store.database.reading() as reading:
        paper = read_paper(reading, app.store.keys, reference)

    assert list(paper.asked) == ["z", "m", "a"]


def test_a_paper_that_needs_none_of_it_holds_none_of_it() -> None:
    rest = paper_of(a_file(), {}, "").rest()

    assert set(rest) == {"proposer", "contact", "questions", "documents"}


# --- the roll -------------------------------------------------------------------------------

ANN = Member("ann", "Ann", "ann@p.example", "lead")
BOB = Member("bob", "Bob", "bob@p.example", "manager")
SALTS = [bytes([n]) * 32 for n in range(9)]


def sealed(*members: Member, weights: Weights | None = None) -> Sealed:
    numbers = count()
    return seal_roll(
        [practice("P1", "NORTH", *members)],
        frozenset({"lead", "deputy"}),
        lambda _size: SALTS[next(numbers)],
        weights,
    )


def test_an_address_is_on_the_roll_as_a_commitment() -> None:
    (person,) = sealed(ANN).roll.lines[0].persons

    assert person.contact == commitment("ann@p.example", SALTS[0])


def test_each_address_has_a_salt_of_its_own() -> None:
    assert sealed(ANN, BOB).contacts == {
        ("P1", "ann"): (SALTS[0], "ann@p.example"),
        ("P1", "bob"): (SALTS[1], "bob@p.example"),
    }


def test_only_some_roles_may_cast_the_vote() -> None:
    persons = sealed(ANN, BOB).roll.lines[0].persons

    assert {person.person: person.may_cast for person in persons} == {"ann": True, "bob": False}


def test_a_practice_has_one_vote_whatever_its_list() -> None:
    assert sealed(ANN).roll.lines[0].weight == 1


def test_a_practice_has_the_votes_of_its_list_where_the_rule_weighs_them() -> None:
    (line,) = sealed(ANN, weights=Weights(2_000)).roll.lines

    assert (line.list_size, line.weight) == (9_000, 5)


# --- the reference --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "given"),
    [
        ((), "D-2026-0001"),
        (("D-2026-0001", "D-2026-0007"), "D-2026-0008"),
        (("D-2025-0041",), "D-2026-0001"),
        (("D-2026-DIABETES", "LES-9"), "D-2026-0001"),
        (("D-2026-9999",), "D-2026-10000"),
    ],
)
def test_the_year_s_next_number_is_given(taken: tuple[str, ...], given: str) -> None:
    assert choose_reference(a_file(), frozenset(taken), 2026) == given


def test_a_file_may_bring_its_own_reference() -> None:
    assert choose_reference(a_file('reference = "LES-9"'), frozenset(), 2026) == "LES-9"


def test_a_reference_is_used_once() -> None:
    with pytest.raises(AlreadyUsed, match="LES-9"):
        choose_reference(a_file('reference = "LES-9"'), frozenset({"LES-9"}), 2026)


# --- its words and its finding --------------------------------------------------------------


def test_a_document_is_named_by_its_bytes() -> None:
    (document,) = paper_of(a_file(), {"a.pdf": b"%PDF"}, "").documents

    assert (document.name, document.sha256, document.size) == (
        "a.pdf",
        hashlib.sha256(b"%PDF").hexdigest(),
        4,
    )


def test_questions_go_to_the_body_where_the_file_names_nobody() -> None:
    assert paper_of(a_file(), {}, "Sam, 01604 000000").contact == "Sam, 01604 000000"


def test_in_doubt_the_highest_route_is_taken_and_the_classified_one_kept(app: App) -> None:
    file = a_file(facts="[facts]\naffects_practice_workload = true\n")
    found = app.opener.prepare(file, {}, Actor(None, How.CLI)).classification
    finding = finding_of(file, found)

    assert (finding.route, finding.taken, finding.ask) == (Route.INFORM, Route.CONSULT, True)


# --- what is on record ----------------------------------------------------------------------


def leaves(app: App) -> list[dict[str, object]]:
    with app.store.database.reading() as reading:
        return [parse(row.data) for row in read_leaves(reading)]


def test_an_opening_is_filed_in_its_order(app: App) -> None:
    before = len(leaves(app))
    open_vote(app)
    kinds = [leaf["type"] for leaf in leaves(app)[before:]]

    published = len(app.rulebook.definitions) + 1  # what it may yet be raised to, and the table
    assert kinds == [
        *(["rules.published"] * published),
        *("calendar.published", "roll.frozen"),
        *("decision.opened", "decision.classified", "decision.routed", "phase.opened"),
        *("deadline.set", "mail.intent", *["link.issued"] * 6),
    ]


def test_a_file_of_rules_is_published_once(app: App) -> None:
    for _ in range(2):
        open_vote(app)

    published = [leaf["type"] for leaf in leaves(app)].count("rules.published")
    assert published == len(app.rulebook.definitions) + 1


def test_every_digest_that_the_opening_names_is_that_of_a_published_file(app: App) -> None:
    open_vote(app)
    body = next(leaf["body"] for leaf in leaves(app) if leaf["type"] == "decision.opened")
    named = {body[key] for key in ("workflow", "rules", "calendar", "roll")}  # type: ignore[index]
    with app.store.database.reading() as reading:
        rows = reading.execute(select(tables.published)).all()

    assert named <= {
        row.digest for row in rows if hashlib.sha256(row.data).hexdigest() == row.digest
    }


def test_a_second_decision_under_one_reference_is_refused(app: App) -> None:
    file = read_decision_file(('reference = "LES-9"\n' + PAPER).encode(), "d.toml")
    app.opener.open(file, {}, Actor(None, How.CLI))

    with pytest.raises(AlreadyUsed):
        app.opener.open(file, {}, Actor(None, How.CLI))


def test_a_refused_opening_leaves_the_trail_as_it_was(app: App) -> None:
    nobody = replace(app.opener, body=replace(app.opener.body, code="00X"))
    before = leaves(app)
    with pytest.raises(EmptyRoll):
        nobody.open(a_file(), {}, Actor(None, How.CLI))

    assert leaves(app) == before


def test_rules_in_force_are_read_from_the_body_s_own_folder_over_those_that_ship(app: App) -> None:
    calendar, folder = app.rulebook.calendar, app.settings.workflows.directory
    own, shipped = (load_rulebook(calendar, each, None, 25) for each in (folder, None))

    assert own.definition("vote_then_committee") != shipped.definition("vote_then_committee")


def weighing(app: App) -> Opener:
    """The opener, with one vote for each 1,000 patients and two for a list that is not known."""
    book = app.rulebook
    vote = book.definition("vote_then_committee")
    assert vote.workflow.vote is not None
    rule = replace(vote.workflow.vote, weight=Weights(1_000, blank=2))
    weighted = replace(vote, workflow=replace(vote.workflow, vote=rule))
    return replace(
        app.opener, rulebook=replace(book, definitions={"vote_then_committee": weighted})
    )


def test_the_roll_is_frozen_with_the_votes_that_the_definition_gives(app: App) -> None:
    file = read_decision_file(PAPER.encode(), "d.toml")
    weights = Weights(1_000, blank=2)
    lines = weighing(app).open(file, {}, Actor(None, How.CLI)).opening.roll.lines

    assert [line.weight for line in lines] == [weights.of(line.list_size) for line in lines]
    assert {line.weight for line in lines} != {1}


# --- what came later ------------------------------------------------------------------------


def test_a_paper_without_a_day_keeps_the_words_it_always_had() -> None:
    """A key that was not given is not there, so that earlier openings read the same."""
    rest = paper_of(a_file(), {}, "").rest()

    assert set(rest) == {"proposer", "contact", "questions", "documents"}


def test_the_day_it_takes_effect_is_read_back_from_the_paper() -> None:
    paper = paper_of(a_file('effective = 2026-12-01\nwhat_changed = "All of it."'), {}, "")

    assert paper_from(paper.title, paper.summary, paper.rest()) == paper


def test_a_warning_goes_beside_the_doubts_of_the_classification(app: App) -> None:
    file = a_file(facts="[facts]\naffects_practice_workload = true\n")
    found = app.opener.prepare(file, {}, Actor(None, How.CLI)).classification

    assert finding_of(file, found, ("Too soon.",)).asks == (*found.asks, "Too soon.")
