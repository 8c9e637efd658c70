"""The page says what was measured, beside its targets."""

import json
from dataclasses import replace
from pathlib import Path

from benchmarks.report import report
from benchmarks.results import Results, StageTime, read_results, write_results
from benchmarks.side_by_side import LONGER, Measurement
from benchmarks.stages import AGAIN, BOOTSTRAP_SETS, CALIPER
from benchmarks.targets import judge


def timed(n: int, task: str, by: str, seconds: float | None, **found: object) -> Measurement:
    return Measurement(n=n, task=task, by=by, seconds=seconds, readings=5, **found)


RESULTS = Results(
    machine={"date": "2024-06-01", "processor": "x", "cores": "2", "memory": "8 GB", "system": "Linux", "python": "3.11"},
    versions=["this product", "R 4.2.2 (survival 3.5.3)"],
    sizes=[10_000, 100_000, 1_000_000],
    programs=[
        timed(10_000, "log_rank", "", 0.001),
        timed(10_000, "log_rank", "R survival::survdiff", 0.05, differences={"chi_square": 3e-15}),
        timed(100_000, "log_rank", "", 0.01),
        timed(100_000, "log_rank", "R survival::survdiff", 0.6, differences={"chi_square": 4e-15}),
        timed(1_000_000, "log_rank", "", 0.2),
        timed(1_000_000, "log_rank", "R survival::survdiff", None, reason=LONGER),
        timed(10_000, "whole", "", 0.01),
        timed(10_000, "whole", "the R path", 0.4),
        timed(10_000, "whole", "the lifelines path", 1.2),
        timed(100_000, "match_data", "", 0.1),
        timed(100_000, "match_data", "R Matching::Match", None, reason=LONGER),
        timed(100_000, "response", "", 0.1),
        timed(100_000, "response", "R stats::prop.test", 0.05),
    ],
    stages=[
        StageTime(n=10_000, name=AGAIN, seconds=0.0151, readings=5),
        StageTime(n=10_000, name=CALIPER, seconds=0.004, readings=5),
        StageTime(n=0, name=BOOTSTRAP_SETS, seconds=0.5, readings=5),
    ],
    memory={
        "n": 1_000_000, "columns": 20, "pairs": 9, "table": 100.0, "file": 80.0, "reading_and_run": 350.0, "run": None,
    },
)  # fmt: skip


def test_a_run_is_kept_and_read_again(tmp_path: Path) -> None:
    write_results(RESULTS, tmp_path / "run.json")
    assert read_results(tmp_path / "run.json") == RESULTS


def test_every_target_is_judged_as_it_is() -> None:
    found = {item.name: (item.figure, item.met) for item in judge(RESULTS)}
    assert found["whole recompute, 10,000 patients"] == ("15.1 ms", False)
    assert found["a moved caliper, 10,000 patients"] == ("4 ms", True)
    assert found["whole recompute, 123 patients"] == ("not measured", None)
    assert found["whole pipeline against the R path, 10,000 patients"] == ("40×", False)
    assert found["whole pipeline against the lifelines path, 10,000 patients"] == ("120×", True)
    assert found["log-rank test against R survival::survdiff, 100,000 patients"] == ("60×", True)
    assert found["matching, every order against R Matching::Match, 100,000 patients"] == ("more than 1,200×", True)
    assert found["no stage slower than R at any size"] == ("0.5×", False)
    assert found["growth from 10,000 to 1,000,000 patients, every stage"] == ("1.15", False)
    assert found["1,000 bootstrap samples of the sample study"] == ("500 ms", True)
    assert found["peak memory at 1,000,000 × 20 columns, reading and run"] == ("3.5 tables", False)


def test_a_bound_that_proves_too_little_is_no_verdict() -> None:
    slow = [timed(100_000, "cox", "", 30.0), timed(100_000, "cox", "R survival::coxph", None, reason=LONGER)]
    judged = {item.name: item for item in judge(replace(RESULTS, programs=slow))}
    target = judged["clustered Cox regression against R survival::coxph, 100,000 patients"]
    assert (target.figure, target.met) == ("more than 4.0×", None)


def test_the_page_has_targets_ratios_and_exponents(tmp_path: Path) -> None:
    page = report(RESULTS, tmp_path)
    assert "| whole recompute, 10,000 patients | ≤ 15 ms | 15.1 ms | **not met** |" in page
    assert "| R survival::survdiff | 50 ms (50×) | 600 ms (60×) | more than 2 minutes |" in page
    assert "| Log-rank test | 1 ms | 10 ms | 200 ms | 1.00 | 1.30 | 1.15 |" in page
    assert "| Log-rank test | R survival::survdiff | chi square | 4e-15 | 1e-09 |" in page
    assert "- Response: rates, differences, tests, 100,000 patients: R stats::prop.test needs 2.0 times less" in page
    assert page.count("Not measured in this run.") == 3


def test_figures_measured_elsewhere_stand_on_the_page(tmp_path: Path) -> None:
    rows = [{"name": "caliper to curves", "figure": 212.5, "unit": "ms", "target": 250, "met": True, "how": "of 20"}]
    (tmp_path / "browser.json").write_text(json.dumps(rows), encoding="utf-8")
    page = report(RESULTS, tmp_path)
    assert "| caliper to curves | 250 | 212.5 ms | met | of 20 |" in page
    assert "## Many users\n\nNot measured in this run." in page
