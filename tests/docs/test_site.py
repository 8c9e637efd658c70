"""The site builds without a warning and needs nothing from elsewhere when it is read."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
}
LINKED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "shortcut", "modulepreload"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", str(folder)]
    done = subprocess.run(
        [*command[:-2], "-d", str(folder / ".trees"), *command[-2:]],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def pages(site: Path) -> Iterator[tuple[Path, BeautifulSoup]]:
    for path in sorted(site.rglob("*.html")):
        yield path, BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def loaded(page: BeautifulSoup) -> Iterator[str]:
    """Whatever a browser fetches by itself to show a page."""
    for name, attribute in LOADS.items():
        yield from (str(tag[attribute]) for tag in page.find_all(name) if tag.get(attribute))
    for tag in page.find_all("link", href=True):
        if LINKED & set(tag.get("rel") or ()):
            yield str(tag["href"])
    for tag in page.find_all(style=True):
        yield from re.findall(r"url\(([^)]*)\)", str(tag["style"]))


def test_nothing_is_loaded_from_elsewhere_and_all_that_is_loaded_is_there(site: Path) -> None:
    foreign, missing, seen = [], [], 0
    for path, page in pages(site):
        for address in loaded(page):
            seen += 1
            if address.startswith("data:"):
                continue
            if urlparse(address).netloc or address.startswith("//"):
                foreign.append(f"{path.name}: {address}")
            elif not (path.parent / unquote(urlparse(address).path)).exists():
                missing.append(f"{path.name}: {address}")
    assert seen > 100
    assert (foreign, missing) == ([], [])


def test_no_style_or_script_fetches_from_elsewhere(site: Path) -> None:
    fetched = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"]|fetch\(\s*['"]|importScripts\(\s*['"])(?:https?:)?//""")
    files = [*site.rglob("*.css"), *site.rglob("*.js")]
    assert files
    assert [file.name for file in files if fetched.search(file.read_text(encoding="utf-8"))] == []


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    lost = []
    for path, page in pages(site):
        for link in page.find_all("a", href=True):
            address = urlparse(str(link["href"]))
            if (
                not address.netloc
                and not address.scheme
                and address.path
                and not (path.parent / unquote(address.path)).exists()
            ):
                lost.append(f"{path.name}: {link['href']}")
    assert lost == []


def test_pages_that_a_person_looks_for_are_there(site: Path) -> None:
    names = (
        "index",
        "errors",
        "glossary",
        "contributing",
        "architecture",
        "how_to/README",
        "methods/README",
        "api/design",
    )
    assert [name for name in names if not (site / f"{name}.html").is_file()] == []
    assert "match_nearest" in (site / "api" / "design.html").read_text(encoding="utf-8")
