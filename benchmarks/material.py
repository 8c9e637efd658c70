"""What every program is given: the same patients, scores and matched pairs, as files of exact numbers."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.selection import StudyCohort, select_patients
from analysis.design.caliper import caliper_width
from analysis.design.matched_sets import MatchedSets
from analysis.design.matching import match_nearest
from analysis.design.propensity import PropensityModel, fit_propensity
from benchmarks.cohorts import STUDY, TWO_ENDPOINTS, two_endpoint_cohort

COVARIATES = tuple(item.column for item in STUDY.covariates)
TIMES = (6.0, 12.0, 24.0)
HORIZON = 24.0
CALIPER = 0.2
EXACT = "stage"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """The product's own view of the material.

    Attributes
    ----------
    cohort : Cohort
    patients : StudyCohort
        Everyone: nothing is missing in a synthetic cohort.
    propensity : PropensityModel
    pairs : MatchedSets
        1:1 without replacement in the order of the data, the order in which every program can match.
    """

    cohort: Cohort
    patients: StudyCohort
    propensity: PropensityModel
    pairs: MatchedSets


def prepare(n: int) -> Prepared:
    """Read, score and match a synthetic cohort.

    Parameters
    ----------
    n : int
        Patients.
    """
    content = two_endpoint_cohort(n).to_csv(index=False).encode()
    cohort = read_cohort(content, "cohort.csv")
    patients = select_patients(cohort, TWO_ENDPOINTS)
    propensity = fit_propensity(patients.covariates, patients.treated)
    pairs = match_nearest(propensity.logit, patients.treated, caliper=CALIPER, order="data")
    return Prepared(cohort=cohort, patients=patients, propensity=propensity, pairs=pairs)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """The patients as plain columns.

    Attributes
    ----------
    columns : dict
        (n,) float64 each; categories as codes from 0. ``matched_row`` and ``matched_set`` hold the two patients of
        every pair, ``random_order`` the order in which treated patients choose when it is random.
    levels : dict
        Labels of the columns that are categories.
    """

    columns: dict[str, NDArray[np.float64]]
    levels: dict[str, list[str]]

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return self.columns[name]

    def covariates(self) -> pd.DataFrame:
        """The covariates as a table, categories as such."""
        return pd.DataFrame(
            {
                name: pd.Categorical.from_codes(self[name].astype(int), self.levels[name])
                if name in self.levels
                else self[name]
                for name in COVARIATES
            }
        )

    def matched(self) -> pd.DataFrame:
        """Time, event, treatment and set of the patients in pairs, for a clustered Cox regression."""
        rows = self["matched_row"].astype(np.int64)
        return pd.DataFrame(
            {
                "time": self["os_months"][rows],
                "event": self["os_event"][rows],
                "treated": self["z"][rows],
                "subclass": self["matched_set"].astype(np.int64),
            }
        )


def material_of(prepared: Prepared, table: pd.DataFrame) -> Material:
    """Write down what other programs need of a prepared cohort.

    Parameters
    ----------
    prepared : Prepared
    table : DataFrame
        The cohort it was read from.
    """
    columns, levels = {}, {}
    for name, values in prepared.patients.covariates.items():
        if isinstance(values.dtype, pd.CategoricalDtype):
            columns[name], levels[name] = values.cat.codes.to_numpy(np.float64), list(values.cat.categories)
        else:
            columns[name] = values.to_numpy(np.float64)
    for name in ("os_months", "os_event", "pfs_months", "pfs_event", "pfs_cause"):
        columns[name] = table[name].to_numpy(np.float64)
    best = pd.Categorical(table["best_response"], ["CR", "PR", "SD", "PD", "NE"])
    columns["best_response"], levels["best_response"] = best.codes.astype(np.float64), list(best.categories)
    treated, logit = prepared.patients.treated, prepared.propensity.logit
    pairs = prepared.pairs
    columns["z"], columns["logit"] = treated.astype(np.float64), logit
    columns["caliper_width"] = np.array([caliper_width(logit, treated, caliper=CALIPER, caliper_scale="sd")])
    columns["random_order"] = np.random.default_rng(0).permutation(int(treated.sum())).astype(np.float64)
    columns["matched_row"] = np.concatenate([pairs.treated_row, pairs.control_row]).astype(np.float64)
    columns["matched_set"] = np.tile(np.arange(pairs.treated_row.size, dtype=np.float64), 2)
    return Material(columns=columns, levels=levels)


def write_material(material: Material, folder: Path) -> None:
    """Write every column as a file of doubles, and the labels beside them.

    Parameters
    ----------
    material : Material
    folder : Path
        Exists.
    """
    for name, values in material.columns.items():
        np.ascontiguousarray(values, dtype="<f8").tofile(folder / f"{name}.f8")
    listed = {"columns": list(material.columns), "levels": material.levels}
    (folder / "material.json").write_text(json.dumps(listed), encoding="utf-8")


def read_material(folder: Path) -> Material:
    """Read what `write_material` wrote.

    Parameters
    ----------
    folder : Path
    """
    listed = json.loads((folder / "material.json").read_text(encoding="utf-8"))
    columns = {name: np.fromfile(folder / f"{name}.f8", dtype="<f8") for name in listed["columns"]}
    return Material(columns=columns, levels=listed["levels"])
