"""The secretary's desk on the command line: what it prints, and how it ends."""

from pathlib import Path

import pytest

from app.acting_words import DOES
from engine.acts import NEEDS
from tests.app.conftest import Quorate, Run

PROMISED = {
    *("reference", "title", "state", "workflow", "level", "route", "ask", "reasons", "opened_at"),
    *("roll", "deadlines", "expected_finish", "worst_finish", "asked", "answered", "outcome"),
    *("actions", "letters"),
}


def test_importing_again_changes_nothing(enrolled: Quorate) -> None:
    again = enrolled("practices", "import", "practices.csv", "--json").json

    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)


def test_a_dry_run_of_an_import_writes_nothing(quorate: Quorate) -> None:
    quorate("practices", "import", "practices.csv", "--dry-run")

    assert quorate("practices", "import", "practices.csv", "--json").json["added"] == 3


def test_a_faulty_import_names_file_and_line_and_writes_nothing(
    quorate: Quorate, folder: Path
) -> None:
    text = (folder / "practices.csv").read_text()
    (folder / "bad.csv").write_text(text.replace("9000", "nine thousand"))

    faulty = quorate("practices", "import", "bad.csv")

    assert faulty.code == 2
    assert faulty.err.splitlines()[-1].startswith("bad.csv:3: ")
    assert quorate("practices", "import", "practices.csv", "--json").json["added"] == 3


def test_people_of_an_unknown_practice_are_refused_with_their_line(
    enrolled: Quorate, folder: Path
) -> None:
    (folder / "odd.csv").write_text("ods_code,name,email,role\nK99999,A B,a@b.example,lead\n")

    odd = enrolled("people", "import", "odd.csv", "--json")

    assert odd.code == 2
    assert odd.json["faults"][0]["line"] == 2


def test_opening_answers_with_everything_that_is_promised(enrolled: Quorate) -> None:
    opened = enrolled("decision", "open", "vote.toml", "--json")

    assert opened.code == 0
    assert opened.json.keys() >= PROMISED


def test_opening_owes_a_letter_to_every_contact(enrolled: Quorate) -> None:
    opened = enrolled("decision", "open", "vote.toml", "--json").json

    assert opened["letters"]["owed"] == 3


def test_a_practice_without_a_contact_is_named_at_opening(enrolled: Quorate) -> None:
    assert "NO CONTACT for K83003" in enrolled("decision", "open", "vote.toml").out


def test_a_dry_run_shows_the_letter_and_opens_nothing(enrolled: Quorate) -> None:
    shown = enrolled("decision", "open", "vote.toml", "--dry-run")

    assert "Please tell us what Abington Surgery" in shown.out
    assert enrolled("decision", "list", "--json").json == []


def test_show_lists_who_has_not_answered(enrolled: Quorate) -> None:
    reference = enrolled("decision", "open", "vote.toml", "--json").json["reference"]

    silent = enrolled("decision", "show", reference, "--json").json["silent"]

    assert [each["practice"] for each in silent] == ["K83001", "K83002", "K83003"]


def test_list_has_the_keys_of_show_but_reasons_and_actions(enrolled: Quorate) -> None:
    enrolled("decision", "open", "vote.toml")

    assert (
        PROMISED - {"reasons", "actions"} <= enrolled("decision", "list", "--json").json[0].keys()
    )


def test_withdrawing_needs_a_reason(enrolled: Quorate) -> None:
    reference = enrolled("decision", "open", "vote.toml", "--json").json["reference"]

    refused = enrolled("decision", "act", reference, "withdraw", "--json")

    assert (refused.code, refused.json["refused"]) == (1, "needs_reason")


def test_withdrawing_ends_the_decision(enrolled: Quorate) -> None:
    reference = enrolled("decision", "open", "vote.toml", "--json").json["reference"]

    done = enrolled("decision", "act", reference, "withdraw", "--reason", "Superseded.", "--json")

    assert done.json["outcome"]["result"] == "withdrawn"


def test_extending_from_the_command_line_is_refused_with_the_reason(enrolled: Quorate) -> None:
    reference = enrolled("decision", "open", "vote.toml", "--json").json["reference"]

    assert enrolled("decision", "act", reference, "extend", "--days", "2").code == 1


def test_a_stranger_cannot_act_as_staff(enrolled: Quorate) -> None:
    reference = enrolled("decision", "open", "vote.toml", "--json").json["reference"]
    words = ("decision", "act", reference, "withdraw", "--reason", "x")

    assert enrolled(*words, "--as", "anna@practice.example").code == 1


def test_the_secretary_acts_under_a_name(enrolled: Quorate) -> None:
    reference = enrolled("decision", "open", "vote.toml", "--json").json["reference"]
    words = ("decision", "act", reference, "withdraw", "--reason", "x")

    assert enrolled(*words, "--as", "secretary@ccg.example").code == 0


def test_a_taken_reference_is_refused(enrolled: Quorate, folder: Path) -> None:
    text = (folder / "vote.toml").read_text()
    (folder / "vote.toml").write_text(f'reference = "D-2026-0100"\n{text}')
    enrolled("decision", "open", "vote.toml")

    refused = enrolled("decision", "open", "vote.toml", "--json")

    assert (refused.code, refused.json["refused"]) == (1, "already_used")


def test_a_change_of_the_constitution_needs_its_own_vote(enrolled: Quorate, folder: Path) -> None:
    text = (folder / "vote.toml").read_text()
    (folder / "vote.toml").write_text(f"{text}constitution_change = true\n")

    opened = enrolled("decision", "open", "vote.toml", "--json")

    assert (opened.code, opened.json["workflow"]) == (0, "constitution_vote")


@pytest.mark.parametrize(
    ("line", "number", "says"),
    [
        ('sumary = "x"', 1, "did you mean 'summary'?"),
        ("documents = 3", 1, "should be a list of texts"),
        ('options = ["yes", "no"]', 1, "abstain is always there"),
        ('reference = "x"', 1, "3 to 32 capitals"),
        ("localities = 7", 1, "should be a list of texts"),
        ('localities = ["NORHT"]', 1, "did you mean 'NORTH'?"),
        ('practices = ["K83009"]', 1, "is not among the body's open practices"),
        ('documents = ["nowhere.pdf"]', 1, "no such file beside"),
    ],
)
def test_each_fault_of_a_decision_file_is_named_with_its_line(
    enrolled: Quorate, folder: Path, line: str, number: int, says: str
) -> None:
    text = (folder / "vote.toml").read_text()
    (folder / "bad.toml").write_text(f"{line}\n{text}")

    faulty = enrolled("decision", "open", "bad.toml", "--json")

    assert faulty.code == 2
    assert any(f["line"] == number and says in f["says"] for f in faulty.json["faults"])


def test_an_unknown_reference_is_refused(enrolled: Quorate) -> None:
    assert enrolled("decision", "show", "D-1999-0001").code == 1


def test_a_database_that_is_not_there_says_what_to_do(quorate: Quorate) -> None:
    refused = quorate("decision", "list")

    assert refused.code == 1
    assert "quorate init" in refused.err


def test_tick_prints_what_it_did(enrolled: Quorate) -> None:
    enrolled("decision", "open", "vote.toml")

    ticked = enrolled("tick", "--json").json

    assert ticked["letters"]["waiting"] == 3
    assert ticked["parked"] == []


def test_health_is_not_ok_while_the_relay_is_in_trouble(enrolled: Quorate) -> None:
    enrolled("decision", "open", "vote.toml")
    enrolled("tick")

    health = enrolled("health", "--json")

    assert health.code == 1
    assert [alarm["name"] for alarm in health.json["alarms"]] == ["relay"]


def test_init_is_safe_to_repeat(quorate: Quorate, folder: Path) -> None:
    quorate("init")
    keys = [(folder / name).read_bytes() for name in ("link.key", "signing.key")]

    assert quorate("init").code == 0
    assert [(folder / name).read_bytes() for name in ("link.key", "signing.key")] == keys


def test_classifying_the_labelled_decisions_prints_a_confusion_table(quorate: Quorate) -> None:
    data = Path(__file__).parent.parent / "data" / "decisions-labelled.jsonl"

    assert "practices or a committee left out, and nobody asked: none" in quorate(
        "classify", str(data)
    ).out.replace("\n", " ")


def test_classifying_one_decision_gives_the_promised_keys(quorate: Quorate) -> None:
    found = quorate("classify", "vote.toml", "--json").json

    assert {"title", "level", "route", "ask", "reasons", "involve"} <= found.keys()


def test_lines_that_are_no_decision_are_named_and_nothing_is_classified(
    quorate: Quorate, folder: Path
) -> None:
    (folder / "many.jsonl").write_text('{"facts": {}}\n[]\n\nnot json\n{"title": "x"}\n')

    faulty = quorate("classify", "many.jsonl", "--json")

    assert (faulty.code, [fault["line"] for fault in faulty.json["faults"]]) == (2, [2, 4, 5])


def test_a_conclusion_waits_for_the_time_to_conclude(enrolled: Quorate, folder: Path) -> None:
    reference = enrolled("decision", "open", "consult.toml", "--json").json["reference"]
    (folder / "statement.txt").write_text("We heard you.")

    refused = enrolled(
        "decision", "act", reference, "conclude", "--file", "statement.txt", "--json"
    )

    assert (refused.code, refused.json["refused"]) == (1, "no_such_act")


# --- meetings -------------------------------------------------------------------------------

MEETING = """held_on = 2020-02-03
place = "Moulton Park"
minute = "4.2"
attended = ["K83001", "k83002"]
views = "They asked for parking."
"""


def files_a_meeting(enrolled: Quorate, folder: Path, text: str) -> tuple[str, Run]:
    """A decision's reference, and how filing a meeting on it ended."""
    reference = enrolled("decision", "open", "vote.toml", "--json").json["reference"]
    (folder / "meeting.toml").write_text(text)
    act = ("decision", "act", reference, "record-meeting", "--file", "meeting.toml", "--json")
    return reference, enrolled(*act)


def test_a_meeting_is_recorded_from_its_file(enrolled: Quorate, folder: Path) -> None:
    _, done = files_a_meeting(enrolled, folder, MEETING)

    assert done.json["meetings"] == [
        {"meeting": "M1", "held_on": "2020-02-03", "attended": ["K83001", "K83002"], "votes": 0}
    ]


def test_show_lists_the_meetings(enrolled: Quorate, folder: Path) -> None:
    reference, _ = files_a_meeting(enrolled, folder, MEETING)

    assert "M1 on 3 February 2020: 2 present" in enrolled("decision", "show", reference).out


def test_a_meeting_s_file_at_fault_is_named_with_its_line(enrolled: Quorate, folder: Path) -> None:
    reference, faulty = files_a_meeting(enrolled, folder, MEETING.replace("held_on", "held"))

    assert (faulty.code, [each["line"] for each in faulty.json["faults"]]) == (2, [1, 1])
    assert enrolled("decision", "show", reference, "--json").json["meetings"] == []


def test_a_vote_by_hand_that_cannot_stand_is_refused_with_the_whole_meeting(
    enrolled: Quorate, folder: Path
) -> None:
    vote = '[[votes]]\npractice = "K83001"\nchoice = "for"\n'
    reference, refused = files_a_meeting(enrolled, folder, MEETING + vote)

    assert (refused.code, refused.json["refused"]) == (1, "not_by_hand")
    assert enrolled("decision", "show", reference, "--json").json["meetings"] == []


def test_a_meeting_needs_its_file(enrolled: Quorate) -> None:
    reference = enrolled("decision", "open", "vote.toml", "--json").json["reference"]

    assert "--file MEETING.toml" in enrolled("decision", "act", reference, "record-meeting").err


def test_a_file_that_is_only_classified_need_not_say_why_it_is_urgent(
    quorate: Quorate, folder: Path
) -> None:
    (folder / "vote.toml").write_text((folder / "vote.toml").read_text() + "urgent = true\n")

    assert quorate("classify", "vote.toml").code == 0


# --- what a secretary is told -----------------------------------------------------------------


def test_show_names_who_beside_the_practices_has_to_act(enrolled: Quorate, folder: Path) -> None:
    text = (
        'reference = "URG-1"\ntitle = "A hot clinic"\nsummary = "It opens tomorrow."\n'
        'urgent_reason = "The outbreak cannot wait."\n[facts]\nurgent = true\n'
        'affects_practice_workload = true\nlocalities_touched = "all"\n'
    )
    (folder / "urgent.toml").write_text(text, encoding="utf-8")
    enrolled("decision", "open", "urgent.toml")
    told = enrolled("decision", "show", "URG-1").out

    assert "has to act    the chair, the accountable officer and a lay member" in told
    assert "approve --file MINUTES.txt --agreed EMAIL" in told


def test_every_act_that_there_is_has_words_for_the_help() -> None:
    assert set(DOES) == {*(name.replace("_", "-") for name in NEEDS), "retry"}


def test_the_refused_kind_of_an_interest_says_which_there_are(enrolled: Quorate) -> None:
    vote = enrolled("decision", "open", "vote.toml", "--json").json["reference"]

    told = enrolled("decision", "act", vote, "declare-interest", "--practice", "K83001").err

    assert "Add --kind financial|professional|personal|indirect." in told


def test_a_bundle_is_checked_by_the_verifier_and_by_the_further_checks(
    enrolled: Quorate, folder: Path
) -> None:
    assert enrolled("decision", "open", "vote.toml").code == 0
    assert enrolled("trail", "export", "-o", "audit.zip").code == 0
    alone = enrolled("trail", "verify", "audit.zip", "--json")
    more = enrolled("trail", "verify", "audit.zip", "--further", "--json")

    assert (alone.code, alone.json["faults"]) == (3, [])
    assert "further.py" in alone.json["left"]
    assert (more.code, more.json["faults"], more.json["left"]) == (3, [], "")
