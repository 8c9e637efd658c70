"""Writes ``requirements.lock``: every file that the image may install, by its SHA-256, from whichever registry pip uses.

Run it after a change of ``requirements.txt``: ``python docs/hosting/make_lock.py``. Nothing is installed. The image is for
Python 3.11 on Linux, on Intel and on ARM processors; the lock holds the files of both.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).resolve().parent / "requirements.lock"
PLATFORMS = {
    "x86_64": ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_28_x86_64", "manylinux_2_34_x86_64"),
    "aarch64": ("manylinux_2_17_aarch64", "manylinux2014_aarch64", "manylinux_2_28_aarch64", "manylinux_2_34_aarch64"),
}
FROM_SOURCE = "autograd-gamma"
"""Comes as source alone; it is pure Python."""

HEAD = "# Made by docs/hosting/make_lock.py from requirements.txt; install with: pip install --require-hashes\n"


def files_of(platforms: tuple[str, ...]) -> dict[str, str]:
    """What pip would install on a platform, each requirement with its file's SHA-256."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"),
            *("--only-binary", ":all:", "--no-binary", FROM_SOURCE),
            *("--python-version", "3.11", "--implementation", "cp", "--target", folder),
            *(part for name in platforms for part in ("--platform", name)),
            *("--report", str(report), "-r", str(ROOT / "requirements.txt")),
        ]
        subprocess.run(command, check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {
        f"{item['metadata']['name'].lower().replace('_', '-')}=={item['metadata']['version']}": item["download_info"][
            "archive_info"
        ]["hashes"]["sha256"]
        for item in found
    }


def main() -> None:
    """Write the lock, and say for which processors a file was found."""
    hashes: dict[str, set[str]] = {}
    for processor, platforms in PLATFORMS.items():
        try:
            found = files_of(platforms)
        except subprocess.CalledProcessError:
            print(f"{processor}: the registry lacks a file, so the lock is not for it")
            continue
        print(f"{processor}: {len(found)} files")
        for requirement, digest in found.items():
            hashes.setdefault(requirement, set()).add(digest)
    lines = [
        f"{requirement} \\\n" + " \\\n".join(f"    --hash=sha256:{digest}" for digest in sorted(digests))
        for requirement, digests in sorted(hashes.items())
    ]
    LOCK.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
