"""A meeting as its minutes have it: read whole, or every fault named with its line."""

from datetime import date

import pytest

from engine.commands import HandVote
from engine.errors import InputFaults
from workflows.meeting_file import MeetingFile, read_meeting_file

HEAD = """held_on = 2026-11-03
place = "Moulton Park"
minute = "4.2"
attended = ["K83001", "k83002"]
"""
VOTE = '[[votes]]\npractice = "k83001"\nchoice = "for"\n'


def read(text: str) -> MeetingFile:
    return read_meeting_file(text.encode(), "m.toml")


def faults(text: str) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read(text)
    return [str(fault) for fault in caught.value.faults]


def test_a_meeting_is_read_whole() -> None:
    views = 'views = "They asked for parking."\n'

    assert read(HEAD + views + VOTE + 'question = "fee"\n') == MeetingFile(
        held_on=date(2026, 11, 3),
        place="Moulton Park",
        minute="4.2",
        attended=("K83001", "K83002"),
        views="They asked for parking.",
        votes=(HandVote("K83001", "for", "fee"),),
    )


def test_a_meeting_may_be_without_votes_and_views() -> None:
    assert (read(HEAD).votes, read(HEAD).views) == ((), "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD.replace("2026-11-03", '"3 November"'), "m.toml:1: held_on should be the day"),
        (HEAD.replace("2026-11-03", "2026-11-03T19:00:00Z"), "m.toml:1: held_on should be the"),
        (HEAD.replace('place = "Moulton Park"', ""), "m.toml:1: place is missing"),
        (HEAD.replace('"4.2"', "4.2"), "m.toml:3: minute should be a text, not 4.2"),
        (HEAD.replace('["K83001", "k83002"]', "[]"), "m.toml:4: attended is missing"),
        (HEAD.replace('"k83002"', "3"), "m.toml:4: attended should be a list of texts"),
        (f"{HEAD}chair = 1\n", "m.toml:5: unknown key 'chair'"),
        (f"{HEAD}votes = 3\n", "m.toml:5: votes are [[votes]] tables"),
        (f"{HEAD}{VOTE}[[votes]]\npractice = 1\nchoice = 'for'\n", "m.toml:9: practice should"),
        (f"{HEAD}{VOTE}[[votes]]\nchoice = 'for'\n", "m.toml:8: practice is missing"),
        (f"{HEAD}{VOTE}[[votes]]\npractice = 'P'\n", "m.toml:8: choice is missing"),
        (f"{HEAD}{VOTE}chioce = 'for'\n", "m.toml:8: unknown key 'chioce'; did you mean 'choice'"),
        (f"{HEAD}{VOTE}{VOTE}", "m.toml:8: K83001 answers the same question twice"),
        ("held_on = \n", "m.toml:1: is not valid TOML"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, says: str) -> None:
    assert faults(text)[0].startswith(says)


def test_all_faults_are_named_at_once() -> None:
    found = faults("[[votes]]\n")

    assert len(found) == 6
