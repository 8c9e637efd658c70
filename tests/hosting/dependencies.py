"""``python -m tests.hosting.dependencies``: are there known holes in the pinned libraries?

Asks the database that pip-audit asks. Where it cannot be reached, or knows nothing of a library, that is said and fails nobody:
only a hole that is known does.
"""

import json
import re
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATABASE = ("pypi.org", 443)


@dataclass(frozen=True, slots=True)
class Audit:
    """What the database said of the libraries.

    Attributes
    ----------
    judged : int
        Libraries it knows.
    unknown : tuple of str
        Libraries it could say nothing of.
    holes : tuple of str
        One line for each known hole: the library, its version, the hole's name and the versions that mend it.
    """

    judged: int
    unknown: tuple[str, ...]
    holes: tuple[str, ...]


def can_be_reached() -> bool:
    """Whether the database answers at all."""
    try:
        socket.create_connection(DATABASE, timeout=5).close()
    except OSError:
        return False
    return True


def read_audit(answer: str) -> Audit:
    """Read what pip-audit writes with ``--format json``.

    Parameters
    ----------
    answer : str

    Returns
    -------
    Audit
    """
    libraries = json.loads(answer)["dependencies"]
    unknown = tuple(library["name"] for library in libraries if "skip_reason" in library)
    holes = tuple(
        f"{library['name']} {library['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version'}"
        for library in libraries
        for hole in library.get("vulns", ())
    )
    return Audit(len(libraries) - len(unknown), unknown, holes)


def main() -> int:
    """Audit what the lock names.

    Returns
    -------
    int
        1 where a library has a known hole or pip-audit itself failed, 0 otherwise.
    """
    if not can_be_reached():
        print(f"Not audited: the database of known holes at {DATABASE[0]} cannot be reached from here.")
        return 0
    lock = ROOT / "docs" / "hosting" / "requirements.lock"
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    done = subprocess.run(
        [*command, "--format", "json", "--requirement", str(lock)], capture_output=True, text=True, check=False
    )
    if not done.stdout.strip():
        return tell_failure(done.stderr)
    return tell(read_audit(done.stdout))


def tell_failure(complaint: str) -> int:
    """Print why pip-audit gave no answer and give the exit status: 0 where the database was out of its reach."""
    if re.search("connect|timed? ?out|HTTPError", complaint, re.IGNORECASE):
        print("Not audited: the database of known holes could not be asked.")
        return 0
    print(complaint, file=sys.stderr)
    return 1


def tell(audit: Audit) -> int:
    """Print what was found and give the exit status."""
    if audit.judged == 0:
        print(f"Not audited: the database that answers here knows none of the {len(audit.unknown)} libraries.")
        return 0
    print(f"{audit.judged} libraries audited: {len(audit.holes)} known holes.")
    if audit.unknown:
        print(f"{len(audit.unknown)} not audited, unknown to the database: {', '.join(audit.unknown)}.")
    for hole in audit.holes:
        print(hole)
    return int(bool(audit.holes))


if __name__ == "__main__":
    sys.exit(main())
