"""What a command writes takes the place of nothing that the program lives on."""

from pathlib import Path

import pytest

from tests.app.conftest import Quorate

LIVE = (
    "quorate.db",
    "quorate.db-wal",
    "quorate.db-shm",
    "signing.key",
    "signing.key.next",
    "link.key",
    "person_keys.db",
    "checkpoints.db",
    "config.toml",
    "documents/paper",
)
WRITERS = (
    ("trail", "export", "-o"),
    ("allowance", "draw", "-o"),
    ("workflow", "draw", "member_vote", "-o"),
)


@pytest.fixture
def running(enrolled: Quorate, folder: Path) -> Quorate:
    """The command, where every kind of file is in use."""
    assert enrolled("decision", "open", "vote.toml").code == 0
    assert enrolled("trail", "checkpoint").code == 0
    (folder / "config.toml").write_text("")
    return enrolled


@pytest.mark.parametrize("words", [*WRITERS, ("backup", "--no-keys"), ("backup", "b", "--keys")])
def test_no_file_in_use_is_written_over_even_by_force(
    running: Quorate, folder: Path, words: tuple[str, ...]
) -> None:
    keys = {file: file.read_bytes() for file in folder.glob("*.key")}
    for name in LIVE:
        refused = running(*words, name, "--force")
        assert refused.code == 1, name
        assert "documents" in refused.err or "is in use by this program" in refused.err
    assert keys == {file: file.read_bytes() for file in folder.glob("*.key")}
    assert running("trail", "checkpoint").code == 0


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_another_name_of_a_key_is_the_key(running: Quorate, folder: Path, link: str) -> None:
    getattr(folder / "audit.zip", link)(folder / "link.key")
    assert "is in use" in running("trail", "export", "-o", "audit.zip", "--force").err


def test_a_kept_signing_key_is_in_use_too(running: Quorate, folder: Path) -> None:
    kept = running("trail", "rotate-key", "--json").json["kept"]
    assert "is in use" in running("trail", "export", "-o", kept, "--force").err


@pytest.mark.parametrize("words", [WRITERS[0], WRITERS[2]])
def test_a_file_that_is_there_is_replaced_only_where_that_is_said(
    running: Quorate, folder: Path, words: tuple[str, ...]
) -> None:
    (folder / "mine").write_text("My own notes.")
    refused = running(*words, "mine")
    assert (refused.code, "--force" in refused.err) == (1, True)
    assert (folder / "mine").read_text() == "My own notes."
    assert running(*words, "mine", "--force").code == 0
    assert (folder / "mine").read_bytes() != b"My own notes."


def test_the_parts_of_a_backup_do_not_write_each_other_over(running: Quorate, folder: Path) -> None:
    refused = running("backup", "b", "--keys", "./b")
    assert (refused.code, "same name" in refused.err) == (1, True)
    assert not (folder / "b").exists()


def test_a_bundle_is_for_somebody(running: Quorate) -> None:
    refused = running("trail", "export", "-o", "audit.zip", "--for", "")
    assert refused.code == 2
    assert "--for needs a role" in refused.err


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("backup",), "`[backup] keys_days`"),
        (("workflow", "prove"), "([turnaround] limit_working_days)"),
        (("trail", "export"), "[OPTIONS] [REF]"),
    ],
)
def test_help_keeps_its_brackets(quorate: Quorate, words: tuple[str, ...], shown: str) -> None:
    told = " ".join(quorate(*words, "--help").out.split())
    assert shown in told
    assert "[[" not in told
