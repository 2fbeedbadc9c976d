"""Makes docs/sample/notice-certificate.txt anew: a vote in which three practices' letters bounced.

It is played by the test that checks it: `PYTHONPATH=. python docs/make_certificate.py`.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "docs" / "sample" / "notice-certificate.txt"

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # run as a script, from wherever

from tests.stories.register import a_register  # noqa: E402 - the line above comes first
from tests.stories.telling import begin  # noqa: E402
from tests.stories.test_three_bounced import certified, three_bounce, to_the_end  # noqa: E402
from workflows.certificate_document import document  # noqa: E402


def main() -> None:
    """Play the vote, and keep the certificate of all its practices."""
    with TemporaryDirectory(prefix="quorate-certificate-") as name:
        home = Path(name)
        a_register(home)
        with begin(home) as story:
            made = certified(to_the_end(three_bounce(story)))
            calendar = story.app.rulebook.calendar
        SAMPLE.write_text(document(made, "NHS Nene CCG", calendar), encoding="utf-8")


if __name__ == "__main__":
    main()
