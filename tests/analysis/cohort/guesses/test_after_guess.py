"""What is known only after time zero, by name in three languages and by what the cells follow."""

import numpy as np
import pytest

from analysis.cohort.guesses.after_guess import is_named_after
from analysis.cohort.roles import guess_roles
from tests.analysis.cohort.files import cohort_of


@pytest.mark.parametrize(
    "name",
    [
        "subsequent_therapy", "post_treatment_AFP", "best_change_pct", "dose_reduction", "treatment_duration",
        "months_on_treatment", "cause_of_death", "grade3_AE", "irAE", "objective_response", "off_treatment_reason",
        "albumin_week8", "hb_3m", "AFP_C2D1", "후속치료", "이상반응", "감량여부", "투여기간", "사망원인", "치료후 AFP",
        "AFP_3개월", "4주차 혈소판", "최대변화율", "後治療", "有害事象", "減量", "投与期間", "死因", "治療後AFP", "3か月後AFP",
        "最大変化率", "奏効",
    ],
)  # fmt: skip
def test_names_that_say_so(name: str) -> None:
    assert is_named_after(name)


@pytest.mark.parametrize(
    "name",
    [
        "age", "T", "M", "m1", "baseline_progression", "prior_response", "time_from_diagnosis_to_treatment",
        "albumin_week0", "C1D1_albumin", "6mwd", "ca125", "진행성", "음주", "심부전", "치료전 AFP", "전치료 반응", "복수",
        "前治療の効果", "治療前AFP", "進行度", "腹水", "糖尿病",
    ],
)  # fmt: skip
def test_names_that_do_not(name: str) -> None:
    assert not is_named_after(name)


def test_cells_that_follow_an_outcome_are_known_later_whatever_their_name() -> None:
    rng = np.random.default_rng(11)
    n = 120
    event = rng.integers(0, 2, n)
    time = rng.exponential(12, n).round(2) + 0.1
    guess = guess_roles(
        cohort_of(
            arm=rng.choice(["A", "B"], n), age=rng.integers(40, 80, n), os_months=time, os_event=event,
            filled=[None if not happened else "xyz"[row % 3] for row, happened in enumerate(event)],
            telling=np.where(event == 1, "p", "q"), ordered=time**2 + 5, innocent=rng.choice(["p", "q"], n),
        )
    )  # fmt: skip
    roles = {column.column: (column.role, column.reason) for column in guess.columns}
    later = ", so that it seems to be known only after treatment began"
    assert roles["filled"] == ("after", f"filled in for patients with the event of OS only{later}")
    assert roles["telling"] == ("after", f"its values nearly tell who had the event of OS{later}")
    assert roles["ordered"] == ("after", f"orders patients as the time of OS does{later}")
    assert roles["innocent"][0] == "covariate"


def test_a_name_that_its_cells_bear_out_scores_more() -> None:
    rng = np.random.default_rng(5)
    n = 100
    event = rng.integers(0, 2, n)
    columns = {"arm": rng.choice(["A", "B"], n), "os_months": rng.exponential(9, n) + 0.1, "os_event": event}
    told = [None if not happened else "xy"[row % 2] for row, happened in enumerate(event)]
    both = guess_roles(cohort_of(**columns, death_cause=told)).columns[-1]
    name = guess_roles(cohort_of(**columns, death_cause=rng.choice(["x", "y"], n))).columns[-1]
    content = guess_roles(cohort_of(**columns, item_7=told)).columns[-1]
    assert both.role == name.role == content.role == "after"
    assert both.score >= 0.9 > 0.8 >= name.score > content.score >= 0.5
