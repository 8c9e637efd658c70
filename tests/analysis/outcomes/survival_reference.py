"""R's figures for survival, read once, as arrays; and cohorts drawn at random for the laws."""

import json
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

REFERENCE = Path(__file__).parents[2] / "reference"

# Closed forms differ from R by the order in which sums are taken; the file holds 15 digits.
CLOSED_FORM = 1e-10
# Both sides iterate until the likelihood no longer rises; R stops on its logarithm, here on the step.
ITERATED = 1e-9


@cache
def survival_reference():
    return json.loads((REFERENCE / "outcomes" / "survival.json").read_text())


def cases():
    return survival_reference()["cases"]


CASE_NAMES = [case["name"] for case in cases()]


def case_named(name):
    return next(case for case in cases() if case["name"] == name)


def arrays(case):
    data = case["data"]
    return {
        "time": np.array(data["time"], dtype=float),
        "event": np.array(data["event"], dtype=bool),
        "treated": np.array(data["treated"], dtype=bool),
        "weights": np.array(data["weights"], dtype=float),
        "cluster": np.array(data["cluster"]),
    }


def numbers(values):
    """R's missing values as NaN."""
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@st.composite
def cohorts(draw, smallest=6, largest=40):
    """Times with many ties, both arms present, fractional weights, clusters across arms."""
    n = draw(st.integers(smallest, largest))
    column = lambda element: np.array(draw(st.lists(element, min_size=n, max_size=n)))  # noqa: E731
    treated = column(st.booleans())
    treated[:2] = True, False
    return {
        "time": column(st.integers(1, 12)).astype(float),
        "event": column(st.booleans()),
        "treated": treated,
        "weights": column(st.integers(1, 8)) / 4.0,
        "cluster": column(st.integers(0, n // 2)),
    }
