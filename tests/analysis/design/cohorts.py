"""The three real cohorts with R's figures, as the design's functions take them."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parents[2] / "reference"
NAMES = ("gbsg", "rotterdam_hormon", "veteran")


@dataclass(frozen=True, kw_only=True)
class ReferenceCohort:
    """A cohort, its study and what R found."""

    covariates: pd.DataFrame
    treated: np.ndarray
    identifier: np.ndarray
    matching: dict
    figures: dict


def reference_cohort(name: str) -> ReferenceCohort:
    table = pd.read_csv(REFERENCE / f"{name}.csv")
    study = json.loads((REFERENCE / f"{name}.study.json").read_text())
    covariates = table[study["covariates"]].copy()
    for column in covariates.select_dtypes(exclude="number"):
        # R's own order of levels in these cohorts: "<=20" before ">50" before "20-50".
        levels = sorted(covariates[column].unique(), key=lambda level: (level[0].isdigit(), level))
        covariates[column] = pd.Categorical(covariates[column], categories=levels)
    return ReferenceCohort(
        covariates=covariates,
        treated=(table[study["treatment"]["column"]] == study["treatment"]["treated"]).to_numpy(),
        identifier=table[study["cohort"]["id"]].to_numpy(),
        matching=study["matching"],
        figures=json.loads((REFERENCE / f"{name}.json").read_text()),
    )
