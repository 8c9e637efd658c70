"""What the image is made of: every library by its hash, nothing that the lock does not name, nobody's privileges."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from docs.hosting.inline_hash import inline_hash
from tests.hosting import dependencies

ROOT = Path(__file__).resolve().parents[2]
HOSTING = ROOT / "docs" / "hosting"


def pinned(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.split()[0].lower() for line in lines if re.match(r"[a-zA-Z]", line)}


def test_the_lock_names_what_the_product_runs_with() -> None:
    assert pinned(HOSTING / "requirements.lock") == pinned(ROOT / "requirements.txt")
    text = (HOSTING / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^\S+==\S+((?: \\\n\s+--hash=sha256:[0-9a-f]{64})+)$", text, re.MULTILINE)
    assert len(entries) == len(pinned(HOSTING / "requirements.lock"))


def test_the_image_has_no_privileges_and_nothing_to_build_with() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = text.rsplit("\nFROM ", 1)[1]
    assert "--require-hashes" in text
    assert "pip uninstall --yes" in last
    assert "rm -r \"$(python -c 'import ensurepip; print(*ensurepip.__path__)')\"" in last
    assert "\nUSER 10001\n" in last
    assert "_stcore/health" in last
    assert "chromium" not in text.lower()
    assert '"-m ui.access' in last or "-m ui.access" in last


def test_the_base_image_can_be_pinned_without_editing_a_file() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["${BASE}", "${BASE}"]
    base = re.search(r"^ARG BASE=(\S+)$", text, re.MULTILINE)
    assert base is not None
    compose = YAML(typ="safe").load((HOSTING / "compose.yaml").read_text(encoding="utf-8"))
    assert compose["x-explorer"]["build"]["args"]["BASE"] == f"${{BASE:-{base[1]}}}"
    assert re.fullmatch(r"\$\{PROXY:-nginx:[\w.-]+\}", compose["services"]["proxy"]["image"])


def test_streamlits_page_has_one_script_inside_itself() -> None:
    assert re.fullmatch(r"[A-Za-z0-9+/]{43}=", inline_hash())


def test_an_audit_without_its_database_says_so_and_fails_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dependencies, "DATABASE", ("127.0.0.1", 9))
    assert dependencies.main() == 0
    assert capsys.readouterr().out.startswith("Not audited: the database of known holes")


def test_an_audit_says_which_libraries_have_holes_and_of_which_nothing_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = {
        "dependencies": [
            {"name": "sound", "version": "1.0", "vulns": []},
            {"name": "holed", "version": "2.0", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]},
            {"name": "unheard", "skip_reason": "Dependency not found"},
        ],
        "fixes": [],
    }
    assert dependencies.tell(dependencies.read_audit(json.dumps(answer))) == 1
    assert capsys.readouterr().out.splitlines() == [
        "2 libraries audited: 1 known holes.",
        "1 not audited, unknown to the database: unheard.",
        "holed 2.0: CVE-1, mended in 2.1",
    ]


@pytest.mark.parametrize(
    ("complaint", "status"), [("Could not connect to PyPI's vulnerability feed", 0), ("invalid requirements file", 1)]
)
def test_an_audit_that_gave_no_answer_fails_unless_its_database_was_out_of_reach(complaint: str, status: int) -> None:
    assert dependencies.tell_failure(complaint) == status


def test_an_audit_that_knew_no_library_is_not_called_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert dependencies.tell(dependencies.Audit(0, ("unheard", "unseen"), ())) == 0
    assert capsys.readouterr().out == "Not audited: the database that answers here knows none of the 2 libraries.\n"


def test_pip_audit_is_there_for_where_it_can() -> None:
    done = subprocess.run([sys.executable, "-m", "pip_audit", "--version"], capture_output=True, check=False)
    assert done.returncode == 0
