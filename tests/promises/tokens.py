"""Looking for the secret part of links in whatever was kept, logged, exported or shown."""

import base64
import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote_to_bytes

_LETTERS = re.compile(rb"[A-Za-z0-9_-]{43,}")
_ESCAPED = re.compile(rb"(?:[A-Za-z0-9_-]|%[0-9A-Fa-f]{2}){43,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{56,}")
_HEX = re.compile(rb"[0-9A-Fa-f]{86,}")
_LENGTH = 43
_SENT = re.compile(rb"/respond/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")


class Search:
    """Finds any of many tokens in any of the forms in which one could have been written down.

    As it is, percent-encoded, in base64 at whatever offset, in hexadecimal, and (for some of them:
    it is slow) as the 32 bytes that it stands for. Archives are looked into.
    """

    def __init__(self, tokens: Iterable[str], raw: int = 40) -> None:
        self.tokens = frozenset(token.encode() for token in tokens)
        some = sorted(self.tokens)[:raw]
        self._raw = {base64.urlsafe_b64decode(token + b"="): token for token in some}

    def found(self, content: bytes) -> set[str]:
        """The tokens in some bytes."""
        return {token.decode() for token in self._all(content)}

    def found_under(self, folder: Path) -> dict[str, set[str]]:
        """The tokens in every file of a folder, by file; those without any are left out."""
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        assert files, "there is nothing to look at"
        held = {str(path.relative_to(folder)): self.found(path.read_bytes()) for path in files}
        return {name: tokens for name, tokens in held.items() if tokens}

    def _all(self, content: bytes) -> Iterator[bytes]:
        yield from self._plain(content)
        yield from (token for raw, token in self._raw.items() if raw in content)
        for run in _ESCAPED.findall(content):
            if b"%" in run:
                yield from self._plain(unquote_to_bytes(run))
        for run in _HEX.findall(content):
            yield from self._plain(bytes.fromhex(run[: len(run) // 2 * 2].decode()))
        for run in _BASE64.findall(content):
            yield from self._in_base64(run)
        if zipfile.is_zipfile(BytesIO(content)):
            with zipfile.ZipFile(BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield from self._all(archive.read(name))

    def _plain(self, content: bytes) -> Iterator[bytes]:
        for run in _LETTERS.findall(content):
            for at in range(len(run) - _LENGTH + 1):
                if run[at : at + _LENGTH] in self.tokens:
                    yield run[at : at + _LENGTH]

    def _in_base64(self, run: bytes) -> Iterator[bytes]:
        standard = run.translate(bytes.maketrans(b"-_", b"+/"))
        for offset in range(4):
            whole = standard[offset:]
            whole = whole[:-1] if len(whole) % 4 == 1 else whole
            yield from self._plain(base64.b64decode(whole + b"=" * (-len(whole) % 4)))


def tokens_sent(letters: Iterable[bytes]) -> set[str]:
    """The tokens in letters as they arrived: the text part's lines, whatever its encoding."""
    found: set[bytes] = set()
    for content in letters:
        found.update(_SENT.findall(content))
        for run in re.findall(rb"(?:[A-Za-z0-9+/=]{40,}\r\n)+[A-Za-z0-9+/=]*", content):
            found.update(_SENT.findall(base64.b64decode(run)))
    return {token.decode() for token in found}
