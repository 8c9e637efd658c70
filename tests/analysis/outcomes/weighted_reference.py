"""Three public cohorts with weights of several kinds, and R's figures of their weighted arms."""

import csv
import json
from functools import cache

import numpy as np

from tests.analysis.outcomes.survival_reference import REFERENCE


@cache
def weighted_reference():
    cohorts = json.loads((REFERENCE / "design" / "weighted_outcomes.json").read_text())["cohorts"]
    return {cohort["name"]: cohort for cohort in cohorts}


CASES = [(name, scheme) for name, cohort in weighted_reference().items() for scheme in cohort["results"]]


@cache
def weighted_cohort(name, scheme):
    """Follow-up, arms, clusters and the weights of the scheme."""
    cohort = weighted_reference()[name]
    with open(REFERENCE / cohort["file"], newline="") as lines:
        rows = list(csv.DictReader(lines))
    treated = np.array([row["arm"] == cohort["treated"] for row in rows])
    time = np.array([float(row[cohort["time"]]) for row in rows])
    event = np.array([row[cohort["event"]] == "1" for row in rows])
    return {
        "time": time,
        "event": event,
        "treated": treated,
        "outcome": event & (time < cohort["horizon"]),
        "cluster": np.array(cohort["cluster"]),
        "weights": _weights(cohort, scheme, treated),
    }


def _weights(cohort, scheme, treated):
    p, share = np.array(cohort["score"]), treated.mean()
    if scheme == "entropy":
        weights = np.ones(treated.size)
        weights[~treated] = cohort["entropy"]
        return weights
    own = np.where(treated, p, 1 - p)
    return {
        "ATE": 1 / own,
        "ATT": p / own,
        "stabilised": np.where(treated, share, 1 - share) / own,
        "overlap": 1 - own,
        "matching": np.minimum(p, 1 - p) / own,
    }[scheme]
