"""Every program gives the product's numbers, and what takes too long is told and not waited for."""

import sys
from dataclasses import replace

import pytest

from benchmarks.child import Child, TooLongError
from benchmarks.comparison import TASKS, UnequalError, differences, tolerance
from benchmarks.side_by_side import BOUND, EXPECTED, LONGER, Measurement, _as_long, _expected, _Run, compare_programs


def test_every_program_gives_the_products_numbers() -> None:
    """All that are installed, on the sample's number of patients; each number is held to the product's on the way."""
    versions, measured = compare_programs(123, [], lambda text: None, readings=1)
    own = [item.task for item in measured if not item.by]
    assert own == list(dict.fromkeys(own))
    assert set(own) == set(TASKS)
    assert all(item.seconds is not None for item in measured)
    others = [item for item in measured if item.by]
    assert all(item.differences for item in others)
    assert any(version.startswith("lifelines") for version in versions)
    assert {item.task for item in others if "lifelines" in item.by} >= {"kaplan_meier", "cox", "aalen_johansen"}


def test_numbers_that_differ_end_the_run() -> None:
    own = {"chi_square": [4.0], "pairs": [1.0, 2.0]}
    assert differences("log_rank:R", own, {"chi_square": [4.0 + 1e-12]})["chi_square"] < 1e-12
    with pytest.raises(
        UnequalError, match=r"chi square differ by 2\.5e-01 from the product's; allowed are 1e-09 \(the same"
    ):
        differences("log_rank:R", own, {"chi_square": [5.333333333333333]})
    with pytest.raises(UnequalError, match="pairs differ"):
        differences("match_data:R", own, {"pairs": [1.0, 3.0]})
    with pytest.raises(UnequalError, match="gives no number"):
        differences("log_rank:R", own, {"median": [1.0]})


def test_an_undefined_number_must_be_undefined_in_both() -> None:
    missing = float("nan")
    assert differences("kaplan_meier:R", {"median": [missing, 2.0]}, {"median": [missing, 2.0]}) == {"median": 0.0}
    with pytest.raises(UnequalError):
        differences("kaplan_meier:R", {"median": [missing]}, {"median": [2.0]})


def test_lifelines_alone_may_differ_in_what_it_does_in_another_way() -> None:
    assert tolerance("cox:R survival::coxph", "clustered_error").allowed == 1e-6
    assert tolerance("cox:lifelines CoxPHFitter", "clustered_error").allowed == 1e-2
    assert tolerance("whole:the lifelines path", "pairs").allowed == 0.0


def test_what_grows_too_steeply_is_not_begun() -> None:
    def measured(n: int, seconds: float | None, reason: str | None = None) -> Measurement:
        return Measurement(n=n, task="cox", by="R", seconds=seconds, reason=reason)

    quadratic = [measured(10_000, 1.0), measured(100_000, 100.0)]
    assert _expected(quadratic, 1_000_000) == pytest.approx(10_000.0)
    assert _expected([measured(123, 0.001)], 12_300) == pytest.approx(0.1)
    for earlier, reason in (
        (quadratic, EXPECTED),
        ([measured(10_000, 1.0), measured(100_000, 10.0)], None),
        ([measured(100_000, None, LONGER)], EXPECTED),
    ):
        run = _Run(program="with_r", folder=None, n=1_000_000, earlier=earlier, bound=BOUND)
        assert run._refusal("cox:R") == reason


def test_what_was_too_long_is_not_begun_in_another_order() -> None:
    wanted = ["match_data:R Matching::Match", "cox:R survival::coxph", "whole:the R path"]
    longer = Measurement(n=100_000, task="match_largest", by="R Matching::Match", seconds=None, reason=LONGER)
    assert _as_long(longer, wanted) == [wanted[0], wanted[2]]
    assert _as_long(replace(longer, seconds=1.0, reason=None), wanted) == []


def test_a_program_that_says_nothing_is_ended() -> None:
    child = Child([sys.executable, "-c", "import time; print('{}', flush=True); time.sleep(60)"])
    assert child.next(30) == {}
    with pytest.raises(TooLongError):
        child.next(0.1)


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        Child([sys.executable, "-c", "raise SystemExit('no such thing')"]).next(30)
