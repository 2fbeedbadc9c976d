"""`quorate staff`: who may sign in, on the command line."""

import re

import pytest

from tests.app.conftest import Quorate

SECRETARY = "secretary@ccg.example"


def test_adding_a_person_prints_where_to_go_and_a_code(enrolled: Quorate) -> None:
    done = enrolled("staff", "add", SECRETARY, "--role", "secretary")
    assert done.code == 0
    assert re.search(r"code +([A-Z2-7]{4}-){5}[A-Z2-7]{4}\n", done.out)
    assert "http://127.0.0.1:8000/sign-in/set-up" in done.out


def test_a_code_is_another_each_time(enrolled: Quorate) -> None:
    told = {
        enrolled("staff", "add", SECRETARY, "--role", "secretary", "--json").json["code"]
        for _ in range(3)
    }
    assert len(told) == 3


def test_the_list_shows_no_code(enrolled: Quorate) -> None:
    code = enrolled("staff", "add", SECRETARY, "--role", "secretary", "--json").json["code"]
    told = enrolled("staff", "list")
    assert "waiting for set-up" in told.out
    assert code not in told.out


def test_an_empty_list_names_the_next_step(enrolled: Quorate) -> None:
    assert "quorate staff add" in enrolled("staff", "list").out


@pytest.mark.parametrize(
    "words",
    [
        (SECRETARY, "--role", "committee"),
        ("anna@practice.example", "--role", "committee"),
        ("nobody@ccg.example", "--role", "secretary"),
    ],
)
def test_who_is_not_on_the_register_in_that_role_is_refused(
    enrolled: Quorate, words: tuple[str, ...]
) -> None:
    done = enrolled("staff", "add", *words)
    assert done.code == 1
    assert "quorate people import" in done.err


def test_a_person_who_is_removed_is_on_no_list(enrolled: Quorate) -> None:
    enrolled("staff", "add", SECRETARY, "--role", "secretary")
    assert enrolled("staff", "remove", SECRETARY).code == 0
    assert enrolled("staff", "list", "--json").json == []


def test_removing_nobody_is_refused(enrolled: Quorate) -> None:
    assert enrolled("staff", "remove", SECRETARY).code == 1
