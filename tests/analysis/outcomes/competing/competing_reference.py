"""R's figures for competing risks, read once, as arrays; and cohorts drawn at random for the laws."""

import json
from functools import cache

import numpy as np
from hypothesis import strategies as st

from tests.analysis.outcomes.survival_reference import REFERENCE, cohorts


@cache
def cases():
    return json.loads((REFERENCE / "outcomes" / "competing.json").read_text())["cases"]


def arrays(case):
    data = case["data"]
    return {
        "time": np.array(data["time"], dtype=float),
        "cause": np.array(data["cause"]),
        "treated": np.array(data["treated"], dtype=bool),
        "weights": np.array(data["weights"], dtype=float),
        "cluster": np.array(data["cluster"]),
        "stratum": np.array(data["stratum"]),
    }


@st.composite
def competing_cohorts(draw, smallest=6, largest=40):
    """A cohort of the survival laws with causes 0, 1 and 2 in place of the event."""
    cohort = draw(cohorts(smallest, largest))
    n = cohort.pop("event").size
    cohort["cause"] = np.array(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    return cohort
