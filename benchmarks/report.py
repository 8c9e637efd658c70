"""The measured times as a page of tables."""

import math
import os
import platform
from collections.abc import Iterable, Sequence

from benchmarks.clock import LONG, REPEATS
from benchmarks.reading import ReadingTimes
from benchmarks.robustness import CurveTimes
from benchmarks.side_by_side import TASKS, Contender


def report(
    stages: dict[int, dict[str, float]], programs: dict[int, list[Contender]], reading: Sequence[ReadingTimes]
) -> str:
    """Write the page.

    Parameters
    ----------
    stages : dict
        Patients to the seconds of each stage.
    programs : dict
        Patients to the programs compared, the product first.
    reading : sequence of ReadingTimes
        Files of growing size.

    Returns
    -------
    str
        Markdown.
    """
    parts = [
        "# Benchmarks",
        _introduction(programs),
        "## Each stage of a run",
        _stage_table(stages),
        "The exponent is that of growth between the two largest cohorts: 1 means twice the time for twice the "
        "patients. Default settings: 1:1 nearest neighbour without replacement, closest pair first, caliper 0.2 SD.",
        "## Reading and checking a file",
        reading_table(reading),
        "A CSV with dates, text and numbers. pandas is `pandas.read_csv` with its defaults, which leaves dates as text; "
        "in brackets: how many times its time for the same file.",
        "## Beside other programs",
        "\n\n".join(_program_table(n, contenders) for n, contenders in programs.items() if len(contenders) > 1),
        "In brackets: how many times the product's time. *Equal within* is the largest relative difference "
        "between that program's numbers and the product's, compared in the same run: coefficients, survival at 6, 12 "
        "and 24 months, the chi-square, the log hazard ratio, and for R its clustered standard error as well.",
    ]
    return "\n\n".join(parts) + "\n"


def _introduction(programs: dict[int, list[Contender]]) -> str:
    names = list(dict.fromkeys(contender.name for row in programs.values() for contender in row))
    return (
        f"Measured by `python -m benchmarks` on synthetic cohorts: {platform.machine()}, {os.cpu_count()} cores, "
        f"one thread each, Python {platform.python_version()}. Medians of {REPEATS} runs after a warm-up; what takes "
        f"more than {LONG:.0f} s is run once. Compared: {', '.join(names)}. Ratios travel better than seconds."
    )


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
            _seconds(item.pandas),
            *(
                f"{_seconds(seconds)} ({_times(seconds / item.pandas)})"
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
    rows = [[f"{item.n:,}", f"{item.specifications:,}", *map(_seconds, item.seconds.values())] for item in curves]
    said = (
        "Every specification of the default settings, once, on synthetic cohorts. The time is what passes for the whole "
        "curve; processes were started before."
    )
    return f"{_markdown(heading, rows)}\n\n{said}"


def _stage_table(stages: dict[int, dict[str, float]]) -> str:
    sizes = sorted(stages)
    rows = [[name, *(_seconds(stages[n][name]) for n in sizes), _exponent(stages, name)] for name in stages[sizes[0]]]
    return _markdown(["stage", *(f"{n:,}" for n in sizes), "exponent"], rows)


def _exponent(stages: dict[int, dict[str, float]], name: str) -> str:
    *_, smaller, larger = sorted(stages)
    growth = math.log(stages[larger][name] / stages[smaller][name]) / math.log(larger / smaller)
    return f"{growth:.2f}"


def _program_table(n: int, contenders: Sequence[Contender]) -> str:
    product, *others = contenders
    heading = ["task", product.name]
    for other in others:
        heading += [other.name, "equal within"]
    rows = []
    for task, description in TASKS.items():
        row = [description, _seconds(product.seconds[task])]
        for other in others:
            if task in other.seconds:
                ratio = other.seconds[task] / product.seconds[task]
                row += [f"{_seconds(other.seconds[task])} ({_times(ratio)})", f"{other.differences[task]:.0e}"]
            else:
                row += ["–", "–"]
        rows.append(row)
    return f"### {n:,} patients\n\n" + _markdown(heading, rows)


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.1f}×"


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def _markdown(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---", *("---:" for _ in heading[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
