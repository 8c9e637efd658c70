"""Find a Chromium for the browser tests, or install one; say so where neither can be done."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def find_chromium() -> str | None:
    """The path of a Chromium on this machine, or None."""
    named = os.environ.get("CHROMIUM")
    if named and os.access(named, os.X_OK):
        return named
    return next((path for path in map(shutil.which, NAMES) if path), None) or _from_playwright()


def install_chromium() -> None:
    """Try the system's packages where that is allowed, then Playwright's own download."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"], *attempts]
    for command in attempts:
        if find_chromium():
            return
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)


def _from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.access(path, os.X_OK) else None


if __name__ == "__main__":
    if not find_chromium():
        install_chromium()
    if not find_chromium():
        print("No Chromium was found and none could be installed: the browser tests are skipped, the rest runs.")
