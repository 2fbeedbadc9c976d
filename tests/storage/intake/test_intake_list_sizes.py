"""Reading the two official files of list sizes."""

from collections.abc import Callable
from datetime import date

import pytest

from engine.errors import Fault
from storage.intake import ListSize, read_list_sizes, read_practices

Sample = Callable[[str], bytes]
Faults = Callable[[Callable[[], object]], tuple[Fault, ...]]

DIGITAL = "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"


def read(*lines: str) -> dict[str, ListSize]:
    return dict(read_list_sizes("\n".join((DIGITAL, *lines)).encode(), "s.csv"))


def row(code: str = "C84001", sex: str = "ALL", age: str = "ALL", number: str = "9") -> str:
    return f"GP_PRAC_PAT_LIST,01JAN2021,GP,02Q,{code},S81 0HH,{sex},{age},{number}"


def test_the_business_services_list_is_the_sum_of_its_ages(sample: Sample) -> None:
    sizes = read_list_sizes(sample("list-size-nhsbsa-2016q1.csv"), "s.csv")
    assert sizes["C84692"].size == 2710


def test_the_business_services_list_agrees_with_the_joined_register(sample: Sample) -> None:
    sizes = read_list_sizes(sample("list-size-nhsbsa-2016q1.csv"), "s.csv")
    rows = read_practices(sample("practices-2016.csv"), "practices.csv")
    nene = [practice for practice in rows if practice.ods_code in sizes]
    assert [p.list_size for p in nene] == [sizes[p.ods_code].size for p in nene]


def test_the_digital_list_has_its_day(sample: Sample) -> None:
    sizes = read_list_sizes(sample("gp-reg-pat-prac-all-2021.csv"), "s.csv")
    assert sizes["P81015"] == ListSize("P81015", 11280, date(2021, 1, 1), 2)


def test_a_day_may_be_written_in_small_letters() -> None:
    content = f"{DIGITAL}\n{row()}".replace("01JAN2021", "01Oct2025").encode()
    assert read_list_sizes(content, "s.csv")["C84001"].date == date(2025, 10, 1)


def test_only_rows_of_all_ages_and_sexes_count() -> None:
    sizes = read(row(number="9"), row(sex="MALE", number="5"), row(age="95+", number="1"))
    assert sizes["C84001"].size == 9


def test_the_map_of_practices_is_refused_with_the_file_that_would_do(
    sample: Sample, faults: Faults
) -> None:
    found = faults(lambda: read_list_sizes(sample("gp-reg-pat-prac-map-2025.csv"), "map.csv"))
    assert "import gp-reg-pat-prac-all.csv" in found[0].says


def test_another_csv_is_refused_with_the_two_layouts(sample: Sample, faults: Faults) -> None:
    found = faults(lambda: read_list_sizes(sample("practices-2016.csv"), "p.csv"))
    assert found[0].says.startswith("This is neither list of sizes")


def test_a_business_services_list_without_one_age_is_refused(
    sample: Sample, faults: Faults
) -> None:
    content = sample("list-size-nhsbsa-2016q1.csv").replace(b"Female 75+", b"Total")
    assert "`female_75+` is missing" in faults(lambda: read_list_sizes(content, "s.csv"))[0].says


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (row(number="many"), "NUMBER_OF_PATIENTS:"),
        (row(number="-1"), "NUMBER_OF_PATIENTS:"),
        (row(code="C840"), "CODE:"),
        (row().replace("01JAN2021", "31FEB2021"), "EXTRACT_DATE:"),
        (row().replace("01JAN2021", "2021"), "EXTRACT_DATE:"),
        (row()[:30], "cut short"),
        (row(age="5"), "no practice's total"),
    ],
)
def test_a_malformed_list_is_refused(faults: Faults, line: str, says: str) -> None:
    assert says in faults(lambda: read(line))[0].says


def test_a_practice_counted_twice_is_a_fault(faults: Faults) -> None:
    assert "line 2 already" in faults(lambda: read(row(), row(number="10")))[0].says


def test_a_file_of_nothing_but_commas_is_refused(faults: Faults) -> None:
    assert len(faults(lambda: read_list_sizes(b",,,\n,,,\n", "s.csv"))) == 1
