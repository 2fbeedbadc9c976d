"""A decision as its proposer wrote it: read whole, or every fault named with its line."""

import pytest

from engine.errors import InputFaults
from workflows.decision_file import DecisionFile, clean, read_decision_file

HEAD = 'title = "Diabetes service"\nsummary = "What is proposed."\n'
FACTS = "[facts]\naffects_practice_income = true\n"


def read(text: str) -> DecisionFile:
    return read_decision_file(text.encode(), "d.toml")


def reading(lines: str = "", *, head: str = HEAD, facts: str = FACTS) -> DecisionFile:
    """A sound file with these lines in it, from line 3 on."""
    return read(f"{head}{lines}\n{facts}")


def faults(text: str) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read(text)
    return [str(fault) for fault in caught.value.faults]


# --- what a file may say --------------------------------------------------------------------


def test_a_title_a_summary_and_a_fact_are_enough() -> None:
    assert reading().title == "Diabetes service"


def test_a_decision_asks_one_question_unless_it_says_otherwise() -> None:
    assert reading().ballot == {"main": ("for", "against", "abstain")}


def test_a_question_may_have_a_name_and_words_of_its_own() -> None:
    file = read(f'{HEAD}{FACTS}[[questions]]\nid = "fee"\ntext = "Pay the fee?"\n')

    assert (file.questions, set(file.ballot)) == ({"fee": "Pay the fee?"}, {"fee"})


def test_abstaining_is_always_possible() -> None:
    assert "abstain" in reading('options = ["for", "against"]').ballot["main"]


def test_the_lmc_s_view_may_come_with_the_file() -> None:
    file = read(f'{HEAD}{FACTS}[evidence]\nlmc_view = "Agreed."\n')

    assert file.lmc_view == "Agreed."


def test_the_roll_may_be_narrowed_to_localities() -> None:
    assert reading('localities = ["NORTH", "NORTH", " SOUTH "]').localities == ("NORTH", "SOUTH")


def test_a_summary_may_run_over_lines() -> None:
    file = read('title = "T"\nsummary = """\r\nOne.\r\nTwo.\r\n"""\n' + FACTS)

    assert file.summary == "One.\nTwo."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  spaces  ", "spaces"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("", ""),
    ],
)
def test_texts_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert clean(typed) == kept


# --- what is at fault -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("titel = 1", "d.toml:3: unknown key 'titel'; did you mean 'title'?"),
        ("colour = 1", "d.toml:3: unknown key 'colour' (known: title, summary"),
        ("proposer = 3", "d.toml:3: proposer should be a text, not 3"),
        (r'proposer = "a\nb"', "d.toml:3: proposer should be one line"),
        ('contact = "=?utf-8?q?x?="', "d.toml:3: contact must not contain '=?'"),
        (r'contact = "a\u0007b"', "d.toml:3: contact holds control characters"),
        (r'contact = "a\u2028b"', "d.toml:3: contact holds control characters"),
        ('reference = "d-1"', "d.toml:3: reference should be 3 to 32 capitals, digits"),
        ("reference = 7", "d.toml:3: reference should be 3 to 32 capitals, digits"),
        ('localities = "NORTH"', "d.toml:3: localities should be a list of texts"),
        ('practices = ["P1", ""]', "d.toml:3: practices should be a list of texts"),
        ('localities = ["N"]\npractices = ["P"]', "d.toml:4: give localities or practices, not"),
        ('electorate = "patients"', 'd.toml:3: electorate: only "practices" can vote'),
        ('candidates = ["A", "B"]', "d.toml:3: candidates stand in an election: [facts] member_"),
        ('urgent_reason = "Flood"', "d.toml:3: urgent_reason belongs to [facts] urgent = true"),
        ('options = ["yes", "no"]', 'd.toml:3: options should be ["for", "against"]'),
        ("options = [3]", 'd.toml:3: options should be ["for", "against"]'),
        ("questions = 3", "d.toml:3: questions are [[questions]] tables"),
        ('evidence = "x"', "d.toml:3: [evidence] holds lmc_view"),
    ],
)
def test_a_fault_is_named_with_its_line(lines: str, says: str) -> None:
    (fault,) = faults(f"{HEAD}{lines}\n{FACTS}")

    assert fault.startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f'summary = "S"\n{FACTS}', "d.toml:1: title is missing: say it in plain words"),
        (f'title = " "\nsummary = "S"\n{FACTS}', "d.toml:1: title is missing"),
        (f'title = "T"\n{FACTS}', "d.toml:1: summary is missing"),
        (f'title = "{"x" * 151}"\nsummary = "S"\n{FACTS}', "d.toml:1: title has 151 characters"),
        (HEAD, "d.toml:1: the table [facts] is missing"),
        (f"{HEAD}[facts]\nafects_practice_income = true\n", "d.toml:4: "),
        (f'{HEAD}[facts]\nmoney_gbp = "much"\naffects_practice_income = true\n', "d.toml:4: "),
        (f"{HEAD}[facts]\n", "d.toml:3: "),
        (f'{HEAD}{FACTS}[[questions]]\nid = "Fee 1"\n', "d.toml:6: id should be a short word"),
        (
            f"{HEAD}{FACTS}[[questions]]\ntxt = 1\n",
            "d.toml:6: unknown key 'txt'; did you mean 'text'?",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named_where_it_should_be(text: str, says: str) -> None:
    (fault,) = faults(text)

    assert fault.startswith(says)


def test_all_faults_are_named_at_once_in_the_order_of_the_file() -> None:
    found = faults(f"{HEAD}colour = 1\nproposer = 2\n[facts]\nurgent = 3\n")

    assert [fault.split(": ")[0] for fault in found] == ["d.toml:3", "d.toml:4", "d.toml:6"]


KEYS = (
    *("title", "summary", "proposer", "contact", "reference", "options", "questions", "documents"),
    *("localities", "practices", "electorate", "candidates", "urgent_reason", "evidence", "facts"),
)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("nonsense", ["3", "1.5", '[["x"]]', "[{x = [1]}]", "{x = [1]}", "true"])
def test_nonsense_is_a_fault_and_never_a_crash(key: str, nonsense: str) -> None:
    """`what_changed` is left out: it is not read yet."""
    kept = [line for line in HEAD.splitlines() if not line.startswith(key)]
    rest = "" if key == "facts" else FACTS

    assert faults("\n".join([*kept, f"{key} = {nonsense}", rest]))
