"""A consultation heard and concluded at the command line, as a secretary does it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.bootstrap import build
from app.config import load_settings
from engine.links import make_token
from engine.statement import template
from storage import tables
from tests.app.conftest import Quorate
from tests.engine.makers import STATEMENT
from tests.small_body import HandClock
from workflows.answers import Answer, Recorded
from workflows.overview import overviews

PLAIN = """title = "Moving the ear clinic"
summary = "The clinic would move in April."
reference = "EAR-1"

[facts]
service_change_for_patients = true
localities_touched = "all"
"""
Say = Callable[[str], int]


@pytest.fixture
def consulting(enrolled: Quorate, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Quorate:
    """The command, once a consultation has been opened."""
    monkeypatch.setenv("QUORATE_CLOCK__MAX_JUMP_MINUTES", "0")
    (folder / "ear.toml").write_text(PLAIN)
    (folder / "statement.txt").write_text(STATEMENT)
    assert enrolled("decision", "open", "ear.toml").code == 0
    return enrolled


@pytest.fixture
def say(consulting: Quorate) -> Say:
    """A practice comments by its link; the comment's number."""

    def send(text: str) -> int:
        app = build(load_settings(Path("config.toml"), required=False))
        with app.store.database.reading() as reading:
            link = reading.execute(select(tables.link)).first()
        assert link is not None
        meant = (link.decision, link.practice, link.person, link.generation)
        token = make_token(app.store.link_key, *meant)
        reply = app.practice_desk.respond(token, Answer({}, "Anna Lee", "", text))
        app.close()
        assert isinstance(reply, Recorded)
        return reply.leaves[0]

    return send


def time_passes() -> None:
    """The next deadline comes, and the sweep passes it."""
    clock = HandClock()
    app = build(load_settings(Path("config.toml"), required=False), clock)
    with app.store.database.reading() as reading:
        (found,) = overviews(reading, app.store.keys, app.library, clock.now())
    (due,) = [each["due_at"] for each in found["deadlines"] if each["status"] == "waiting"]
    clock.at = type(clock.at).fromisoformat(due)
    app.desk.sweep()
    app.close()


def answer(quorate: Quorate, comment: int, disposition: str = "noted", reason: str = "Yes.") -> Any:  # noqa: ANN401
    given = ("--comment", str(comment), "--disposition", disposition, "--reason", reason)
    return quorate("decision", "act", "EAR-1", "answer", *given, "--json")


def conclude(quorate: Quorate) -> Any:  # noqa: ANN401
    return quorate("decision", "act", "EAR-1", "conclude", "--file", "statement.txt", "--json")


# --- comments -------------------------------------------------------------------------------


def test_comments_are_listed_with_their_numbers(consulting: Quorate, say: Say) -> None:
    number = say("No bus.")

    (comment,) = consulting("decision", "comments", "EAR-1", "--json").json
    assert comment | {"practice": "", "name": "", "at": ""} == {
        "comment": number,
        "practice": "",
        "name": "",
        "by": "Anna Lee",
        "role": "",
        "at": "",
        "state": "consulting",
        "text": "No bus.",
        "disposition": None,
        "answer": None,
        "answered_at": None,
    }


def test_the_list_for_people_names_the_practice_and_says_what_waits(
    consulting: Quorate, say: Say
) -> None:
    number = say("No [red]bus[/red].")

    told = consulting("decision", "comments", "EAR-1").out
    assert f"{number}  K8300" in told
    assert "No [red]bus[/red]." in told
    assert "no answer yet" in told


def test_without_comments_the_list_says_so(consulting: Quorate) -> None:
    assert "No practice has sent a comment." in consulting("decision", "comments", "EAR-1").out


@pytest.mark.parametrize("command", ["comments", "statement"])
def test_an_unknown_decision_has_neither_comments_nor_a_statement(
    consulting: Quorate, command: str
) -> None:
    refused = consulting("decision", command, "EAR-9", "--json")

    assert (refused.code, refused.json["refused"]) == (1, "no_such_decision")


# --- answers --------------------------------------------------------------------------------


def test_an_answer_is_shown_beside_its_comment(consulting: Quorate, say: Say) -> None:
    assert answer(consulting, say("No bus."), "accepted", "A bus runs.").code == 0

    (comment,) = consulting("decision", "comments", "EAR-1", "--json").json
    assert (comment["disposition"], comment["answer"]) == ("accepted", "A bus runs.")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"comment": 1}, "no_such_comment"),
        ({"disposition": "refused"}, "no_such_disposition"),
        ({"reason": " "}, "needs_reason"),
    ],
)
def test_an_answer_that_answers_nothing_is_refused(
    consulting: Quorate, say: Say, changes: dict[str, Any], name: str
) -> None:
    refused = answer(consulting, **{"comment": say("No bus."), **changes})

    assert (refused.code, refused.json["refused"]) == (1, name)


def test_many_comments_are_answered_from_a_file(
    consulting: Quorate, say: Say, folder: Path
) -> None:
    rows = [f"{say('No bus.')},noted,Yes.", f'{say("No car.")},accepted,"A bus, then."']
    (folder / "answers.csv").write_text("\n".join(["comment,disposition,answer", *rows]))

    done = consulting("decision", "act", "EAR-1", "answer", "--file", "answers.csv", "--json")
    assert done.json["comments"] == {"received": 2, "unanswered": []}


def test_one_fault_in_a_file_of_answers_stops_them_all(
    consulting: Quorate, say: Say, folder: Path
) -> None:
    rows = [f"{say('No bus.')},noted,Yes.", f"{say('No car.')},perhaps,Yes."]
    (folder / "answers.csv").write_text("\n".join(["comment,disposition,answer", *rows]))

    faulty = consulting("decision", "act", "EAR-1", "answer", "--file", "answers.csv")
    assert (faulty.code, faulty.err) == (
        2,
        "answers.csv:3: disposition: perhaps is not one of accepted, answered, noted.\n",
    )
    shown = consulting("decision", "show", "EAR-1", "--json").json
    assert len(shown["comments"]["unanswered"]) == 2


@pytest.mark.parametrize(
    "options", [(), ("--file", "statement.txt", "--comment", "3")], ids=["neither", "both"]
)
def test_an_answer_comes_from_a_file_or_from_options(
    consulting: Quorate, options: tuple[str, ...]
) -> None:
    assert consulting("decision", "act", "EAR-1", "answer", *options).code == 2


# --- the conclusion -------------------------------------------------------------------------


def test_a_consultation_is_not_concluded_over_a_comment(consulting: Quorate, say: Say) -> None:
    number = say("No bus.")
    time_passes()

    refused = conclude(consulting)
    assert (refused.code, refused.json["refused"]) == (1, "needs_answers")
    assert f"comment {number} has no answer" in refused.json["says"]


def test_a_consultation_that_was_answered_is_concluded(consulting: Quorate, say: Say) -> None:
    answer(consulting, say("No bus."))
    time_passes()

    shown = conclude(consulting).json
    assert (shown["outcome"]["result"], [point["met"] for point in shown["gunning"]]) == (
        "concluded",
        [True, True, True, True],
    )


def test_a_statement_without_headings_is_refused_with_a_template(
    consulting: Quorate, folder: Path
) -> None:
    (folder / "statement.txt").write_text("We heard you.")
    time_passes()

    refused = conclude(consulting)
    assert refused.json["refused"] == "needs_statement"
    assert '"What we decided", "Reasons", "Options rejected"' in refused.json["says"]
    assert template() in refused.json["remedy"]


def test_the_draft_of_a_statement_is_no_statement_yet(
    consulting: Quorate, say: Say, folder: Path
) -> None:
    answer(consulting, say("No bus."))
    time_passes()
    draft = consulting("decision", "statement", "EAR-1").out
    (folder / "statement.txt").write_text(draft)

    refused = conclude(consulting)
    assert "You said: No bus.\nWe did: (noted) Yes." in draft
    assert refused.json["says"].endswith('under "What we decided", "Reasons", "Options rejected".')


def test_the_draft_names_nobody(consulting: Quorate, say: Say) -> None:
    number = say("No bus.")

    draft = consulting("decision", "statement", "EAR-1", "--json").json["statement"]
    assert "Anna" not in draft
    assert f"[Comment {number} has no answer yet.]" in draft


# --- what show tells ------------------------------------------------------------------------


def test_show_tells_the_four_points_and_what_waits(consulting: Quorate, say: Say) -> None:
    number = say("No bus.")

    told = consulting("decision", "show", "EAR-1").out
    assert "formative stage: met" in told
    assert "conscientious account: not yet known" in told
    assert f"Comments without an answer: {number}" in told
    assert "answer --comment N --disposition accepted|answered|noted --reason" in told


def test_opening_warns_where_practices_get_too_little_notice(
    consulting: Quorate, folder: Path
) -> None:
    soon = PLAIN.replace('reference = "EAR-1"', "effective = 2020-01-01")
    (folder / "soon.toml").write_text(soon)

    opened = consulting("decision", "open", "soon.toml", "--json")
    (warning,) = opened.json["warnings"]
    assert (opened.code, warning in opened.json["asks"]) == (0, True)
    assert "no working days' notice" in json.dumps(warning)
