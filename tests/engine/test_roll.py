"""Who is asked: the roll's order, its file, its root, and whom letters reach."""

from engine.roll import make_roll, roll_from_value
from engine.trail import canonical, leaf_hash, parse, root
from tests.engine.makers import line, roll


def test_practices_stand_in_the_order_of_their_codes() -> None:
    assert make_roll([line("P2"), line("P10"), line("P1")]).practices == ("P1", "P10", "P2")


def test_persons_stand_in_the_order_of_their_ids() -> None:
    persons = make_roll([line("P1", "manager", "lead", "deputy")]).lines[0].persons

    assert [person.role for person in persons] == ["deputy", "lead", "manager"]


def test_the_same_practices_make_the_same_roll_in_whatever_order_they_come() -> None:
    lines = [line("P1", "lead", "deputy"), line("P2", "lead")]

    assert make_roll(lines).root() == make_roll(reversed(lines)).root()


def test_a_roll_reads_back_from_its_file() -> None:
    written = canonical(roll().value())

    assert roll_from_value(parse(written)) == roll()


def test_the_root_is_that_of_a_tree_over_the_lines() -> None:
    leaves = [leaf_hash(canonical(each)) for each in roll(3).value()]

    assert roll(3).root() == root(leaves).hex()


def test_the_root_tells_of_any_change() -> None:
    assert make_roll([line("P1", "lead")]).root() != make_roll([line("P1", "deputy")]).root()


def test_a_practice_knows_its_place_from_one() -> None:
    assert roll(3).place == {"P1": 1, "P2": 2, "P3": 3}


def test_practices_without_a_contact_are_named() -> None:
    assert make_roll([line("P1", "lead"), line("P2")]).unreachable == ("P2",)
