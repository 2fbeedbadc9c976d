"""Makes docs/sample anew: a small demo's bundle, its tampered copy, and three practices' letters.

Run it when the trail's formats have changed: `PYTHONPATH=. python docs/make_sample.py`.
"""

import io
import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from app.clock import wall_clock
from app.demo.run import Request, run

HERE = Path(__file__).parent / "sample"
PRACTICES = 6


def main() -> None:
    """Play the demo on a few practices and keep what an auditor would be given."""
    with TemporaryDirectory(prefix="quorate-sample-") as name:
        quiet = Console(file=io.StringIO())
        told = run(Request(Path(name), PRACTICES, quiet, quiet, wall_clock), lambda _: None)
        shutil.rmtree(HERE / "letters", ignore_errors=True)
        (HERE / "letters").mkdir(parents=True)
        for checked, kept in ((told.audit.sound, "sound"), (told.audit.tampered, "tampered")):
            _packed(checked.bundle, HERE / f"{kept}.zip")
        folder = Path(name) / "letters" / told.audit.reference
        for letter in sorted(folder.glob("*-acted-lead.*"))[:3]:
            shutil.copy(letter, HERE / "letters" / letter.name)
            whose = letter.name.partition("-acted-")[2]
            bulletin = max((Path(name) / "letters").rglob(f"*-bulletin-{whose}"))
            shutil.copy(bulletin, HERE / "letters" / bulletin.name)


def _packed(bundle: Path, kept: Path) -> None:
    """The same members, compressed: what is checked is what they hold."""
    how = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(bundle) as whole, zipfile.ZipFile(kept, "w", how) as small:
        for member in whole.infolist():
            named = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            small.writestr(named, whole.read(member), how)


if __name__ == "__main__":
    main()
