"""A decision as its proposer wrote it: read whole, or every fault named with its line."""

from datetime import date

import pytest

from engine.errors import InputFaults
from workflows.decision_file import DecisionFile, read_decision_file
from workflows.file_texts import clean

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


def test_a_day_may_be_named_from_which_it_applies() -> None:
    assert reading("effective = 2026-12-01").effective == date(2026, 12, 1)


def test_what_changed_may_be_known_beforehand() -> None:
    assert reading('what_changed = " You said no. "').what_changed == "You said no."


@pytest.mark.parametrize("given", ['"2026-12-01"', "2026-12-01T09:00:00Z", "09:00:00", "20261201"])
def test_a_day_is_a_date_and_nothing_else(given: str) -> None:
    says = "d.toml:3: effective should be a day without quotes or a time: 2026-12-01"

    assert faults(f"{HEAD}effective = {given}\n{FACTS}") == [says]


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


# --- several questions ----------------------------------------------------------------------

MERGE = '[[questions]]\nid = "merger"\ntext = "Merge?"\n'
ADOPT = '[[questions]]\nid = "adopt"\ntext = "Adopt it?"\n'


def test_a_ballot_may_ask_several_questions_in_the_order_of_the_file() -> None:
    file = read(f"{HEAD}{FACTS}{MERGE}{ADOPT}")

    assert (list(file.questions.items()), list(file.ballot)) == (
        [("merger", "Merge?"), ("adopt", "Adopt it?")],
        ["merger", "adopt"],
    )


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        (MERGE + MERGE, "d.toml:9: the id 'merger' is used twice"),
        (MERGE + '[[questions]]\ntext = "B?"\n', "d.toml:8: each of several questions needs an id"),
        (MERGE + '[[questions]]\nid = "b"\n', "d.toml:8: text is missing"),
        (MERGE + '[[questions]]\nid = "b"\ntext = " "\n', "d.toml:10: text is missing"),
        (MERGE + '[[questions]]\nid = "B 1"\ntext = "B?"\n', "d.toml:9: id should be a short"),
        (MERGE + ADOPT + 'options = ["yes"]\n', 'd.toml:11: options should be ["for", "against"]'),
        ("".join(MERGE.replace("merger", f"q{n}") for n in range(21)), "d.toml:5: questions are"),
    ],
)
def test_a_fault_of_one_of_several_questions_has_its_own_line(questions: str, says: str) -> None:
    (fault,) = faults(f"{HEAD}{FACTS}{questions}")

    assert fault.startswith(says)


# --- elections ------------------------------------------------------------------------------

ELECTION = "[facts]\nmember_election_or_meeting_rules = true\n"


def test_candidates_are_on_the_ballot_by_id_and_in_the_paper_by_name() -> None:
    file = reading('candidates = ["Dr Anna Lee", "Bo Reed"]', facts=ELECTION)

    assert file.ballot == {"main": ("candidate_1", "candidate_2", "abstain")}
    assert file.candidates == {"candidate_1": "Dr Anna Lee", "candidate_2": "Bo Reed"}


def test_an_election_may_put_its_question_in_words() -> None:
    question = '[[questions]]\nid = "seat"\ntext = "Who should sit for us?"\n'
    file = read(f'{HEAD}candidates = ["Anna Lee"]\n{ELECTION}{question}')

    assert (file.questions, set(file.ballot)) == ({"seat": "Who should sit for us?"}, {"seat"})


def test_no_candidates_at_all_are_no_election() -> None:
    assert reading("candidates = []").ballot == {"main": ("for", "against", "abstain")}


@pytest.mark.parametrize(
    ("lines", "rest", "says"),
    [
        ('candidates = ["A B", "a b "]', "", "d.toml:3: 'A B' stands twice"),
        ('candidates = ["A B", ""]', "", "d.toml:3: candidates should be a list of names"),
        (r'candidates = ["A\nB"]', "", "d.toml:3: candidates should be one line"),
        (f'candidates = ["{"x" * 101}"]', "", "d.toml:3: candidates has 101 characters"),
        (
            'candidates = ["A B"]\noptions = ["for", "against"]',
            "",
            "d.toml:4: an election's options are its candidates",
        ),
        ('candidates = ["A B"]', MERGE + ADOPT, "d.toml:3: an election asks one question"),
    ],
)
def test_an_election_that_makes_no_sense_is_refused(lines: str, rest: str, says: str) -> None:
    found = faults(f"{HEAD}{lines}\n{ELECTION}{rest}")

    assert found[0].startswith(says)


# --- what the words and the facts have to agree on ------------------------------------------


def test_what_is_urgent_says_why_it_cannot_wait() -> None:
    file = reading('urgent_reason = "The lease ends."', facts="[facts]\nurgent = true\n")

    assert file.urgent_reason == "The lease ends."


def test_what_is_urgent_without_a_reason_is_refused() -> None:
    (fault,) = faults(f"{HEAD}[facts]\nurgent = true\n")

    assert fault.startswith("d.toml:4: urgent = true needs urgent_reason")


def test_a_file_that_is_only_classified_may_leave_the_reason_out() -> None:
    text = f"{HEAD}[facts]\nurgent = true\n"

    assert read_decision_file(text.encode(), "d.toml", to_open=False).facts.urgent


AFFECTED = "[facts]\naffects_practice_income = true\npractices_affected = {}\n"


def test_a_roll_without_those_whose_money_it_is_is_refused() -> None:
    (fault,) = faults(f'{HEAD}practices = ["P1", "P2", "P2"]\n{AFFECTED.format(3)}')

    assert fault == (
        "d.toml:3: 3 practices are affected but the roll would hold only 2: those whose money it "
        "is see the paper first"
    )


@pytest.mark.parametrize("affected", [0, 2])
def test_a_roll_of_all_who_are_affected_may_be_named(affected: int) -> None:
    lines = 'practices = ["P1", "P2"]'

    assert reading(lines, facts=AFFECTED.format(affected)).practices == ("P1", "P2")


def test_practices_affected_narrow_no_roll_by_themselves() -> None:
    assert reading(facts=AFFECTED.format(69)).practices == ()


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
