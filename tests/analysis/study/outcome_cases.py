"""A cohort in which death competes with progression and responses have a time, and its study."""

from functools import cache

import numpy as np
import pandas as pd

from analysis.study import StudyResult, run
from tests.analysis.study.cases import cohort_of, study, whole_table

LANDMARK = {"time": 3, "response": "RECIST", "at": "resp_at"}
DESIGNS: dict[str, dict] = {"matching": {}, "weighting": {"weighting": {"method": "overlap"}}}


def outcome_table() -> pd.DataFrame:
    table = whole_table(240)
    rng = np.random.default_rng(3)
    table["first"] = rng.choice(["progressed", "Died ", "none"], 240, p=[0.4, 0.3, 0.3])
    responders = table["bor"].isin(["CR", "PR"])
    table["resp_at"] = np.where(responders, np.minimum(4.0, table["os"] / 2).round(2), np.nan)
    table.loc[table.index[responders][:2], "resp_at"] = np.nan
    return table


@cache
def outcome_result(design: str = "matching", landmark: bool = True, below: int = 0) -> StudyResult:
    outcomes = {
        "survival": [
            {"name": "TTP", "time": "os", "event": "first", "observed": ["progressed"], "competing": ["died"]},
            {"name": "OS", "time": "os", "event": "dead"},
        ],
        "response": [{"name": "RECIST", "column": "bor"}],
        "times": [6, 12, 40],
        "landmark": LANDMARK if landmark else None,
        "resamples": 400,
    }
    changes = {"missing": {"method": "complete_case"}, "outcomes": outcomes, "exports": {"suppress_below": below}}
    return run(cohort_of(outcome_table()), study(**changes, **DESIGNS[design]))
