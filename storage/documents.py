"""The documents of decisions: files named by the SHA-256 of their bytes, beside the database."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from storage.files import sync_folder


@dataclass(frozen=True, slots=True)
class Documents:
    """A folder of files that never change."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keep a document; its name here. On the disk, whole, before this returns."""
        name = sha256(content).hexdigest()
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            with new.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
            sync_folder(self.folder)
        return name

    def get(self, name: str) -> bytes | None:
        """A document's bytes; None where it is gone."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None

    def remove(self, names: Iterable[str]) -> None:
        """Delete documents for good; those that are gone already are passed over."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)
        if self.folder.is_dir():
            sync_folder(self.folder)
