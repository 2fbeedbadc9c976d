"""`quorate workflow`: what governance staff see who change a definition without Python."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings
from app.rehearse.plays import MANNERS, Play
from app.rehearse.run import rehearse
from app.rehearse.staff import UNASKED, take_turn, waiting_acts
from app.rehearse.stage import stage
from engine.people import Actor, How
from engine.refusals import NoSuchAct
from tests.app.conftest import Quorate
from tests.engine.makers import at
from workflows.decision_file import read_decision_file
from workflows.rulebook import SHIPPED, Definition, read_definition

OPENING = ("--opening", "2026-12-01")


def change(folder: Path, name: str, old: str, new: str) -> None:
    """A copy of a shipped definition, changed, as own.toml."""
    text = (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "own.toml").write_text(text.replace(old, new), encoding="utf-8")


def shipped(name: str) -> Definition:
    return read_definition((SHIPPED / f"{name}.toml").read_bytes(), name)


# --- copy, list, check ----------------------------------------------------------------------------


def test_a_copy_is_the_file_itself(quorate: Quorate, folder: Path) -> None:
    quorate("workflow", "copy", "inform", "own.toml")

    assert (folder / "own.toml").read_bytes() == (SHIPPED / "inform.toml").read_bytes()


def test_a_copy_overwrites_nothing(quorate: Quorate, folder: Path) -> None:
    refused = quorate("workflow", "copy", "inform", "vote.toml")

    assert refused.code == 1
    assert "Diabetes" in (folder / "vote.toml").read_text()


def test_the_list_tells_the_days_of_each_definition(quorate: Quorate) -> None:
    listed = {each["name"]: each for each in quorate("workflow", "list", "--json").json}

    assert listed["member_vote"]["longest_days"] == 17


def test_a_definition_in_force_is_checked_by_its_name(quorate: Quorate) -> None:
    assert "No fault in inform" in quorate("workflow", "check", "inform").out


def test_a_folder_of_the_same_name_does_not_hide_a_definition(
    quorate: Quorate, folder: Path
) -> None:
    (folder / "inform").mkdir()

    assert quorate("workflow", "check", "inform").code == 0


def test_an_unknown_name_is_refused_with_the_nearest(quorate: Quorate) -> None:
    refused = quorate("workflow", "check", "infrom")

    assert (refused.code, "Did you mean 'inform'?" in refused.err) == (1, True)


def test_a_file_that_is_not_there_is_at_fault(quorate: Quorate) -> None:
    assert quorate("workflow", "check", "nowhere.toml").code == 2


def test_a_faulty_file_is_named_with_its_fault(quorate: Quorate, folder: Path) -> None:
    change(folder, "inform", 'to = "informed"', 'to = "infromed"')

    faulty = quorate("workflow", "check", "own.toml")

    assert (faulty.code, "did you mean 'informed'?" in faulty.err) == (2, True)


# --- prove ----------------------------------------------------------------------------------------


def test_every_definition_in_force_is_proven(quorate: Quorate) -> None:
    proven = quorate("workflow", "prove", "--json")

    assert proven.code == 0
    assert all(each["within_limit"] for each in proven.json)
    assert {each["name"] for each in proven.json} >= {"inform", "consult", "member_vote"}


def test_a_proof_shows_the_worst_opening_day(quorate: Quorate) -> None:
    words = ("workflow", "prove", "consult", "--from", "2026-12-01", "--to", "2026-12-31")

    (proof,) = quorate(*words, "--json").json

    assert (proof["worst_opening"], proof["most_calendar_days"]) == ("2026-12-02", 33)


def test_a_proof_says_which_measure_is_the_promise(quorate: Quorate) -> None:
    shown = " ".join(quorate("workflow", "prove", "inform").out.split())

    assert "Limits and the six weeks are in working days (30)" in shown


def test_a_limit_that_is_exceeded_is_named_with_the_way(quorate: Quorate, folder: Path) -> None:
    change(folder, "consult", 'limit = "25 working days"', 'limit = "19 working days"')

    refused = quorate("workflow", "prove", "own.toml")

    assert refused.code == 1
    assert "consult can take 20 working days (consulting 10 + concluding 5 + overdue 5)" in (
        refused.err
    )


def test_the_same_file_is_a_fault_to_check(quorate: Quorate, folder: Path) -> None:
    change(folder, "consult", 'limit = "25 working days"', 'limit = "19 working days"')

    assert quorate("workflow", "check", "own.toml").code == 2


def test_a_folder_whose_file_exceeds_its_limit_is_proven_against_it(
    quorate: Quorate, folder: Path
) -> None:
    change(folder, "consult", 'limit = "25 working days"', 'limit = "19 working days"')
    (folder / "ours").mkdir()
    (folder / "own.toml").rename(folder / "ours" / "own.toml")
    (folder / "config.toml").write_text('[workflows]\ndirectory = "ours"\n')

    assert quorate("workflow", "prove", "consult").code == 1


def over_the_body_s_limit(folder: Path) -> None:
    """A definition that keeps its own limit, of a body whose own is shorter."""
    change(folder, "consult", "Consultation of", "A consultation of")
    (folder / "config.toml").write_text("[turnaround]\nlimit_working_days = 19\n")


def test_a_file_is_proven_against_the_body_s_own_limit(quorate: Quorate, folder: Path) -> None:
    over_the_body_s_limit(folder)

    refused = quorate("workflow", "prove", "own.toml")

    assert (refused.code, "the 19 of [turnaround] limit_working_days" in refused.err) == (1, True)


def test_a_file_is_checked_against_the_body_s_own_limit(quorate: Quorate, folder: Path) -> None:
    over_the_body_s_limit(folder)

    assert quorate("workflow", "check", "own.toml").code == 2


def test_a_re_vote_is_no_part_of_the_body_s_limit(quorate: Quorate) -> None:
    (proof,) = quorate("workflow", "prove", "constitution_vote", "--json").json

    assert (proof["longest_days"], proof["revote_days"]) == (20, 30)
    assert proof["within_body_limit"]


def test_a_proof_tells_apart_what_practices_and_staff_may_add(quorate: Quorate) -> None:
    (proof,) = quorate("workflow", "prove", "inform", "--json").json

    assert proof["apart"] == [
        {
            "cause": "call_in",
            "state": "informing",
            "within_days": 5,
            "longest_days": 20,
            "limit_days": 25,
            "through": "consult",
            "held_step_days": 0,
        }
    ]


def test_opening_days_that_the_calendar_does_not_cover_are_refused(quorate: Quorate) -> None:
    refused = quorate("workflow", "prove", "inform", "--to", "2099-01-01", "--json")

    assert (refused.code, refused.json["refused"]) == (1, "calendar_ends")


# --- draw -----------------------------------------------------------------------------------------


def test_a_definition_is_drawn_on_the_terminal(quorate: Quorate) -> None:
    assert "time is up: close, if quorate and carried ──▶ carried" in (
        quorate("workflow", "draw", "member_vote").out
    )


def test_a_picture_is_written_by_the_ending_of_its_file(quorate: Quorate, folder: Path) -> None:
    quorate("workflow", "draw", "member_vote", "-o", "vote.svg")

    assert (folder / "vote.svg").read_text().startswith("<svg ")


def test_a_picture_that_cannot_be_written_is_told_of(quorate: Quorate) -> None:
    assert quorate("workflow", "draw", "inform", "-o", "nowhere/vote.svg").code == 2


# --- rehearse -------------------------------------------------------------------------------------


def rehearsed(quorate: Quorate, *words: str) -> list[str]:
    done = quorate("workflow", "rehearse", *words, *OPENING, "--json")
    assert done.code == 0, done.err
    return [note["words"] for note in done.json["notes"]]


def test_an_ordinary_vote_is_carried_on_the_ordinary_way(quorate: Quorate) -> None:
    done = quorate("workflow", "rehearse", "member_vote", *OPENING, "--json").json

    assert (done["result"], done["working_days"]) == ("carried", 12)


@pytest.mark.parametrize(("name", "days"), [("inform", 5), ("consult", 20), ("member_vote", 17)])
def test_where_nobody_does_anything_the_longest_way_is_gone(
    quorate: Quorate, name: str, days: int
) -> None:
    words = ("workflow", "rehearse", name, "--play", "silent", *OPENING, "--json")

    assert quorate(*words).json["working_days"] == days


def test_where_nobody_does_anything_every_escalation_is_seen(quorate: Quorate) -> None:
    notes = rehearsed(quorate, "consult", "--play", "silent")

    assert sum("step_overdue" in words for words in notes) == 1
    assert sum(words.startswith("Waits for: conclude, or") for words in notes) == 2


def test_a_tie_is_not_carried(quorate: Quorate) -> None:
    words = ("workflow", "rehearse", "member_vote", "--play", "tie", *OPENING, "--json")

    assert quorate(*words).json["result"] == "not_carried"


def test_a_tie_where_nobody_votes_is_refused(quorate: Quorate) -> None:
    assert quorate("workflow", "rehearse", "inform", "--play", "tie", *OPENING).code == 1


def test_staff_conclude_once_the_lmc_has_been_heard(quorate: Quorate) -> None:
    notes = rehearsed(quorate, "consult")

    assert "The local medical committee's view is put on record" in notes
    assert "Staff: conclude" in notes


def played(quorate: Quorate, name: str, play: str) -> tuple[dict[str, Any], list[str]]:
    done = quorate("workflow", "rehearse", name, "--play", play, *OPENING, "--json").json
    return done, [note["words"] for note in done["notes"]]


def test_a_vote_that_nobody_answers_is_held_once_more_and_then_carried(quorate: Quorate) -> None:
    done, notes = played(quorate, "constitution_vote", "revote")

    assert "A re-vote is ordered, as the vote was inquorate" in notes
    assert (done["result"], notes.count("Practices are voting (voting)")) == ("carried", 2)


@pytest.mark.parametrize(("name", "to"), [("inform", "consult"), ("consult", "member_vote")])
def test_practices_call_a_decision_in_and_it_goes_the_new_road_to_its_end(
    quorate: Quorate, name: str, to: str
) -> None:
    done, notes = played(quorate, name, "called-in")

    assert [road["name"] for road in done["workflows"]] == [name, to]
    assert sum("practices call it in" in words for words in notes) == 1
    assert done["result"] in {"concluded", "carried"}


@pytest.mark.parametrize(
    ("name", "play"),
    [("inform", "called-in"), ("consult", "called-in"), ("member_vote", "challenged")],
)
def test_every_letter_can_be_written_where_practices_change_the_road(
    quorate: Quorate, name: str, play: str
) -> None:
    assert quorate("workflow", "rehearse", name, "--play", play, *OPENING).code == 0


def test_an_election_is_rehearsed_with_candidates(quorate: Quorate) -> None:
    done, notes = played(quorate, "election", "ordinary")

    assert done["result"] == "elected"
    said = "Time is up: close. 7 for candidate 1, 2 for candidate 2, 1 abstained"
    assert any(words.startswith(said) for words in notes)


def test_a_challenge_is_heard_and_what_it_held_up_goes_on(quorate: Quorate) -> None:
    done, notes = played(quorate, "vote_then_committee", "challenged")

    roads = ["vote_then_committee", "dispute", "vote_then_committee"]
    assert [road["name"] for road in done["workflows"]] == roads
    assert "X99901 challenges how the outcome came about" in notes


@pytest.mark.parametrize(
    ("name", "play"),
    [("inform", "revote"), ("member_vote", "called-in"), ("dispute", "challenged")],
)
def test_a_play_that_would_show_nothing_is_refused(quorate: Quorate, name: str, play: str) -> None:
    assert quorate("workflow", "rehearse", name, "--play", play, *OPENING).code == 1


def test_an_act_of_a_body_is_told_of_by_who_agreed(quorate: Quorate) -> None:
    _, notes = played(quorate, "urgent_powers", "ordinary")

    assert "Act of chair, accountable officer and lay chair: approved" in notes


def test_nhs_england_approves_once_the_lmc_has_been_heard(quorate: Quorate) -> None:
    _, notes = played(quorate, "constitution_vote", "ordinary")

    assert notes.index("The local medical committee's view is put on record") < notes.index(
        "Act of NHS England: approved"
    )


def test_reminders_go_to_the_silent_alone_the_leads_first(quorate: Quorate) -> None:
    reminders = [words for words in rehearsed(quorate, "consult") if ": reminder (" in words]

    silent = 12 - 4
    assert {words.partition(" ")[0] for words in reminders} == {str(silent), str(2 * silent)}


def test_the_first_letter_of_each_kind_is_shown_whole(quorate: Quorate) -> None:
    shown = quorate("workflow", "rehearse", "inform", *OPENING, "--letters", "--json").json

    assert [each["letter"] for each in shown["letters"]] == ["notice", "receipt", "outcome"]
    assert all("Alder Surgery" in each["text"] for each in shown["letters"])


def test_a_definition_that_is_not_in_force_is_rehearsed(quorate: Quorate, folder: Path) -> None:
    change(folder, "inform", "informing", "telling")

    assert "Practices are informed (telling)" in rehearsed(quorate, "own.toml")


def test_a_letter_that_cannot_be_written_is_found(quorate: Quorate, folder: Path) -> None:
    """More time can only be told of where some was given; `check` does not know that."""
    change(folder, "inform", '["notice"]', '["notice", "extended"]')

    done = quorate("workflow", "rehearse", "own.toml", *OPENING)

    assert (done.code, "cannot be written" in done.out) == (3, True)


def test_a_rehearsal_leaves_nothing_behind(quorate: Quorate, folder: Path) -> None:
    before = sorted(folder.iterdir())

    quorate("workflow", "rehearse", "inform", *OPENING)

    assert sorted(folder.iterdir()) == before


def test_a_rehearsal_does_not_touch_the_keys_that_the_environment_names(
    quorate: Quorate, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUORATE_TRAIL__LINK_KEY", str(folder / "link.key"))
    monkeypatch.setenv("QUORATE_STORAGE__URL", f"sqlite:///{folder}/real.db")

    quorate("workflow", "rehearse", "inform", *OPENING)

    assert not (folder / "link.key").exists()
    assert not (folder / "real.db").exists()


def test_an_opening_that_the_calendar_does_not_reach_is_refused(quorate: Quorate) -> None:
    refused = quorate("workflow", "rehearse", "member_vote", "--opening", "2028-12-29", "--json")

    assert (refused.code, refused.json["refused"]) == (1, "calendar_ends")


def test_a_play_is_the_same_every_time() -> None:
    first, again = (
        rehearse(shipped("member_vote"), Settings(), Play.OBJECTING, date(2026, 12, 1))
        for _ in range(2)
    )

    assert [note.words for note in first.notes] == [note.words for note in again.notes]


def test_an_act_that_is_not_known_is_not_done_and_said_so() -> None:
    def know_nothing(*_: object, **__: object) -> None:
        raise NoSuchAct("There is no such action.")

    consultation = (SHIPPED / "consult.toml").read_bytes()
    with stage(Settings(), at("9am Tuesday 1 December 2026")) as set_:
        file = read_decision_file(_CONSULTATION, "c.toml")
        definition = read_definition(consultation, "consult.toml")
        opened = set_.app.opener.open(file, {}, Actor(None, How.CLI), definition)
        set_.clock.moment = at("5pm Tuesday 15 December 2026")
        set_.app.desk.sweep()

        did = take_turn(set_, opened.opening.reference, MANNERS[Play.ORDINARY], know_nothing)  # type: ignore[arg-type]

        assert (did.act, did.refused) == ("", "conclude: There is no such action.")
        assert waiting_acts(set_, opened.opening.reference) == ("conclude",)


_CONSULTATION = b"""title = "A rehearsal"
summary = "Nobody is asked."
[facts]
service_change_for_patients = true
localities_touched = "all"
"""


def test_no_play_waits_for_what_is_out_of_the_ordinary() -> None:
    assert {"withdraw", "recompute", "extend"} <= UNASKED


def test_json_of_a_rehearsal_is_one_document(quorate: Quorate) -> None:
    assert json.loads(quorate("workflow", "rehearse", "inform", *OPENING, "--json").out)


@pytest.mark.parametrize("name", sorted(file.stem for file in SHIPPED.glob("*.toml")))
@pytest.mark.parametrize("play", ["ordinary", "silent"])
def test_every_definition_that_ships_can_be_rehearsed_to_its_end(
    quorate: Quorate, name: str, play: str
) -> None:
    run = quorate("workflow", "rehearse", name, "--play", play, *OPENING, "--json")

    assert (run.code, "ended_at" in json.loads(run.out)) == (0, True)
