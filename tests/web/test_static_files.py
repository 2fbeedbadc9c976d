"""Style sheets and images: all from here, kept for ever by their address."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.sample_pages import LINKS
from web.assets import load_assets

ASSETS = load_assets()


def address(name: str) -> str:
    return f"/static/{ASSETS.digest}/{name}"


def test_a_page_names_the_files_there_are(client: TestClient) -> None:
    html = client.get(f"/respond/{LINKS['voting']}").text
    named = re.findall(r'<link[^>]*href="([^"]*)"', html)
    assert [client.get(name).status_code for name in named] == [200, 200, 200]


def test_a_file_may_be_kept_for_ever(client: TestClient) -> None:
    headers = client.get(address("quorate.css")).headers
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_file_with_another_content_has_another_address(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    first = load_assets(tmp_path).digest
    (tmp_path / "a.css").write_text("b{}")
    assert load_assets(tmp_path).digest != first


def test_an_old_address_is_not_found(client: TestClient) -> None:
    assert client.get("/static/0123456789abcdef/quorate.css").status_code == 404


def test_the_style_sheet_travels_compressed(client: TestClient) -> None:
    response = client.get(address("nhsuk/nhsuk-frontend.min.css"))
    assert int(response.headers["content-length"]) < 40_000
    assert response.text.startswith('@charset "UTF-8"')


def test_a_browser_that_cannot_unpack_gets_the_plain_file(client: TestClient) -> None:
    response = client.get(address("icon.svg"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("name", [n for n in ASSETS.files if n.endswith(".css")])
def test_no_style_sheet_names_another_host(name: str) -> None:
    text = ASSETS.files[name].plain.decode()
    assert not re.search(r"https?:|url\(//|@import|@font-face", text)


@pytest.mark.parametrize("name", [n for n in ASSETS.files if n.endswith(".css")])
def test_every_image_a_style_sheet_names_is_here(client: TestClient, name: str) -> None:
    folder = address(name).rpartition("/")[0]
    images = set(re.findall(r"url\(([^)]*)\)", ASSETS.files[name].plain.decode()))
    assert all(client.get(f"{folder}/{image}").status_code == 200 for image in images)


@pytest.mark.parametrize(
    "name", ["README.md", "refresh.sh", "nhsuk/LICENSE", "../templates/base.html", "..%2fsite.py"]
)
def test_nothing_but_styles_and_images_is_served(client: TestClient, name: str) -> None:
    assert client.get(address(name)).status_code == 404
