"""What the pages tell a person to type can be typed, and the pictures they show are those that are taken."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs import take_pictures

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 3_000_000


def command_lines() -> dict[str, str]:
    """Every command of a block of sh or console, without its comment, with the page where it stands."""
    found = {}
    for page in PAGES:
        if "_build" in page.parts:
            continue
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```(?:sh|console|bash)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                command = line.split("  #")[0].strip().removeprefix("$ ")
                if command and not command.startswith("#"):
                    found.setdefault(command, str(page.relative_to(ROOT)))
    return found


COMMANDS = command_lines()
RUN = [command for command in COMMANDS if command.startswith("python -m analysis")]
NEW = [command for command in RUN if COMMANDS[command] != "README.md"]
"""Those of the README are run by `tests/test_documentation.py`."""


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("command", NEW)
def test_commands_run_as_they_stand(command: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sample_data", tmp_path / "sample_data")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, *shlex.split(command)[1:]]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_other_command_names_what_there_is() -> None:
    unknown = [
        f"{command} ({page})" for command, page in COMMANDS.items() if command not in RUN and not exists(command)
    ]
    assert unknown == []


def exists(command: str) -> bool:
    """A command that a test cannot run without installing or serving something names real targets, files and modules."""
    words = [word for word in shlex.split(command) if not re.fullmatch(r"[A-Z_]+=\S+", word)]
    if words[0] == "make":
        named = [word for word in words[1:] if "=" not in word]
        return set(named) <= targets()
    if Path(words[0]).name == "python" and words[1] == "-m":
        paths = [word for word in words if "/" in word and not word.startswith((".venv", "-"))]
        return all((ROOT / path.split("::")[0]).exists() for path in paths)
    if Path(words[0]).name == "python":
        return (ROOT / words[1]).is_file()
    if words[0] == ".":
        return words[1] == ".venv/bin/activate"
    return words[0] in {"docker", "git", "cd", "curl", "nginx", "export"}


def test_pictures_on_pages_are_those_taken_and_all_of_them_are_small() -> None:
    taken = {f"{picture.name}.png" for picture in (*take_pictures.OPEN, *take_pictures.BLINDED)}
    there = {path.name for path in PICTURES.glob("*.png")}
    shown = {
        Path(name).name
        for page in PAGES
        if "_build" not in page.parts
        for name in re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    }
    assert taken == there
    assert shown == there
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES


def test_every_how_to_is_in_the_index() -> None:
    folder = ROOT / "docs" / "how_to"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert pages
    assert {page for page in pages if f"]({page})" not in index} == set()
