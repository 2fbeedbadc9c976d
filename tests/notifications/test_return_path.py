"""A bounce names its letter only if we made its address."""

import pytest

from notifications.returns import read_return_path, return_path

KEY, SENDER = b"k" * 32, "decisions@nene.example"
UUID = "0b9f3c1e-6a52-4d7e-9a53-2f8f0d1c7b64"


@pytest.mark.parametrize("letter", [7, "7", UUID, "f" * 32, "z" * 39])
def test_a_return_path_is_read_back(letter: int | str) -> None:
    assert read_return_path(return_path(letter, SENDER, KEY), KEY) == str(letter)


@pytest.mark.parametrize("letter", [7, UUID, "z" * 39])
def test_its_local_part_stays_under_64_characters(letter: int | str) -> None:
    assert len(return_path(letter, SENDER, KEY).partition("@")[0]) < 64


def test_it_has_the_senders_domain_and_sixteen_hex_characters() -> None:
    local, _, domain = return_path(7, SENDER, KEY).partition("@")
    assert (local[:9], len(local[9:]), domain) == ("bounce+7.", 16, "nene.example")


def test_a_relay_that_changes_case_or_adds_brackets_does_no_harm() -> None:
    path = return_path(UUID, SENDER, KEY)
    assert read_return_path(f"<{path.upper()}>", KEY) == UUID


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bounce+7@nene.example",
        "bounce+7.0123456789abcdef@nene.example",
        "bounce+7.0123456789abcdeg@nene.example",
        "secretary@nene.example",
        "bounce+7.\u0660123456789abcdef@nene.example",
    ],
)
def test_a_made_up_address_names_no_letter(address: str) -> None:
    assert read_return_path(address, KEY) is None


def test_a_mac_does_not_fit_another_letter() -> None:
    forged = return_path(7, SENDER, KEY).replace("+7.", "+8.")
    assert read_return_path(forged, KEY) is None


def test_another_bodys_key_reads_nothing() -> None:
    assert read_return_path(return_path(7, SENDER, KEY), b"other" * 8) is None


@pytest.mark.parametrize("letter", ["", "A7", "a.b", "a b", "a\n", "z" * 40])
def test_an_id_that_could_not_be_read_back_is_refused(letter: str) -> None:
    with pytest.raises(ValueError, match="return path"):
        return_path(letter, SENDER, KEY)
