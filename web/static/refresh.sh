#!/bin/sh
# Refresh the vendored NHS.UK frontend: sh web/static/refresh.sh 10.6.1 (needs npm and python3).
# Takes the compiled style sheet and the images it names, strips the fonts, makes addresses relative.
# The package carries no licence file: LICENSE stays as it is, and is compared by eye on a new version.
set -eu
version="${1:?usage: refresh.sh VERSION}"
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "nhsuk-frontend@$version" >/dev/null
tar -xzf "nhsuk-frontend-$version.tgz"
python3 - "$work/package/dist/nhsuk" "$version" "$here/nhsuk" <<'PYTHON'
import re
import shutil
import sys
from pathlib import Path

package, version, home = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
style = (package / f"nhsuk-frontend-{version}.min.css").read_text(encoding="utf-8")
style = re.sub(r"@font-face\{[^}]*\}", "", style)
style = re.sub(r"\s*/\*# sourceMappingURL=.*?\*/\s*", "\n", style)
style = style.replace("url(/assets/images/", "url(images/")
left = [address for address in re.findall(r"url\(([^)]*)\)", style) if ":" in address or "//" in address]
if left or "@import" in style:
    sys.exit(f"the style sheet still names other places: {left}")
shutil.rmtree(home / "images", ignore_errors=True)
(home / "images").mkdir(parents=True)
for name in sorted(set(re.findall(r"url\(images/([^)]*)\)", style))):
    shutil.copyfile(package / "assets" / "images" / name, home / "images" / name)
(home / "nhsuk-frontend.min.css").write_text(style, encoding="utf-8")
PYTHON
echo "nhsuk-frontend $version is in $here/nhsuk; now run the tests of web/ and look at the pages."
