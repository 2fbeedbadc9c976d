"""One broken definition for each fault there is: the file is named after it, the sentence is here.

Each says where the fault is, what is wrong, and what would be right. The files differ from one of
the two sound ones by their fault alone.
"""

from pathlib import Path

import pytest

from engine.errors import InputFaults
from workflows.rulebook import read_definition

FAULTS = Path(__file__).with_name("faults")
SOUND = {"sound_vote", "sound_consultation"}

TABLE = {
    # --- the file ---
    "not_toml": ":5: is not valid TOML",
    "not_utf8": ":4: is not UTF-8 text; save it as UTF-8",
    "key_twice": ":5: is not valid TOML",
    # --- tables and keys ---
    "unknown_table": ": the file: unknown key 'votes'; did you mean 'vote'?",
    "unknown_key": ": [states.voting]: unknown key 'leters'; did you mean 'letters'?",
    "unknown_key_in_quorum": ": [vote] quorum: unknown key 'at_least' (known: of, percent)",
    "no_name": ": [workflow]: name is missing",
    "no_title": ": [states.voting]: title is missing",
    "blank_title": ": [states.voting]: title is missing",
    "no_limit": ': [workflow]: limit should read like "10 working days"',
    "limit_in_calendar_days": " should read like \"10 working days\", not '10 days'",
    "limit_of_a_hundred_days": ': [workflow]: limit should read like "10 working days"',
    "no_states": ": [states]: a workflow needs at least a first and a last state",
    # --- states ---
    "state_not_a_table": ": [states.carried]: should be a table",
    "state_name_with_a_sign": ": [states.*]: the name '*' should be small letters",
    "open_for_nothing_known": ": [states.voting]: open_for should be one of nothing, comments",
    "open_for_a_list": ": [states.voting]: open_for should be one of nothing, comments",
    "letters_not_a_list": ": [states.voting]: letters should be a list of texts",
    "letter_unknown": ": [states.voting] letters: no such letter: 'vote_open'; did you mean",
    "result_unknown": ": [states.carried] result: no such result: 'passed' (known: carried",
    "start_unknown": ": [workflow] start: no such state: 'votting'; did you mean 'voting'?",
    # --- deadlines ---
    "deadline_without_a_name": ": [states.voting] deadline: name is missing",
    "deadline_name_in_capitals": ": [states.voting] deadline: the name 'Close' should be small",
    "deadline_without_days": ": [states.voting] deadline: after should read like",
    "deadline_of_no_days": ": [states.voting] deadline: after should read like",
    "reminder_in_calendar_days": ': [states.voting] deadline: remind should hold "at half-time"',
    "reminder_where_nothing_is_asked": ": [states.concluding] deadline: practices are asked",
    "state_without_a_deadline": ": [states.concluding]: has no deadline: a decision could stay",
    "deadline_without_a_last_move": ": [states.voting]: its deadline 'close' needs a last move",
    "end_with_a_deadline": ": [states.carried]: nobody has the next step here; name them",
    "end_with_a_way_out": ": [states.concluded]: ends the decision, so only approve, refuse",
    # --- who has the next step, and who acts ---
    "owner_unknown": ": [states.concluding] owner: no such role: 'secratary'; did you mean",
    "owner_missing": ': [states.concluding]: nobody has the next step here; name them: owner = "',
    "letter_to_nobody": ": [states.consulting] letters: a letter to the owner of a step needs",
    "act_unknown": ": [states.concluded] act: no such act of a body: 'aproved'; did you mean",
    "act_without_a_body": ": [states.concluding]: 'concluded' is a body's act; say here whose",
    "agree_of_nobody_known": ", agree: no such role: 'treasurer' (known: secretary, account",
    "agree_not_a_list": ": [[moves]] number 2: agree should be a list of texts",
    "two_outcomes_on_a_way": ": [states.concluded] result: 'concluding' has declared an outcome on",
    "end_without_an_outcome": ": [states.concluded]: ends without an outcome; add result =",
    # --- call-ins and challenges ---
    "call_in_of_nobody": " call_in: percent should be a whole percentage from 1 to 100, not 0",
    "call_in_by_a_word": " call_in: whole_locality should be true or false, not 'yes'",
    "call_in_to_a_lower_route": "] call_in: no such higher route: 'inform' (known: consult, vote)",
    "call_in_to_nowhere_known": "] call_in: no such higher route: 'vot'; did you mean 'vote'?",
    "call_in_to_the_same_workflow": "] call_in: leads to this same workflow; name a higher route",
    "call_in_without_a_route": ": [states.consulting] call_in: to is missing or not a text",
    "call_in_where_nothing_is_asked": ": [states.concluding] call_in: practices are asked nothing",
    "unknown_key_in_call_in": ": unknown key 'whole_localities'; did you mean 'whole_locality'?",
    "challenge_in_calendar_days": ': [workflow]: challenge should read like "10 working days"',
    # --- moves ---
    "moves_not_a_list": ": [[moves]]: should be a list of tables",
    "move_on_nothing": ": [[moves]] number 1: on is missing",
    "move_from_a_number": ": [[moves]] number 1: from should be the name of a state",
    "move_from_nowhere": ": [[moves]] number 1: from should be the name of a state",
    "move_from_unknown": " to 'carried', from: no such state: 'vote'; did you mean 'voting'?",
    "move_to_unknown": " to 'caried', to: no such state: 'caried'; did you mean 'carried'?",
    "trigger_unknown": " to 'concluded', on: no such deadline or act: 'finish' (known:",
    "deadline_of_another_state": ", on: no such deadline or act: 'close'; did you mean 'closing'?",
    "question_unknown": ", when: no such question: 'quorum'; did you mean 'quorate'?",
    "question_by_a_dotted_name": ", when: no such question: 'os.getcwd' (known: quorate, carried,",
    "count_asked_where_nobody_votes": ", when: only a move out of a vote may ask about the count",
    "extension_without_days": ": [[moves]] number 2: extend should read like",
    "extension_without_end": ", extend: an extension stays in its state and needs when =",
    "extension_into_another_state": ", extend: an extension stays in its state and needs when =",
    "blank_reason": ": [[moves]] number 3: because is missing",
    # --- the vote ---
    "vote_without_a_rule": ": [vote]: a state is open for votes, but no quorum and threshold",
    "quorum_not_a_table": ": [vote] quorum: should be a table",
    "quorum_over_a_hundred": ": [vote]: quorum needs a whole percentage from 0 to 100, not 150",
    "quorum_of_a_fraction": ": [vote]: quorum needs a whole percentage from 0 to 100, not 33.3",
    "quorum_without_a_base": ": [vote]: quorum should be of practices",
    "threshold_of_nobody_known": ": [vote]: carried should be of votes_cast, practices or weight",
    "threshold_without_a_share": ": [vote]: carried needs a whole percentage",
    "threshold_of_both_kinds": ": [vote]: carried takes more_than_percent or at_least_percent, not",
    "weight_by_list_size": ': [vote]: weight should be "one_practice_one_vote" or a table such as',
    # --- the whole ---
    "move_never_taken": ": can never be taken: the move to 'concluding' above it always fits first",
    "state_out_of_reach": ": [states.forgotten]: no way leads here from the start",
    "way_round": ": [states.consulting]: a way leads back here",
    "no_way_to_an_end": ": [states.concluding]: no way leads from here to an end",
    "longer_than_its_limit": ": [workflow] limit: the longest way takes 11 working days",
}

NOT_ALONE = {"state_not_a_table", "quorum_not_a_table", "move_from_unknown", "way_round"}
NOT_ALONE |= {"no_way_to_an_end"}
"""Faults that bring others with them."""


def faults_of(name: str) -> list[str]:
    """What is said of a file."""
    file = f"{name}.toml"
    try:
        read_definition((FAULTS / file).read_bytes(), file)
    except InputFaults as found:
        return [str(fault) for fault in found.faults]
    return []


@pytest.mark.parametrize(("name", "says"), TABLE.items(), ids=TABLE)
def test_the_fault_is_named_with_its_place_and_the_remedy(name: str, says: str) -> None:
    assert any(fault.startswith(f"{name}.toml:") and says in fault for fault in faults_of(name))


@pytest.mark.parametrize("name", sorted(TABLE.keys() - NOT_ALONE))
def test_a_fault_is_said_once_and_nothing_else_with_it(name: str) -> None:
    assert len(faults_of(name)) == 1


@pytest.mark.parametrize("name", sorted(SOUND))
def test_the_files_that_the_broken_ones_are_made_from_are_sound(name: str) -> None:
    assert faults_of(name) == []


def test_every_broken_file_is_in_the_table_and_every_row_has_its_file() -> None:
    assert {file.stem for file in FAULTS.glob("*.toml")} == {*TABLE, *SOUND}


def test_every_kind_of_name_that_can_be_wrong_has_its_file() -> None:
    said = "\n".join(fault for name in TABLE for fault in faults_of(name))
    kinds = ("state", "letter", "result", "question", "deadline or act", "role", "higher route")

    assert [kind for kind in (*kinds, "act of a body") if f"no such {kind}:" not in said] == []
