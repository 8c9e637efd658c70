"""``python -m benchmarks.browser``: from letting the caliper go to painted figures, as a person sees it in a browser.

The app is started on a free port and used in Chromium: the sample study, then a synthetic cohort that is uploaded with
its study file. The caliper is dragged, each time to a width that was not shown before and that pairs others.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from analysis.study_file import study_yaml
from benchmarks.cohorts import STUDY, synthetic_cohort
from tests.browser.chromium import find_chromium

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).resolve().parent / "results" / "browser.json"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
PAGES = ("Overview", "Survival")
MOVES = 20
NARROW, WIDE = (0.10, 0.26), (0.44, 0.70)
"""Calipers between which a drag goes to and fro: on the sample, no two of them on different sides keep the same pairs."""
LARGE = 100_000
TARGET_MS = {0: 250.0, LARGE: 1_000.0}
"""By patients of the synthetic cohort; 0 is the sample study."""
MOST_KILOBYTES = 1_000.0
PATIENCE_MS = 240_000
QUIET_MS = 400
"""So long nothing may be drawn any more before a move counts as answered."""

WATCH = """(() => {
    const watch = {};
    const reset = () => Object.assign(watch, {
        released: 0, sent: 0, answered: 0, bytes: 0, curves: 0, figures: 0, painted: 0, plots: 0,
    });
    reset();
    window.benchmarkWatch = watch;
    window.benchmarkReset = reset;
    const afterFrame = (name) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => { watch[name] = performance.now(); };
        channel.port2.postMessage(0);
    });
    const Native = window.WebSocket;
    window.WebSocket = class extends Native {
        constructor(...how) {
            super(...how);
            this.addEventListener('message', (event) => {
                watch.bytes += event.data.byteLength || event.data.size || event.data.length;
                watch.answered = performance.now();
            });
        }
        send(what) {
            if (watch.released && !watch.sent) watch.sent = performance.now();
            super.send(what);
        }
    };
    window.addEventListener('pointerup', () => { watch.released ||= performance.now(); }, true);
    const listen = () => {
        for (const plot of document.querySelectorAll('.js-plotly-plot')) {
            if (plot.on && !plot.isWatched) {
                plot.isWatched = true;
                watch.plots += 1;
                const drawn = () => {
                    afterFrame('figures');
                    if (plot.closest('[class*="st-key-figure-survival"]')) afterFrame('curves');
                };
                plot.on('plotly_beforeplot', () => { watch.plots += 1; return true; });
                plot.on('plotly_afterplot', drawn);
                if (plot._fullLayout) drawn();
            }
        }
    };
    const begin = () => new MutationObserver((changes) => {
        listen();
        const main = document.querySelector('[data-testid="stMain"]');
        if (changes.some((change) => main && main.contains(change.target))) afterFrame('painted');
    }).observe(document.documentElement, {childList: true, characterData: true, subtree: true});
    if (document.documentElement) begin(); else document.addEventListener('DOMContentLoaded', begin);
})();"""

AT_REST = """(quiet) => {
    const app = document.querySelector('[data-testid="stApp"]'), watch = window.benchmarkWatch;
    return app && app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-stale="true"]')
        && performance.now() - Math.max(watch.figures, watch.painted, watch.answered) > quiet;
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of the caliper: milliseconds from its release, work of the page's thread, kilobytes sent, drawings of figures.

    ``curves`` are the survival curves alone, ``painted`` is the whole page at rest. ``work`` is time on a processor,
    which a busy machine does not stretch.
    """

    curves: float
    figures: float
    work: float
    painted: float
    server: float
    kilobytes: float
    plots: float


def main() -> None:
    """Measure, print a table and write the figures down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=__doc__)
    parser.add_argument(
        "--app", type=Path, action="append", help="a checkout to measure; several take turns at each move"
    )
    parser.add_argument("--patients", type=int, nargs="*", default=[0, LARGE], help="0 is the sample study")
    parser.add_argument("--pages", nargs="*", default=list(PAGES))
    parser.add_argument("--moves", type=int, default=MOVES)
    parser.add_argument("--shots", type=Path, help="a folder for pictures of the pages, before the first move")
    parser.add_argument("--write", action="store_true", help=f"write benchmarks/results/{RESULTS.name}")
    asked = parser.parse_args()
    apps = asked.app or [ROOT]
    found: list[dict[str, object]] = []
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        addresses = [open_things.enter_context(running_app(app, folder / f"{row}.log")) for row, app in enumerate(apps)]
        chromium = open_things.enter_context(sync_playwright()).chromium
        browser = chromium.launch(executable_path=find_chromium(), headless=True, args=list(FLAGS))
        for patients in asked.patients:
            files = cohort_files(patients, folder) if patients else []
            for name in asked.pages:  # each in sessions of their own, which have computed nothing yet
                pages = [open_study(browser, address, files) for address in addresses]
                moved = measure(pages, name, asked.moves, asked.shots, patients)
                for app, moves in zip(apps, moved, strict=True):
                    print(line(app, patients, name, moves), flush=True)
                found += figures(patients, name, moved[0])
                for page in pages:
                    page.context.close()
        browser.close()
    if asked.write:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def running_app(app: Path, log: Path) -> Iterator[str]:
    """Start an app from its folder on a free port, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.headless",
        "true",
        "--server.port",
        str(port),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with log.open("wb") as stream:
        server = subprocess.Popen(command, cwd=app, stdout=stream, stderr=subprocess.STDOUT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                    break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def cohort_files(patients: int, folder: Path) -> list[Path]:
    """A synthetic cohort and its study, as a user has them."""
    table, study = folder / f"cohort_{patients}.csv", folder / "study.yaml"
    synthetic_cohort(patients).to_csv(table, index=False)
    study.write_text(study_yaml(STUDY), encoding="utf-8")
    return [table, study]


def open_study(browser: Browser, address: str, files: Sequence[Path]) -> Page:
    """A page of 1440 by 900 on the overview of the sample, or of the files once they are uploaded."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(WATCH)
    page.goto(f"{address}/data" if files else address)
    page.get_by_role("heading", level=1).first.wait_for()
    rest(page)
    if files:
        page.locator('[class*="st-key-upload-"] input[type="file"]').first.set_input_files(list(files))
        page.locator(".mce-intake").wait_for()
        rest(page)
    return page


def rest(page: Page) -> None:
    """Wait until the app computes and draws no more."""
    page.wait_for_timeout(QUIET_MS)
    page.wait_for_function(AT_REST, arg=QUIET_MS)


def measure(pages: Sequence[Page], name: str, moves: int, shots: Path | None, patients: int) -> list[list[Move]]:
    """Move the caliper of each page so often, the pages taking turns; the first move of each is not counted."""
    for row, page in enumerate(pages):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("heading", level=1, name=name).wait_for()
        rest(page)
        if shots is not None:
            take_pictures(page, shots / f"{name.lower()}_{patients}_{row}")
    found: list[list[Move]] = [[] for _ in pages]
    for number, share in enumerate(shares(moves + 1)):
        for page, taken in zip(pages, found, strict=True):
            move = one_move(page, share)
            if number:
                taken.append(move)
    return found


def take_pictures(page: Page, path: Path) -> None:
    """The page in the light theme at 1440 pixels and in the dark one at 1024."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=f"{path}_light.png", full_page=True)
    page.set_viewport_size({"width": 1024, "height": 900})
    page.emulate_media(color_scheme="dark")
    rest(page)
    page.screenshot(path=f"{path}_dark.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    rest(page)


def one_move(page: Page, share: float) -> Move:
    """Drag the caliper to this share of its track, let go, and wait until everything is painted."""
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    thumb = page.get_by_role("slider").first
    handle = thumb.evaluate("""(input) => {
        const track = input.closest('[role="group"]').getBoundingClientRect();
        const now = (input.value - input.min) / (input.max - input.min);
        const thumb = input.parentElement.getBoundingClientRect();
        return [track.left, track.width, thumb.top + thumb.height / 2, now];
    }""")
    left, width, height, now = handle
    page.mouse.move(left + width * now, height)
    page.mouse.down()
    page.mouse.move(left + width * (now + share) / 2, height)
    page.mouse.move(left + width * share, height)
    page.wait_for_timeout(100)
    page.evaluate("window.benchmarkReset()")
    before = _worked(metrics)
    page.mouse.up()
    page.wait_for_function("window.benchmarkWatch.bytes > 0")
    rest(page)
    watch, worked = page.evaluate("window.benchmarkWatch"), _worked(metrics) - before
    metrics.detach()
    return Move(
        work=worked,
        curves=watch["curves"] - watch["released"],
        figures=watch["figures"] - watch["released"],
        painted=max(watch["painted"], watch["figures"]) - watch["released"],
        server=watch["answered"] - watch["sent"],
        kilobytes=watch["bytes"] / 1_000,
        plots=watch["plots"],
    )


def _worked(metrics: CDPSession) -> float:
    """Milliseconds of a processor that the page's own thread has used."""
    found = {item["name"]: item["value"] for item in metrics.send("Performance.getMetrics")["metrics"]}
    return 1_000 * float(found["TaskDuration"])


def shares(moves: int) -> Iterator[float]:
    """Where on its track the caliper goes, to and fro between narrow and wide, never to the same place twice."""
    for number in range(moves):
        low, high = WIDE if number % 2 else NARROW
        yield low + (high - low) * number / moves


def figures(patients: int, name: str, moves: Sequence[Move]) -> list[dict[str, object]]:
    """The figures of a page beside their targets."""
    where = f"{name}, {patients:,} patients" if patients else f"{name}, sample study"
    how = f"Chromium, median of {len(moves)} drags of the caliper"
    rows = [
        ("from release to painted curves", "curves", "ms", TARGET_MS.get(patients, TARGET_MS[LARGE])),
        ("from release to the whole page", "painted", "ms", None),
        ("sent by the server for a move", "kilobytes", "kB", MOST_KILOBYTES),
    ]
    return [
        {
            "name": f"{where}: {what}",
            "figure": round(median(moves, field), 1),
            "unit": unit,
            "target": target,
            "met": None if target is None else median(moves, field) <= target,
            "how": how,
        }
        for what, field, unit, target in rows
    ]


def median(moves: Sequence[Move], field: str) -> float:
    """The median of one measurement."""
    return statistics.median(getattr(move, field) for move in moves)


def line(app: Path, patients: int, name: str, moves: Sequence[Move]) -> str:
    """One row of what is printed."""
    fields = {
        "curves": "ms",
        "figures": "ms",
        "work": "ms",
        "painted": "ms",
        "server": "ms",
        "kilobytes": "kB",
        "plots": "",
    }
    told = "  ".join(f"{field} {median(moves, field):,.0f} {unit}".rstrip() for field, unit in fields.items())
    fastest = min(move.curves for move in moves)
    return f"{app.name:12}  {patients or 'sample':>8}  {name:10}  {told}  (fastest {fastest:,.0f} ms)"


if __name__ == "__main__":
    main()
