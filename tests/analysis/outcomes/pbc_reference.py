"""The trial of D-penicillamine: its randomised patients, and R's figures of death and transplantation."""

import json
from functools import cache

import numpy as np
import pandas as pd

from tests.analysis.outcomes.survival_reference import REFERENCE

DAYS_OF_YEAR = 365.25
CAUSES = {"alive": 0, "died": 1, "transplanted": 2}


@cache
def figures():
    return json.loads((REFERENCE / "outcomes" / "pbc.json").read_text())


@cache
def patients():
    table = pd.read_csv(REFERENCE / "outcomes" / "pbc.csv")
    return {
        "time": table["days"].to_numpy() / DAYS_OF_YEAR,
        "cause": table["outcome"].map(CAUSES).to_numpy(),
        "treated": (table["arm"] == "D-penicillamine").to_numpy(),
        "weights": (table["id"].to_numpy() % 5 + 1) / 4,
        "pair": np.arange(len(table)) // 2,
    }
