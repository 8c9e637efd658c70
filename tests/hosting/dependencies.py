"""``python -m tests.hosting.dependencies``: are there known holes in the pinned libraries?

Asks the database that pip-audit asks, and where it cannot be reached says so and fails nobody. Exit status 1 where a library has
a known hole, 0 otherwise.
"""

import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATABASE = ("pypi.org", 443)


def can_be_reached() -> bool:
    """Whether the database answers at all."""
    try:
        socket.create_connection(DATABASE, timeout=5).close()
    except OSError:
        return False
    return True


def main() -> int:
    """Audit what the lock names.

    Returns
    -------
    int
    """
    if not can_be_reached():
        print(f"Not audited: the database of known holes at {DATABASE[0]} cannot be reached from here.")
        return 0
    lock = ROOT / "docs" / "hosting" / "requirements.lock"
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    return subprocess.run([*command, "--requirement", str(lock)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
