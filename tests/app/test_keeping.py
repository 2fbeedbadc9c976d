"""Erasing, keeping for a time, backing up and restoring, on the command line."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.bootstrap import build
from app.config import load_settings
from engine.notes import footer, read_verifier_key
from storage.columns import EPOCH
from tests.app.conftest import Quorate
from tests.databases import Postgres
from tests.small_body import HandClock
from workflows.health import health

ANNA = "anna@practice.example"
FOR_GOOD = ("--basis", "request", "--although-running", "--reason", "As asked.")


@pytest.fixture
def running(enrolled: Quorate) -> Quorate:
    """The command, once a decision has been opened."""
    assert enrolled("decision", "open", "vote.toml").code == 0
    return enrolled


# --- erasing --------------------------------------------------------------------------------------


def test_erasing_needs_a_ground(running: Quorate) -> None:
    refused = running("erase", "person", ANNA, "--json")

    assert (refused.code, refused.json["refused"]) == (1, "no_such_basis")


def test_a_dry_run_of_an_erasure_names_everything_and_erases_nothing(running: Quorate) -> None:
    shown = running("erase", "person", ANNA, "--basis", "request", "--dry-run", "--json").json

    assert shown["register"] == {
        "name": "Anna Lee",
        "email": ANNA,
        "phone": "",
        "posts": [{"practice": "K83001", "role": "lead"}],
    }
    assert list(shown["decisions"].values()) == [{"roll.frozen contact": 1}]
    assert shown["links"] == 1
    (asked,) = shown["still_asked"]
    assert (asked["practice"], asked["may_cast"], asked["others"]) == ("K83001", True, 0)
    told = running("erase", "person", ANNA, "--dry-run")
    assert told.code == 0
    assert "asks them for K83001; nobody else there may cast its vote." in told.out


def test_erasing_somebody_who_is_still_asked_takes_the_word_and_a_reason(running: Quorate) -> None:
    bare = running("erase", "person", ANNA, "--basis", "request", "--json")
    without = running("erase", "person", ANNA, *FOR_GOOD[:3], "--json")

    assert (bare.code, bare.json["refused"]) == (1, "still_asked")
    assert "Nobody else may cast the vote of K83001" in bare.json["says"]
    assert (without.code, without.json["refused"]) == (1, "needs_reason")
    assert running("erase", "person", ANNA, "--dry-run", "--json").json["links"] == 1


def test_health_names_a_practice_where_nobody_is_left_to_vote(running: Quorate) -> None:
    assert running("erase", "person", ANNA, *FOR_GOOD).code == 0

    alarms = {a["name"]: a["says"] for a in running("health", "--json").json["alarms"]}

    assert "nobody is left at K83001" in alarms["nobody_votes"]


def test_an_erasure_says_which_leaf_says_so(running: Quorate) -> None:
    done = running("erase", "person", ANNA, *FOR_GOOD, "--json").json

    assert done["leaf"] > 0
    assert (done["links_revoked"], done["finished"]) == (1, True)


def test_who_was_erased_is_not_found_again(running: Quorate) -> None:
    running("erase", "person", ANNA, *FOR_GOOD)

    again = running("erase", "person", ANNA, *FOR_GOOD, "--json")

    assert (again.code, again.json["refused"]) == (1, "no_such_person")


def test_the_schedule_is_shown_with_what_is_over(running: Quorate) -> None:
    shown = running("retention", "show", "--json").json

    assert shown["schedule"] == {
        "apply": False,
        "kept_months": {
            "contacts": 24,
            "comments": 72,
            "votes_by": 72,
            "interests": 72,
            "decisions": None,
        },
    }
    assert shown["over"] == []


def test_applying_the_schedule_when_nothing_is_over_does_nothing(running: Quorate) -> None:
    assert running("retention", "apply", "--json").json == {"dry_run": False, "erased": []}


# --- backing up -----------------------------------------------------------------------------------


def test_a_backup_is_three_files_and_told_in_health(running: Quorate, folder: Path) -> None:
    made = running("backup", "copies/monday", "--json").json

    assert made["files"] == [f"copies/monday{end}" for end in ("", ".keys", ".documents")]
    assert all((folder / name).exists() for name in made["files"])
    assert running("health", "--json").json["backup_at"] == made["made_at"]


def test_a_backup_can_do_without_keys(running: Quorate, folder: Path) -> None:
    running("backup", "monday", "--no-keys")

    assert not (folder / "monday.keys").exists()


def test_a_backup_is_not_written_over_unless_that_is_said(running: Quorate) -> None:
    running("backup", "monday")

    assert running("backup", "monday").code == 1
    assert running("backup", "monday", "--force").code == 0


@pytest.mark.parametrize(("hours", "alarmed"), [(25, False), (27, True)])
@pytest.mark.parametrize("backed_up", [True, False])
def test_health_raises_an_alarm_when_the_last_backup_is_too_old(
    running: Quorate, folder: Path, *, hours: int, alarmed: bool, backed_up: bool
) -> None:
    if backed_up:
        running("backup", "monday")
    with closing(sqlite3.connect(folder / "quorate.db")) as database:
        micros = database.execute("SELECT max(at) FROM mailing").fetchone()[0]
    clock = HandClock(EPOCH + timedelta(microseconds=micros) + timedelta(hours=hours))
    app = build(load_settings(folder / "config.toml", required=False), clock)
    names = {a["name"] for a in health(app.store, app.rulebook.calendar, None, 26)["alarms"]}
    unlimited = health(app.store, app.rulebook.calendar, None, 0)["alarms"]
    app.close()

    assert ("backup" in names) == alarmed
    assert "backup" not in {alarm["name"] for alarm in unlimited}


# --- restoring ------------------------------------------------------------------------------------


def test_restore_needs_a_file_or_the_word_that_releases(running: Quorate) -> None:
    assert running("restore").code == 2
    assert running("restore", "monday", "--confirm").code == 2


def test_a_database_that_is_there_is_not_replaced(running: Quorate) -> None:
    running("backup", "monday")

    refused = running("restore", "monday", "--json")

    assert (refused.code, refused.json["refused"]) == (1, "not_restored")


@pytest.fixture
def restored(running: Quorate) -> Quorate:
    """The command, after a disk died and a backup was put in place."""
    running("backup", "monday")
    assert running("restore", "monday", "--force").code == 0
    return running


def test_what_was_restored_is_in_quarantine(restored: Quorate) -> None:
    ticked = restored("tick", "--json")

    assert ticked.code == 3
    assert ticked.json["quarantine"].startswith("This database came back from a backup")
    assert "quarantine" in {a["name"] for a in restored("health", "--json").json["alarms"]}
    assert restored("decision", "open", "consult.toml").code == 1


def test_the_old_database_is_moved_aside(running: Quorate, folder: Path) -> None:
    running("backup", "monday")

    value = running("restore", "monday", "--force", "--json").json

    assert [(folder / name).exists() for name in value["restored"]["moved_aside"]] == [True]


def test_a_release_needs_a_reason(restored: Quorate) -> None:
    assert restored("restore", "--confirm", "--json").json["refused"] == "needs_reason"


def test_a_release_holds_the_letters_that_may_have_gone(restored: Quorate) -> None:
    released = restored("restore", "--confirm", "--reason", "The disk died.", "--json").json
    held = restored("letters", "held", "--json").json

    assert released["released"]["letters_held"] == sum(each["letters"] for each in held) == 3
    assert restored("decision", "open", "consult.toml").code == 0


def test_held_letters_are_released_by_decision(restored: Quorate) -> None:
    restored("restore", "--confirm", "--reason", "The disk died.")
    reference = restored("letters", "held", "--json").json[0]["decision"]

    assert restored("decision", "show", reference, "--json").json["letters"]["held"] == 3
    assert "Released: 3 letters" in restored("letters", "release", reference).out

    assert restored("letters", "held", "--json").json == []
    assert restored("decision", "show", reference, "--json").json["letters"]["owed"] == 3


@pytest.mark.parametrize("word", ["release", "drop"])
def test_where_no_such_letters_are_held_that_is_said(restored: Quorate, word: str) -> None:
    restored("restore", "--confirm", "--reason", "The disk died.")
    reason = ("--reason", "All had them.") if word == "drop" else ()
    reference = restored("letters", "held", "--json").json[0]["decision"]

    nonsense = restored("letters", word, "D-1999-0001", *reason)
    other_kind = restored("letters", word, reference, "--letter", "receipt", *reason)

    assert (nonsense.code, other_kind.code) == (1, 1)
    assert "No such letters are held" in nonsense.err
    assert restored("letters", "held", "--json").json != []


def test_held_letters_are_dropped_by_decision(restored: Quorate) -> None:
    restored("restore", "--confirm", "--reason", "The disk died.")
    reference = restored("letters", "held", "--json").json[0]["decision"]

    assert restored("letters", "drop", reference).code == 1
    done = restored("letters", "drop", reference, "--reason", "All had them.")
    assert "Dropped: 3 letters" in done.out

    counts = restored("decision", "show", reference, "--json").json["letters"]
    assert (counts["held"], counts["owed"]) == (0, 0)


def test_a_letter_that_a_practice_kept_tells_what_is_lost(running: Quorate, folder: Path) -> None:
    """The checkpoint store is lost with the disk; the mail that left is not."""
    running("backup", "monday")
    running("people", "import", "people.csv")
    running("decision", "open", "consult.toml")
    app = build(load_settings(folder / "config.toml", required=False), HandClock())
    sealed = app.store.sealer.seal()
    app.close()
    assert sealed is not None
    letter = EmailMessage()
    letter["Subject"] = "A vote"
    letter.set_content("Dear Anna,\n\n" + "\n".join(footer(sealed)), cte="quoted-printable")
    (folder / "kept.eml").write_bytes(bytes(letter))
    for found in folder.glob("checkpoints.db*"):
        found.unlink()

    words = ("restore", "monday", "--force", "--checkpoints-lost", "--mail", "kept.eml", "--json")
    value = running(*words).json

    assert (value["known"]["size"], value["doubtful"]) == (sealed.size, True)
    assert value["lost"] == sealed.size - value["size"] > 0
    done = running("restore", "--confirm", "--reason", "Fire.", "--mail", "kept.eml", "--json").json
    read_verifier_key(done["released"]["vkey"])


# --- PostgreSQL -----------------------------------------------------------------------------------


def test_on_postgresql_the_servers_own_tools_are_named(
    folder: Path, quorate: Quorate, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_server.create(postgres_server.migrated)
    monkeypatch.setenv("QUORATE_STORAGE__URL", url)
    assert quorate("init").code == 0

    backed, put = quorate("backup", "monday"), quorate("restore", "practices.csv")

    assert (backed.code, put.code) == (1, 1)
    assert "pg_dump" in backed.err
    assert "pg_restore" in put.err
    postgres_server.drop(url)
