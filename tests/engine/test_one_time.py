"""Codes of the second factor: the vectors of RFC 6238, appendix B, and what may be used when."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.one_time import PERIOD, SECRET, app_link, code_of, fitting_step, spelt, step_at

SEED = b"12345678901234567890"
SEEDS = {
    "sha1": SEED,
    "sha256": (SEED * 2)[:32],
    "sha512": (SEED * 4)[:64],
}
VECTORS = {
    59: ("94287082", "46119246", "90693936"),
    1111111109: ("07081804", "68084774", "25091201"),
    1111111111: ("14050471", "67062674", "99943326"),
    1234567890: ("89005924", "91819424", "93441116"),
    2000000000: ("69279037", "90698825", "38618901"),
    20000000000: ("65353130", "77737706", "47863826"),
}
NOW = datetime(2026, 11, 24, 10, 4, 7, tzinfo=UTC)


@pytest.mark.parametrize("seconds", VECTORS)
def test_codes_are_those_of_the_rfc(seconds: int) -> None:
    step = step_at(datetime.fromtimestamp(seconds, UTC))
    told = tuple(code_of(seed, step, 8, digest) for digest, seed in SEEDS.items())
    assert told == VECTORS[seconds]


def test_a_code_of_six_digits_is_the_end_of_the_longer_one() -> None:
    assert code_of(SEED, step_at(datetime.fromtimestamp(59, UTC))) == "287082"


@pytest.mark.parametrize(
    ("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_off_by_one_step(off: int, fits: bool) -> None:  # noqa: FBT001
    typed = code_of(SEED, step_at(NOW + off * timedelta(seconds=PERIOD)))
    assert (fitting_step(SEED, typed, NOW, None) is not None) is fits


def test_a_code_that_was_used_is_no_code_any_more() -> None:
    typed = code_of(SEED, step_at(NOW))
    assert fitting_step(SEED, typed, NOW, step_at(NOW)) is None


def test_a_code_older_than_the_last_one_used_is_none_either() -> None:
    typed = code_of(SEED, step_at(NOW) - 1)
    assert fitting_step(SEED, typed, NOW, step_at(NOW)) is None


def test_the_next_code_is_good() -> None:
    typed = code_of(SEED, step_at(NOW))
    assert fitting_step(SEED, typed, NOW, step_at(NOW) - 1) == step_at(NOW)


def test_a_check_that_keeps_no_last_step_lets_a_code_in_twice() -> None:
    typed = code_of(SEED, step_at(NOW))
    naive = [fitting_step(SEED, typed, NOW, None) for _ in range(2)]
    assert None not in naive


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "000 000"])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert fitting_step(SEED, typed, NOW, None) is None


def test_a_code_may_be_typed_with_the_gap_that_apps_show() -> None:
    typed = code_of(SEED, step_at(NOW))
    assert fitting_step(SEED, f" {typed[:3]} {typed[3:]} ", NOW, None) == step_at(NOW)


def test_the_secret_is_spelt_in_groups_of_four() -> None:
    assert spelt(SEED) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert len(SEED) == SECRET


def test_the_link_for_an_app_names_everything_it_must_know() -> None:
    assert app_link(SEED, "a@b.example", "NHS Nene CCG") == (
        "otpauth://totp/NHS%20Nene%20CCG%3Aa%40b.example?"
        "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=NHS%20Nene%20CCG"
        "&algorithm=SHA1&digits=6&period=30"
    )
