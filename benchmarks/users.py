"""``python -m benchmarks.users``: many users of one process, each with a cohort of their own, and what they leave behind.

Every visitor uploads a synthetic cohort whose arms are called like nobody else's, opens the Survival page and drags the
caliper. Every answer is compared with what the analysis computes of that cohort without a screen, and searched for the
arms of all others. Times are from letting the slider go to the end of the answer, as the browser receives it.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from websockets.exceptions import ConnectionClosed

from analysis.cohort.reading import read_cohort
from analysis.kernel_cache import VARIABLE
from analysis.settings import StudySettings
from analysis.study import StudyResult, run
from analysis.study_file import study_yaml
from benchmarks.app_server import AppServer, running_app
from benchmarks.cohorts import STUDY, synthetic_cohort
from benchmarks.visitor import NoAnswerError, Screen, Visitor, plotted

RESULTS = Path(__file__).resolve().parent / "results" / "users.json"

USERS = (1, 10, 30)
DRAGS = 20
THINKING = (2.0, 4.0)
"""Seconds between an answer and the next drag, drawn evenly: as long as it takes to look at two curves."""

PATIENTS = 123
CALIPERS = tuple(round(0.05 + 0.01 * step, 2) for step in range(60))

VISITS, TOGETHER, DRAGS_OF_A_VISIT = 200, 20, 3
WARM = 3
"""Marks, of twenty visits each, after which memory must stay where it is: buffers and threads have reached their size."""

AWAY_SECONDS = 4
"""How long a tab that was closed is waited for in the run of many visits; the app waits two minutes."""

LARGE = (10_000, 100_000)
MOST_TIMES_ONE_USER = 3.0
MOST_GROWTH = 0.05
"""MB that a visit may leave behind."""

EXACT = 1e-9
"""Percent: a curve on screen is the curve of the analysis, times 100."""


class Subject:
    """A cohort, its study and what the analysis says of it, known by the labels of its arms.

    Parameters
    ----------
    number : int
        Different for each.
    patients : int
        About so many; each cohort has another size and is drawn anew.
    """

    def __init__(self, number: int, patients: int = PATIENTS) -> None:
        self.arms = (f"new{number:04d}x", f"old{number:04d}x")
        table = synthetic_cohort(patients + number)
        table["arm"] = table["arm"].map(dict(zip(("new", "old"), self.arms, strict=True)))
        self.content = table.to_csv(index=False).encode()
        treatment = STUDY.treatment.model_copy(update={"treated": self.arms[0], "control": self.arms[1]})
        self.study: StudySettings = STUDY.model_copy(update={"treatment": treatment})
        self._known: dict[float, StudyResult] = {}

    @cached_property
    def files(self) -> dict[str, bytes]:
        """What a visitor drops: the cohort and its study."""
        return {"cohort_csv": self.content, "study_yaml": study_yaml(self.study).encode()}

    def result(self, caliper: float) -> StudyResult:
        """What the analysis says without a screen."""
        if caliper not in self._known:
            matching = self.study.matching.model_copy(update={"caliper": caliper})
            cohort = read_cohort(self.content, "cohort.csv")
            self._known[caliper] = run(cohort, self.study.model_copy(update={"matching": matching}))
        return self._known[caliper]


@dataclass(slots=True)
class Seen:
    """What visitors saw: seconds of their drags, and everything that was not as it must be."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def faults_of_page(screen: Screen, subject: Subject, caliper: float, others: Iterable[Subject]) -> list[str]:
    """What a Survival page shows otherwise than the analysis, or of somebody else.

    Parameters
    ----------
    screen : Screen
        The page as it was drawn.
    subject : Subject
        Whose cohort the visitor uploaded.
    caliper : float
        The caliper that was chosen.
    others : iterable of Subject
        Whose cohorts are on the desks of others.

    Returns
    -------
    list of str
        Empty where all is right.
    """
    received = bytes(screen.received)
    faults = [f"{other.arms[0]} is seen by {subject.arms[0]}" for other in others if _is_named(other, received)]
    result = subject.result(caliper)
    assert result.design.sets is not None
    assert result.after is not None
    status = " ".join(item.body for item in screen.all_of("html"))
    if f"<b>{result.design.sets.n_sets:,}</b><span>pairs matched" not in status:
        faults.append(f"{subject.arms[0]} at {caliper}: not {result.design.sets.n_sets} pairs")
    comparison = result.after.survival[0].comparison
    assert comparison is not None
    for arm, curve in zip(subject.arms, (comparison.treated.curve, comparison.control.curve), strict=True):
        shown = _curve_shown(screen, f"{arm}, after matching")
        right = 100.0 * np.append(curve.survival, 1.0)
        if shown.size == 0 or np.abs(shown[:, None] - right).min(axis=1).max() > EXACT:
            faults.append(f"{arm} at {caliper}: another curve")
        elif abs(shown.min() - right.min()) > EXACT:
            faults.append(f"{arm} at {caliper}: the curve ends elsewhere")
    return faults


def _is_named(subject: Subject, received: bytes) -> bool:
    return any(arm.encode() in received for arm in subject.arms)


def _curve_shown(screen: Screen, words: str) -> Any:
    """Heights of the curve whose hover begins with these words, in percent."""
    found = [
        np.asarray(trace["y"], dtype=float)
        for figure in screen.all_of("plotly_chart")
        for trace in plotted(figure)
        if words in str(trace.get("hovertemplate"))
    ]
    return np.concatenate(found) if found else np.empty(0)


async def visit(
    address: str, subject: Subject, calipers: Sequence[float], thinking: tuple[float, float]
) -> tuple[list[float], list[Screen], list[str]]:
    """Upload a cohort, open its curves and drag the caliper: seconds and screens of the drags, and what failed."""
    seconds: list[float] = []
    screens: list[Screen] = []
    pause = random.Random(subject.arms[0])
    try:
        async with Visitor(address) as visitor:
            await visitor.open("data")
            await visitor.upload("upload", **subject.files)
            await visitor.go_to("survival")
            for caliper in calipers:
                await asyncio.sleep(pause.uniform(*thinking))
                seconds.append(await visitor.drag("caliper", caliper))
                screens.append(visitor.screen)
    except (NoAnswerError, ConnectionClosed, OSError, TimeoutError) as error:
        return seconds, screens, [f"{subject.arms[0]}: {type(error).__name__} {error}"]
    return seconds, screens, []


async def visit_together(
    address: str, subjects: Sequence[Subject], drags: int = DRAGS, thinking: tuple[float, float] = THINKING
) -> Seen:
    """Let several visitors use the app at the same time, each from a caliper of their own on.

    Parameters
    ----------
    address : str
        Where the app runs.
    subjects : sequence of Subject
        One for each visitor.
    drags : int
        So often each lets the caliper go.
    thinking : pair of float
        Seconds between an answer and the next drag, at least and at most.

    Returns
    -------
    Seen
        Of all together.
    """
    visits = await asyncio.gather(
        *(visit(address, subject, _calipers(subject, drags), thinking) for subject in subjects)
    )
    seen = Seen()
    for subject, (seconds, screens, failed) in zip(subjects, visits, strict=True):  # after the times were taken
        seen.seconds += seconds
        seen.wrong += failed
        others = [other for other in subjects if other is not subject]
        for caliper, screen in zip(_calipers(subject, drags), screens, strict=False):
            seen.wrong += faults_of_page(screen, subject, caliper, others)
    return seen


def _calipers(subject: Subject, drags: int) -> list[float]:
    """As many different calipers, in an order of the subject's own."""
    return random.Random(subject.arms[1]).sample(CALIPERS, drags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number as the results file has it."""

    name: str
    figure: float
    unit: str
    target: str = ""
    met: bool | None = None
    how: str


def measure_users() -> list[Figure]:
    """Medians of the answers that one user and many get, and what went wrong."""
    figures: list[Figure] = []
    how = (
        f"{DRAGS} drags each, {THINKING[0]:g}–{THINKING[1]:g} s between them, about {PATIENTS} patients, Survival page"
    )
    with running_app() as app:
        asyncio.run(visit_together(app.address, [Subject(900)], drags=3, thinking=(0.0, 0.0)))
        alone = 0.0
        for users in USERS:
            used = app.cpu_seconds()
            seen = asyncio.run(visit_together(app.address, [Subject(number) for number in range(users)]))
            used = app.cpu_seconds() - used
            median = statistics.median(seen.seconds)
            alone = alone or median
            slow = float(np.quantile(seen.seconds, 0.95))
            times, faults = median / alone, len(seen.wrong)
            print(
                f"{users:3d} users: median {1000 * median:.0f} ms, 95th percentile {1000 * slow:.0f} ms, "
                f"{times:.2f} times one user's, {1000 * used / len(seen.seconds):.0f} ms of processor an answer, "
                f"{faults} wrong {seen.wrong[:3]}",
                flush=True,
            )
            name = f"{users} user{'' if users == 1 else 's'}"
            figures += [
                Figure(name=f"{name}: median answer", figure=round(1000 * median, 1), unit="ms", how=how),
                Figure(name=f"{name}: 95th percentile", figure=round(1000 * slow, 1), unit="ms", how=how),
                Figure(
                    name=f"{name}: errors, or something of another user seen", figure=faults, unit="answers",
                    target="0", met=faults == 0, how=f"{how}; every answer compared with the analysis",
                ),
            ]  # fmt: skip
        figures.append(
            Figure(
                name=f"{USERS[-1]} users: median beside that of one", figure=round(times, 2), unit="times",
                target=f"at most {MOST_TIMES_ONE_USER:g}", met=times <= MOST_TIMES_ONE_USER, how=how,
            )
        )  # fmt: skip
        faults = len(app.faults())
        figures.append(
            Figure(name="errors in the log", figure=faults, unit="lines", target="0", met=not faults, how=how)
        )
    return figures


def measure_visits(visits: int = VISITS) -> list[Figure]:
    """Memory after each twenty visits that were opened, used and closed."""
    marks, wrong = [], []
    with running_app("--server.disconnectedSessionTTL", str(AWAY_SECONDS)) as app:
        for first in range(0, visits + TOGETHER, TOGETHER):
            subjects = [Subject(number) for number in range(first, first + TOGETHER)]
            seen = asyncio.run(visit_together(app.address, subjects, drags=DRAGS_OF_A_VISIT, thinking=(0.0, 0.1)))
            wrong += seen.wrong
            marks.append(settled_megabytes(app))
            print(f"{first + TOGETHER:4d} visits: {marks[-1]:.1f} MB, {len(seen.wrong)} wrong", flush=True)
    growth = float(np.polyfit(np.arange(len(marks) - WARM) * TOGETHER, marks[WARM:], 1)[0])
    how = f"{visits} visits, {TOGETHER} at a time, each with a cohort and {DRAGS_OF_A_VISIT} drags, then closed"
    return [
        Figure(name="memory after the first visits", figure=round(marks[0], 1), unit="MB", how=how),
        Figure(name="memory after all visits", figure=round(marks[-1], 1), unit="MB", how=how),
        Figure(
            name="growth a visit", figure=round(1000 * growth, 1), unit="kB", target=f"at most {1000 * MOST_GROWTH:g}",
            met=growth <= MOST_GROWTH, how=f"{how}; slope after the first {(WARM + 1) * TOGETHER}",
        ),
        Figure(name="visits that went wrong", figure=len(wrong), unit="answers", target="0", met=not wrong, how=how),
    ]  # fmt: skip


def settled_megabytes(app: AppServer) -> float:
    """Memory once the visitors that left have been forgotten."""
    time.sleep(AWAY_SECONDS + 4.0)
    return app.megabytes()


def measure_memory() -> list[Figure]:
    """What one session with a large cohort costs while it is open, and what stays when it has left."""
    figures = []
    for patients in LARGE:
        with running_app("--server.disconnectedSessionTTL", str(AWAY_SECONDS)) as app:
            asyncio.run(visit_together(app.address, [Subject(0)], drags=1, thinking=(0.0, 0.0)))
            empty = settled_megabytes(app)
            held = asyncio.run(_held(app, Subject(1, patients)))
            left = settled_megabytes(app)
        print(f"{patients:,} patients: {held - empty:.1f} MB a session, {left - empty:.1f} MB left", flush=True)
        how = f"{patients:,} patients and 13 columns, {DRAGS} drags on the Survival page"
        figures += [
            Figure(name=f"a session of {patients:,} patients", figure=round(held - empty, 1), unit="MB", how=how),
            Figure(name=f"left by it, {patients:,} patients", figure=round(left - empty, 1), unit="MB", how=how),
        ]
    return figures


async def _held(app: AppServer, subject: Subject) -> float:
    async with Visitor(app.address) as visitor:
        await visitor.open("data")
        await visitor.upload("upload", **subject.files)
        await visitor.go_to("survival")
        for caliper in CALIPERS[:DRAGS]:
            await visitor.drag("caliper", caliper)
        return app.megabytes()


def measure_start() -> list[Figure]:
    """From starting the app to its first page, with kernels compiled ahead and without."""
    figures = []
    with TemporaryDirectory() as empty:
        for name, variables in (("compiled ahead", {}), ("nothing compiled", {VARIABLE: empty})):
            begin = time.perf_counter()
            with running_app(**variables) as app:
                asyncio.run(_first_page(app.address))
                seconds, used = time.perf_counter() - begin, app.cpu_seconds()
            print(f"start, {name}: {seconds:.1f} s, {used:.1f} s of processor", flush=True)
            how = "from starting the process to the end of the first answer, the overview of the sample study"
            figures += [
                Figure(name=f"first page, {name}", figure=round(seconds, 1), unit="s", how=how),
                Figure(name=f"first page, {name}: processor", figure=round(used, 1), unit="s", how=how),
            ]
    return figures


async def _first_page(address: str) -> None:
    async with Visitor(address) as visitor:
        await visitor.open()


MEASURES = {"start": measure_start, "users": measure_users, "visits": measure_visits, "memory": measure_memory}


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.users", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], *MEASURES], help="only these; everything when absent")
    parser.add_argument("--write", action="store_true", help=f"write benchmarks/results/{RESULTS.name}")
    arguments = parser.parse_args()
    figures = [item for name in arguments.what or MEASURES for item in MEASURES[name]()]
    if arguments.write:
        RESULTS.parent.mkdir(exist_ok=True)
        rows = [{name: getattr(item, name) for name in item.__slots__} for item in figures]
        RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
