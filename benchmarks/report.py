"""The measured times as a page of tables."""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.child import SHARE_OF_MEMORY
from benchmarks.clock import LONG, REPEATS
from benchmarks.comparison import TASKS, tolerance
from benchmarks.reading import ReadingTimes
from benchmarks.results import ELSEWHERE, FOLDER, Results
from benchmarks.robustness import CurveTimes
from benchmarks.side_by_side import BOUND
from benchmarks.stages import BOOTSTRAP_PATIENTS, BOOTSTRAP_SETS, SWEEP
from benchmarks.targets import grown_tasks, growth, in_words, judge, ratios, times


def report(results: Results, folder: Path = FOLDER) -> str:
    """Write the page.

    Parameters
    ----------
    results : Results
        Of one run.
    folder : Path
        Where the figures of the browser and of many users lie, if they were measured.

    Returns
    -------
    str
        Markdown.
    """
    parts = [
        "# Benchmarks",
        _introduction(results),
        "## Targets",
        _target_table(results),
        "## Beside other programs",
        _WHAT_IS_DONE,
        *(_task_section(results, task) for task in TASKS),
        "## Where another program is faster",
        _faster(results),
        "## How equality is judged",
        _EQUALITY,
        _equality_table(results),
        "## Each stage, and how it grows",
        _stage_table(results),
        _STAGES,
        "## Long runs",
        _long_runs(results),
        "## Memory and start",
        _memory(results),
        _startup(results),
        "## Reading and checking a file",
        reading_table(results.reading) if results.reading else "Not measured in this run.",
        "A CSV with dates, text and numbers. pandas is `pandas.read_csv` with its defaults, which leaves dates as text; "
        "in brackets: how many times its time for the same file.",
    ]
    for heading, name in ELSEWHERE.items():
        parts += [f"## {heading}", _elsewhere(folder / name)]
    return "\n\n".join(parts) + "\n"


def _introduction(results: Results) -> str:
    machine = results.machine
    sizes = ", ".join(f"{n:,}" for n in results.sizes)
    others = "\n".join(f"- {version}" for version in results.versions if version != "this product")
    return (
        f"Measured by `make benchmark` on {machine['date']}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory']} of memory, {machine['system']}, Python {machine['python']}. Synthetic cohorts of {sizes} "
        "patients (`benchmarks/cohorts.py`): three in ten treated, sicker patients more often; eight covariates, six of "
        "them numbers; follow-up in whole days, so that times are tied as in registers.\n\n"
        "Every program does each task in a process of its own, on one thread, on the same patients. Times are of the "
        "processor, which is what passes on a machine that does nothing else: medians of "
        f"{REPEATS} readings after a warm-up; what takes more than {LONG:.0f} s runs once. What would take longer than "
        f"{BOUND / 60:.0f} minutes is not waited for: the table says so. Whether it would is told from the smaller "
        f"cohorts, or by ending it. A program may have {SHARE_OF_MEMORY:.0%} of the free memory. Ratios travel better "
        f"between machines than seconds.\n\nCompared with:\n\n{others}"
    )


def _target_table(results: Results) -> str:
    words = {True: "met", False: "**not met**", None: "not known"}
    rows = [[item.name, item.target, item.figure, words[item.met], item.how] for item in judge(results)]
    return _markdown(["", "target", "measured", "", "of what"], rows, right=2) + (
        "\n\nThe whole recompute goes from the score to the responses, with two survival endpoints, before and after "
        "matching, at the default settings, once the cohort has been read; a moved caliper keeps the score."
    )


_WHAT_IS_DONE = """\
In brackets: how many times the product's time. The product's function computes everything that it always gives, which is
often more than the other's: the score comes with standard errors, overlap and diagnostics, the balance table with
variance ratios and distances of distributions.

- **Matching** is on the logit, 1:1 with a caliper of 0.2 standard deviations unless it says otherwise. Package Matching
  matches in the order of its rows and was given them in each order; it has no closest-first order, and its 1:2 matching
  does not go in rounds. MatchIt is compared from version 4.7 on, since earlier ones can ignore the caliper.
- **Balance**: Matching's own table is MatchBalance; "by hand" is base R or pandas written for this comparison, with
  nothing but the numbers compared.
- **Cox regression** is on the matched pairs. scikit-survival has no clustered variance: its coefficient alone is computed
  and compared.
- **Aalen–Johansen**: `cuminc` adds Gray's test, which it cannot leave out.
- **The R path** is `glm`, Matching (or MatchIt) in the order of the data, the balance table by hand, `survfit` with
  medians and restricted means, `survdiff`, `coxph` clustered by pair after matching, and rates with exact limits and tests.
- **The lifelines path** is what a careful Python user writes: scikit-learn's logistic regression without a penalty, a loop
  over NumPy for the pairs, the balance table by hand, lifelines' Kaplan–Meier with limits and medians, log-rank test,
  Cox regression clustered by pair after matching and restricted means, statsmodels' rates.
- For the two paths the product matches in the order of the data as well. It gives besides: tests within pairs and robust
  ones, a conditional Cox regression, the test of proportional hazards, follow-up, reasons of those left out."""

_EQUALITY = """\
Both outputs are compared in the run that times them, and the run ends with an error where they differ by more than is
allowed. Differences are relative to the other program's number (absolute, times 1000, below 0.001). An undefined number
must be undefined in both."""

_STAGES = """\
The exponent is that of growth: 1 means twice the time for twice the patients. The first recompute after reading sorts the
patients of every endpoint by time; later ones find them sorted. A moved caliper refits no score."""


def _task_section(results: Results, task: str) -> str:
    names = list(dict.fromkeys(item.by for item in results.programs if item.task == task and item.by))
    rows = [["**this product**", *(_own_cell(results, n, task) for n in results.sizes)]]
    for by in sorted(names):
        rows.append([by, *(_other_cell(results, n, task, by) for n in results.sizes)])
    heading = ["", *(f"{n:,}" for n in results.sizes)]
    return f"### {TASKS[task]}\n\n{_markdown(heading, rows)}"


def _own_cell(results: Results, n: int, task: str) -> str:
    seconds = results.own(n, task)
    return "–" if seconds is None else in_words(seconds)


def _other_cell(results: Results, n: int, task: str, by: str) -> str:
    found = next((item for item in results.others(n, task) if item.by == by), None)
    own = results.own(n, task)
    if found is None:
        return "–"
    if found.seconds is None or own is None:
        return found.reason or "–"
    once = "" if found.readings > 1 else ", once"
    return f"{in_words(found.seconds)} ({times(found.seconds / own)}{once})"


def _faster(results: Results) -> str:
    found = [
        f"- {TASKS[task]}, {n:,} patients: {by} needs {1 / ratio:.1f} times less"
        for task in TASKS
        for n in results.sizes
        for by, (ratio, _) in ratios(results, n, task).items()
        if ratio < 1
    ]
    if not found:
        return "Nowhere in this run."
    why = (
        "At a hundred patients the time of a task is that of checking what was given and of writing down what a reader "
        "needs to trust the number: why a patient was left out, weights, notes. The loops do neither."
    )
    return "\n".join(found) + "\n\n" + why


def _equality_table(results: Results) -> str:
    largest: dict[tuple[str, str, str], float] = {}
    for item in results.programs:
        for value, difference in item.differences.items():
            key = (item.task, item.by, value)
            largest[key] = max(largest.get(key, 0.0), difference)
    rows = []
    for (task, by, value), difference in largest.items():
        allowed = tolerance(f"{task}:{by}", value)
        rows.append(
            [TASKS[task], by, value.replace("_", " "), f"{difference:.0e}", f"{allowed.allowed:.0e}", allowed.reason]
        )
    order = list(TASKS.values())
    rows.sort(key=lambda row: (order.index(row[0]), row[1]))
    return _markdown(["task", "program", "numbers", "largest difference", "allowed", "because"], rows, left=3)


def _stage_table(results: Results) -> str:
    sizes = results.sizes
    heading = ["stage", *(f"{n:,}" for n in sizes)]
    steps = list(pairwise(sizes))
    heading += [f"{_short(few)} → {_short(many)}" for few, many in steps]
    large = [n for n in sizes if n >= 10_000]
    whole = (large[0], large[-1]) if len(large) > 2 else None
    heading += [f"{_short(whole[0])} → {_short(whole[1])}"] if whole else []
    rows = []
    for task, words in grown_tasks().items():
        growths = [growth(results, task, few, many) for few, many in [*steps, *([whole] if whole else [])]]
        rows.append(
            [
                words,
                *(_own_cell(results, n, task) for n in sizes),
                *("–" if exponent is None else f"{exponent:.2f}" for exponent in growths),
            ]
        )
    return _markdown(heading, rows)


def _short(n: int) -> str:
    powers = {10_000: "10⁴", 100_000: "10⁵", 1_000_000: "10⁶"}
    return powers.get(n, f"{n:,}")


def _long_runs(results: Results) -> str:
    rows = []
    for stage in results.stages:
        if stage.name in (BOOTSTRAP_SETS, BOOTSTRAP_PATIENTS):
            rows.append([stage.name, "the sample study, 123 patients", in_words(stage.seconds)])
        if stage.name == SWEEP:
            rows.append([stage.name, f"{stage.n:,} patients", in_words(stage.seconds)])
    return _markdown(["", "of", "one process"], rows, left=2) if rows else "Not measured in this run."


def _memory(results: Results) -> str:
    measured = results.memory
    if measured is None:
        return "Memory was not measured in this run."
    table = measured["table"]
    rows = [
        ["the table, as pandas holds it", f"{table:,.0f} MB", ""],
        ["its file", f"{measured['file']:,.0f} MB", ""],
        [
            "peak of reading and run",
            _megabytes(measured["reading_and_run"]),
            _tables(measured["reading_and_run"], table),
        ],
        ["peak of the run, the cohort read", _megabytes(measured["run"]), _tables(measured["run"], table)],
    ]
    said = (
        f"{measured['n']:,} patients, {measured['columns']} columns. The process loads everything and runs a small study "
        "first; the peak is what the system says it held at most, less what it held then."
    )
    return f"{_markdown(['', '', ''], rows)}\n\n{said}"


def _megabytes(amount: float | None) -> str:
    return "not known" if amount is None else f"{amount:,.0f} MB"


def _tables(amount: float | None, table: float) -> str:
    return "" if amount is None else f"{amount / table:.1f} tables"


def _startup(results: Results) -> str:
    if not results.startup:
        return "Start was not measured in this run."
    rows = [[name, in_words(seconds)] for name, seconds in results.startup.items()]
    return _markdown(["", "of the clock"], rows) + "\n\nFresh processes whose kernels were compiled before."


def _elsewhere(path: Path) -> str:
    if not path.exists():
        return "Not measured in this run."
    figures: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    words = {True: "met", False: "**not met**", None: ""}
    rows = [
        [
            str(item["name"]),
            _plain(item.get("target")),
            f"{_plain(item['figure'])} {item.get('unit') or ''}".strip(),
            words[item.get("met")],
            str(item.get("how") or ""),
        ]
        for item in figures
    ]
    return _markdown(["", "target", "measured", "", "how"], rows, right=2)


def _plain(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def reading_table(reading: Sequence[ReadingTimes]) -> str:
    """Write the table of files read and checked.

    Parameters
    ----------
    reading : sequence of ReadingTimes
        Files of growing size.

    Returns
    -------
    str
        Markdown.
    """
    heading = ["patients", "columns", "file", "pandas", "reading", "guessing roles", "checking"]
    rows = [
        [
            f"{item.n:,}",
            str(item.columns),
            f"{item.megabytes:.3g} MB",
            in_words(item.pandas),
            *(
                f"{in_words(seconds)} ({times(seconds / item.pandas)})"
                for seconds in (item.reading, item.guessing, item.checking)
            ),
        ]
        for item in reading
    ]
    return _markdown(heading, rows)


def curve_table(curves: Sequence[CurveTimes]) -> str:
    """Write the table of specification curves, and what it says.

    Parameters
    ----------
    curves : sequence of CurveTimes
        Of growing cohorts, all timed with the same numbers of processes.

    Returns
    -------
    str
        Markdown.
    """
    processes = list(curves[0].seconds)
    heading = ["patients", "specifications", *(f"{n} process{'' if n == 1 else 'es'}" for n in processes)]
    rows = [[f"{item.n:,}", f"{item.specifications:,}", *map(in_words, item.seconds.values())] for item in curves]
    said = (
        "Every specification of the default settings, once, on synthetic cohorts. The time is what passes for the whole "
        "curve; processes were started before."
    )
    return f"{_markdown(heading, rows)}\n\n{said}"


def _markdown(heading: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1, right: int | None = None) -> str:
    """A table whose first ``left`` columns, and those after ``right`` further ones, are set left."""
    marks = ["---"] * left + ["---:"] * (len(heading) - left)
    if right is not None:
        marks = ["---"] + ["---:"] * right + ["---"] * (len(heading) - 1 - right)
    lines = [heading, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
