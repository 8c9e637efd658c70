"""What a fresh machine does before and around the tests, with an installer that only says what it was asked."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("chromium", "Rscript", "soffice", "gs")


@pytest.mark.parametrize("installs", [True, False])
def test_it_checks_lint_tests_and_libraries_also_where_no_proxy_can_be_installed(
    tmp_path: Path, installs: bool
) -> None:
    asked = tmp_path / "asked.txt"
    programs = {"id": "echo 0", "make": f'echo "make $*" >> "{asked}"', **dict.fromkeys(TOOLS, "exit 0")}
    programs["apt-get"] = f'echo "apt-get $*" >> "{asked}"; exit {0 if installs else 100}'
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, line in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    for name in ("bash", "dirname", "sh"):
        (folder / name).symlink_to(shutil.which(name) or name)
    done = subprocess.run(
        [str(folder / "bash"), ".ci/run"], cwd=ROOT, env={"PATH": str(folder)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = asked.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("make")] == ["make lint", "make test", "make audit"]
    assert any("nginx-light" in line for line in lines)
    assert ("No nginx could be installed" in done.stdout) is not installs
