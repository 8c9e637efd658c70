"""The tables of a study's design as data frames: one row per thing counted, full precision, absent values missing.

The command line writes them as files and the screen offers them as downloads. Columns are named for machines; arms
carry the labels of the study. Sets are numbered from 1 in the order of the patients they are built around.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.selection import FlowStep, StudyCohort
from analysis.design.balance import CovariateBalance
from analysis.design.design import Design
from analysis.design.matched_sets import MatchedSets
from analysis.design.propensity import PropensityModel


def flow_table(flow: tuple[FlowStep, ...]) -> pd.DataFrame:
    """Patients per arm at each step, from the file's rows to those compared.

    Parameters
    ----------
    flow : tuple of FlowStep
        As in a study's result.

    Returns
    -------
    DataFrame
        Columns step, treated, control, other.
    """
    rows = [(step.step, step.treated, step.control, step.other) for step in flow]
    return pd.DataFrame(rows, columns=["step", "treated", "control", "other"])


def patients_table(patients: StudyCohort, propensity: PropensityModel, design: Design) -> pd.DataFrame:
    """Every row read, in the order of the file: score, set and weight, or why the patient was left out.

    Parameters
    ----------
    patients, propensity, design
        Results of the stages of one run.

    Returns
    -------
    DataFrame
        Columns id, arm, propensity_score, logit, set, weight, reason. ``reason`` is missing for those
        compared; score, set and weight are missing for patients left out before the design; a patient whom the design
        leaves out has weight 0. A control who is in several sets carries the first; ``sets_table`` has them all.
    """
    analysed = pd.DataFrame(
        {
            "row": patients.row,
            "id": patients.identifier,
            "arm": np.where(patients.treated, patients.treated_label, patients.control_label).astype(object),
            "propensity_score": propensity.propensity_score,
            "logit": propensity.logit,
            "set": _set_numbers(design.subclass),
            "weight": design.weights,
            "reason": design.reason,
        }
    )
    excluded = patients.excluded
    left_out = pd.DataFrame(
        {
            "row": excluded["row"].to_numpy(dtype=np.int64),
            "id": excluded["identifier"].to_numpy(dtype=object),
            "arm": excluded["arm"].to_numpy(dtype=object),
            "propensity_score": np.full(len(excluded), np.nan),
            "logit": np.full(len(excluded), np.nan),
            "set": pd.array([pd.NA] * len(excluded), dtype="Int64"),
            "weight": np.full(len(excluded), np.nan),
            "reason": excluded["reason"].to_numpy(dtype=object),
        }
    )
    everyone = pd.concat([analysed, left_out], ignore_index=True) if len(left_out) else analysed
    return everyone.sort_values("row", kind="stable", ignore_index=True).drop(columns="row")


def sets_table(patients: StudyCohort, matching: MatchedSets) -> pd.DataFrame:
    """The matched sets: one row per treated–control link, or per member where patients share a stratum.

    Parameters
    ----------
    patients, matching
        Results of the stages of one run.

    Returns
    -------
    DataFrame
        Columns set, treated, control (ids) and distance, by set and then in the order the controls were taken. Sets
        without links have columns set, arm and id instead, by set, the treated first, in the order of the file.
    """
    if matching.treated_row.size == 0:
        return _members_table(patients, matching)
    table = pd.DataFrame(
        {
            "set": matching.set_number + 1,
            "treated": patients.identifier[matching.treated_row],
            "control": patients.identifier[matching.control_row],
            "distance": matching.link_distance,
        }
    )
    return table.sort_values("set", kind="stable", ignore_index=True)


def _members_table(patients: StudyCohort, matching: MatchedSets) -> pd.DataFrame:
    rows = np.flatnonzero(matching.subclass >= 0)
    rows = rows[np.lexsort((rows, ~patients.treated[rows], matching.subclass[rows]))]
    return pd.DataFrame(
        {
            "set": matching.subclass[rows] + 1,
            "arm": np.where(patients.treated[rows], patients.treated_label, patients.control_label).astype(object),
            "id": patients.identifier[rows],
        }
    )


def propensity_table(propensity: PropensityModel) -> pd.DataFrame:
    """The coefficients of the model of treatment, on the logit scale.

    Parameters
    ----------
    propensity : PropensityModel
        As fitted.

    Returns
    -------
    DataFrame
        Columns term, coefficient, standard_error; no rows for trees and for a score brought in.
    """
    return propensity.to_table()


def balance_table(balance: CovariateBalance) -> pd.DataFrame:
    """How alike the arms are, term by term, before and after the design.

    Parameters
    ----------
    balance : CovariateBalance
        As computed.

    Returns
    -------
    DataFrame
        One row per term: term, covariate, kind, then the measures of
        :class:`~analysis.design.balance.CovariateBalance`, missing where they cannot be computed, and ``n_missing``
        where patients lack a value.
    """
    table = balance.to_table()
    measures = [column for column in table.columns if column not in ("term", "covariate", "kind")]
    return table.astype(dict.fromkeys(measures, np.float64))


def _set_numbers(subclass: NDArray[np.int64]) -> pd.Series:
    numbers = pd.Series(subclass + 1, dtype="Int64")
    return numbers.where(subclass >= 0)
