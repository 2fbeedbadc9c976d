"""Passwords: long ones are taken whatever they hold, what everybody tries first is not."""

import unicodedata

import pytest

from engine.passwords import LONGEST, SHORTEST, fault, tidy

EMAIL, BODY = "rosemary.finch@nenevalley.example", "NHS Nene CCG"
COMMONEST = [
    *("123456789012", "1234567890123", "111111111111", "aaaaaaaaaaaaaa", "121212121212"),
    *("qwertyuiop12", "qwerty123456", "qwertyuiopasdfgh", "asdfghjkl123", "zxcvbnm12345"),
    *("1q2w3e4r5t6y", "q1w2e3r4t5y6", "1qaz2wsx3edc", "zaq12wsxcde3", "abcdefghijkl"),
    *("password1234", "Password2026!", "P@ssw0rd1234", "passwordpassword", "mypassword123"),
    *("letmein12345", "iloveyou1234", "welcome12345", "administrator", "adminadmin123"),
    *("football1234", "liverpool1234", "sunshine2026", "princess1234", "charlie12345"),
    *("January2026!!", "Monday123456", "correcthorsebatterystaple", "abcd12345678"),
    *("secretary2026", "committee1234", "surgery12345", "987654321098", "!@#$%^&*()12"),
]
OURS = ["rosemary.finch", "Rosemary2026", "nenevalley123", "nhsneneccg2026", "NHS Nene CCG!"]
GOOD = [
    *("three grey herons", "Rain on the Ouse at 4", "k7#Qm2!vX9zR", "842399170563"),
    *(
        "Žluťoučký kůň úpěl",
        "東京都は今日も雨が降っていますね",
        "x" * 3 + "orinoco river",
        "a b c d e f g h i k m o",
    ),
]


@pytest.mark.parametrize("password", COMMONEST)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert "people try first" in str(fault(password, EMAIL, BODY))


@pytest.mark.parametrize("password", COMMONEST)
def test_a_rule_of_length_alone_would_take_most_of_them(password: str) -> None:
    assert len(password) >= SHORTEST


@pytest.mark.parametrize("password", OURS)
def test_the_own_address_and_the_body_s_name_are_refused(password: str) -> None:
    assert fault(password, EMAIL, BODY) is not None


@pytest.mark.parametrize("password", GOOD)
def test_any_characters_make_a_password(password: str) -> None:
    assert fault(password, EMAIL, BODY) is None


def test_the_same_words_are_taken_from_somebody_else() -> None:
    password = "orinoco finch 88"
    assert fault(password, EMAIL, BODY) is None
    assert fault("rosemary finch 88", "b@c.example", BODY) is None


def test_a_short_one_is_refused_with_a_remedy() -> None:
    assert "12 characters or more" in str(fault("k7#Qm2!vX9z", EMAIL, BODY))


def test_a_long_one_is_taken_whole() -> None:
    long = "".join(chr(97 + n * 7 % 26) for n in range(LONGEST))
    assert (fault(long, EMAIL, BODY), fault(long + "x", EMAIL, BODY) is None) == (None, False)


def test_the_same_letters_typed_on_another_keyboard_are_the_same() -> None:
    typed = unicodedata.normalize("NFD", "Zoë à la carte")
    assert (tidy(typed), tidy(typed) == typed) == ("Zoë à la carte", False)
