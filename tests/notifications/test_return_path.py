"""A mail names its letter only if we made its address, for that letter and for that purpose."""

from collections.abc import Callable

import pytest

from notifications.returns import Purpose, read_token, reply_address, return_path

KEY, SENDER = b"k" * 32, "decisions@nene.example"
UUID = "0b9f3c1e-6a52-4d7e-9a53-2f8f0d1c7b64"
LETTER = "<59d7503f9a0db2d6cbda230056e61eab@nene.example>"
MADE = {Purpose.BOUNCE: return_path, Purpose.REPLY: reply_address}
both = pytest.mark.parametrize("make", MADE.values(), ids=MADE)
Make = Callable[[int | str, str, str, bytes], str]


def made(letter: int | str = 7, make: Make = return_path) -> str:
    return make(letter, LETTER, SENDER, KEY)


def named(address: str, message_id: str = LETTER, key: bytes = KEY) -> str | None:
    """The letter that an address names, if we made it."""
    token = read_token(address)
    return token.letter if token is not None and token.is_of(message_id, key) else None


@both
@pytest.mark.parametrize("letter", [7, "7", UUID, "f" * 32, "z" * 39])
def test_an_address_is_read_back(letter: int | str, make: Make) -> None:
    assert named(made(letter, make)) == str(letter)


@both
@pytest.mark.parametrize("letter", [7, UUID, "z" * 39])
def test_its_local_part_stays_under_64_characters(letter: int | str, make: Make) -> None:
    assert len(made(letter, make).partition("@")[0]) < 64


def test_it_has_the_senders_domain_and_sixteen_hex_characters() -> None:
    local, _, domain = made().partition("@")
    assert (local[:9], len(local[9:]), domain) == ("bounce+7.", 16, "nene.example")


@pytest.mark.parametrize("purpose", Purpose)
def test_it_says_what_it_is_for(purpose: Purpose) -> None:
    token = read_token(made(make=MADE[purpose]))
    assert token is not None
    assert token.purpose is purpose


def test_a_relay_that_changes_case_or_adds_brackets_does_no_harm() -> None:
    assert named(f"<{made(UUID).upper()}>") == UUID


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bounce+7@nene.example",
        "bounce+7.0123456789abcdef@nene.example",
        "reply+7.0123456789abcdef@nene.example",
        "bounce+7.0123456789abcdeg@nene.example",
        "secretary@nene.example",
        "bounce+7.\u0660123456789abcdef@nene.example",
    ],
)
def test_a_made_up_address_names_no_letter(address: str) -> None:
    assert named(address) is None


def test_a_mac_does_not_fit_another_letter() -> None:
    assert named(made().replace("+7.", "+8.")) is None


def test_a_mac_does_not_fit_another_purpose() -> None:
    """Whoever answers a letter has seen the address for replies; it makes no bounce."""
    assert named(made(make=reply_address).replace("reply+", "bounce+")) is None


def test_a_mac_does_not_fit_a_letter_that_has_the_number_after_a_restored_backup() -> None:
    assert named(made(), message_id=LETTER.replace("59d7", "0000")) is None


def test_another_bodys_key_reads_nothing() -> None:
    assert named(made(), key=b"other" * 8) is None


@both
@pytest.mark.parametrize("letter", ["", "A7", "a.b", "a b", "a\n", "z" * 40])
def test_an_id_that_could_not_be_read_back_is_refused(letter: str, make: Make) -> None:
    with pytest.raises(ValueError, match="return path"):
        made(letter, make)
