"""The documents of decisions: named by what they hold, never half there."""

from hashlib import sha256
from pathlib import Path

from storage.documents import Documents


def test_a_document_is_read_back(tmp_path: Path) -> None:
    documents = Documents(tmp_path / "documents")
    assert documents.get(documents.put(b"minutes")) == b"minutes"


def test_a_document_is_named_by_its_digest(tmp_path: Path) -> None:
    assert Documents(tmp_path).put(b"minutes") == sha256(b"minutes").hexdigest()


def test_a_document_put_twice_is_kept_once(tmp_path: Path) -> None:
    documents = Documents(tmp_path)
    documents.put(b"minutes")
    documents.put(b"minutes")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_document_that_is_gone_is_none(tmp_path: Path) -> None:
    assert Documents(tmp_path).get("0" * 64) is None


def test_what_a_crash_left_half_written_is_replaced(tmp_path: Path) -> None:
    name = sha256(b"minutes").hexdigest()
    (tmp_path / f"{name}.new").write_bytes(b"min")
    documents = Documents(tmp_path)
    documents.put(b"minutes")
    assert documents.get(name) == b"minutes"
