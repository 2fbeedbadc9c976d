"""The configuration: the file, the environment over it, and what is refused."""

from pathlib import Path

import pytest

from app.config import load_settings
from engine.errors import InputFaults


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def faults(folder: Path, text: str) -> str:
    with pytest.raises(InputFaults) as caught:
        load_settings(written(folder, text), required=True)
    return str(caught.value)


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "config.toml", required=False)

    assert settings.storage.url == "sqlite:///quorate.db"


def test_a_named_but_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputFaults):
        load_settings(tmp_path / "config.toml", required=True)


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUORATE_MAIL__PORT", "2525")

    settings = load_settings(written(tmp_path, "[mail]\nport = 25\n"), required=True)

    assert settings.mail.port == 2525


def test_an_unknown_key_names_its_line_and_the_nearest_known_one(tmp_path: Path) -> None:
    told = faults(tmp_path, '[mail]\nport = 25\nhots = "x"\n')

    assert told.endswith("config.toml:3: unknown key [mail] 'hots'; the nearest known is 'host'")


def test_an_unknown_section_is_a_fault(tmp_path: Path) -> None:
    assert "the nearest known is 'mail'" in faults(tmp_path, "[male]\n")


def test_an_unknown_environment_name_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUORATE_MAIL__PROT", "1")

    assert "the nearest known is 'QUORATE_MAIL__PORT'" in faults(tmp_path, "")


def test_a_password_in_the_file_is_refused(tmp_path: Path) -> None:
    assert "QUORATE_MAIL__PASSWORD" in faults(tmp_path, '[mail]\npassword = "x"\n')


def test_a_deadline_in_the_repeated_hour_is_refused(tmp_path: Path) -> None:
    assert "01:00" in faults(tmp_path, '[calendar]\ndeadline_time = "01:30"\n')


def test_paths_in_the_file_are_relative_to_it(tmp_path: Path) -> None:
    settings = load_settings(
        written(tmp_path, '[storage]\nurl = "sqlite:///data/quorate.db"\n'), required=True
    )

    assert settings.home == tmp_path / "data"


SERVER = "postgresql+psycopg://me@db.example"


def test_a_second_database_of_the_same_server_may_hold_the_checkpoints(tmp_path: Path) -> None:
    text = f'[trail]\ncheckpoint_store = "{SERVER}/c"\n[storage]\nurl = "{SERVER}/q"\n'
    assert load_settings(written(tmp_path, text), required=True).checkpoint_store.endswith("/c")


def test_another_name_of_the_database_is_no_checkpoint_store(tmp_path: Path) -> None:
    (tmp_path / "quorate.db").touch()
    (tmp_path / "other.db").symlink_to(tmp_path / "quorate.db")
    text = '[trail]\ncheckpoint_store = "other.db"\n[storage]\nurl = "sqlite:///quorate.db"\n'
    assert "is the database itself" in faults(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        '[web]\nbase_url = "ccg.example"\n',
        '[storage]\nurl = "mysql://x"\n',
        '[voting]\nmay_cast = ["boss"]\n',
        '[trail]\norigin = "a b"\n',
        '[trail]\ncheckpoint_store = "quorate.db"\n[storage]\nurl = "sqlite:///quorate.db"\n',
        '[trail]\ncheckpoint_store = "sub/../quorate.db"\n[storage]\nurl = "sqlite:///quorate.db"\n',
        f'[trail]\ncheckpoint_store = "{SERVER}:5432/q"\n[storage]\nurl = "{SERVER}/q"\n',
        '[mail]\nport = "many"\n',
        "mail = 3\n",
    ],
)
def test_nonsense_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    assert "config.toml:" in faults(tmp_path, text)


@pytest.mark.parametrize("sender", ["", "Nene CCG <a@ccg.example>"])
def test_a_sender_that_no_letter_could_leave_with_is_a_fault(tmp_path: Path, sender: str) -> None:
    said = faults(tmp_path, f'[mail]\nsender = "{sender}"\n')

    assert said.count("should be an address alone") == 1


@pytest.mark.parametrize("allowed", ["", "@ccg.example", "*.ccg.example", " ccg.example"])
def test_an_allowed_recipient_that_is_nobodys_address_is_a_fault(
    tmp_path: Path, allowed: str
) -> None:
    """It would allow nobody: every letter would be skipped, for good."""
    assert "no address or domain" in faults(tmp_path, f'[mail]\nonly_to = ["{allowed}"]\n')


def test_allowed_recipients_are_addresses_and_domains(tmp_path: Path) -> None:
    only_to = ("ccg.example", "anna.lee@practice.example")
    path = written(tmp_path, f"[mail]\nonly_to = {list(only_to)!r}\n")

    assert load_settings(path, required=True).mail.only_to == only_to


@pytest.mark.parametrize("name", ["NHS Nene\\nBcc: x@y.example", "=?utf-8?q?x?=", "x" * 501])
def test_a_name_that_no_letter_could_bear_is_a_fault(tmp_path: Path, name: str) -> None:
    assert "From" in faults(tmp_path, f'[organisation]\nname = "{name}"\n')
