"""Matched sets as printed tables: which sets there are, and who stands side by side in one of them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.design.matched_sets import MatchedSets
from analysis.design.propensity import PropensityModel
from analysis.phrases import phrase
from charts.style import MINUS, NOT_ESTIMATED, format_smd

MOST_IDS = 3
SAME = phrase("same")
DIFFERS = phrase("differs")


def set_members(sets: MatchedSets, number: int, treated: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The patients of one set: the one it is read from, then those of the other arm, then her own arm's others.

    Parameters
    ----------
    sets : MatchedSets
        As formed; a patient may serve in several of them.
    number : int
        The set, from 0.
    treated : ndarray of bool, shape (n,)
        True for the treated arm.

    Returns
    -------
    ndarray of int64
        Rows among the patients offered. First stands one of the arm with fewer patients in the set, a treated one where
        both have as many.
    """
    if sets.set_number.size:
        links = sets.set_number == number
        rows = np.unique(np.concatenate((sets.treated_row[links], sets.control_row[links])))
    else:
        rows = np.flatnonzero(sets.subclass == number)
    arms = rows[treated[rows]], rows[~treated[rows]]
    fewer, more = arms if arms[0].size <= arms[1].size else arms[::-1]
    return np.concatenate((fewer[:1], more, fewer[1:])).astype(np.int64)


def listed_sets(patients: StudyCohort, sets: MatchedSets, *, most: int = 200) -> pd.DataFrame:
    """The sets, those with the widest link first, or the largest where nobody is linked.

    Parameters
    ----------
    patients : StudyCohort
        Arms, their labels and the patients' ids.
    sets : MatchedSets
        As formed.
    most : int
        Rows to print at most.

    Returns
    -------
    DataFrame
        One row per set: its number from 1, who is in it of each arm (ids, or how many where there are more than three),
        and its widest distance where its members are linked.
    """
    number, row = _membership(sets)
    sizes = np.bincount(number, minlength=sets.n_sets)
    widest = np.zeros(sets.n_sets)
    np.maximum.at(widest, sets.set_number, sets.link_distance)
    linked = sets.set_number.size > 0
    order = np.argsort(-(widest if linked else sizes), kind="stable")[:most]
    starts = np.searchsorted(number, order)
    members = [row[start : start + sizes[place]] for start, place in zip(starts, order, strict=True)]
    table: dict[str, Any] = {phrase("Set"): order + 1}
    for label, arm in ((patients.treated_label, True), (patients.control_label, False)):
        table[label] = [_who(patients, rows[patients.treated[rows] == arm]) for rows in members]
    if linked:
        table[phrase("Widest distance")] = widest[order]
    return pd.DataFrame(table)


def _membership(sets: MatchedSets) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Set and row of each patient, once for every set she is in, by set."""
    if sets.set_number.size:
        number = np.concatenate((sets.set_number, sets.set_number))
        row = np.concatenate((sets.treated_row, sets.control_row))
    else:
        row = np.flatnonzero(sets.subclass >= 0)
        number = sets.subclass[row]
    pairs = np.unique(np.column_stack((number, row)), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _who(patients: StudyCohort, rows: NDArray[np.int64]) -> str:
    if rows.size > MOST_IDS:
        return phrase("{n:,} patients", n=rows.size)
    return ", ".join(str(patients.identifier[row]) for row in rows)


def members_side_by_side(
    patients: StudyCohort, propensity: PropensityModel, design: Design, rows: NDArray[np.int64]
) -> pd.DataFrame:
    """The patients of one set in columns beside each other, each with the difference from the first.

    Parameters
    ----------
    patients, propensity, design
        Results of the stages of one run.
    rows : ndarray of int64
        The patients, the one that others are compared with first.

    Returns
    -------
    DataFrame
        Text: id, arm, score, logit, weight and every covariate in rows; for each patient a column, and for each but the
        first another of differences, first minus this patient for numbers, ``same`` or ``differs`` for categories; of a pair
        also in standard deviations, pooled over both arms before the design.
    """
    first, *others = rows.tolist()
    facts = [
        phrase("Arm"),
        phrase("Propensity score"),
        phrase("Logit of the score"),
        phrase("Weight"),
        *(str(column) for column in patients.covariates.columns),
    ]
    columns = {"": facts, str(patients.identifier[first]): _values(patients, propensity, design, first)}
    for place, row in enumerate(others, start=2):
        differences = _differences(patients, propensity, first, row)
        columns[_unused(columns, str(patients.identifier[row]))] = _values(patients, propensity, design, row)
        name = phrase("Difference") if len(others) == 1 else phrase("Difference 1 − {place}", place=place)
        columns[name] = differences
        if len(others) == 1:
            columns[phrase("In SD")] = [
                "",
                "",
                "",
                "",
                *(_in_sd(patients, str(name), first, row) for name in patients.covariates),
            ]
    return pd.DataFrame(columns)


def _unused(columns: dict[str, list[str]], name: str) -> str:
    return name if name not in columns else f"{name} "


def _values(patients: StudyCohort, propensity: PropensityModel, design: Design, row: int) -> list[str]:
    arm = patients.treated_label if patients.treated[row] else patients.control_label
    values = [arm, f"{propensity.propensity_score[row]:.3f}", _number(propensity.logit[row], ".3f")]
    values.append(f"{design.weights[row]:.3g}")
    return values + [_cell(patients.covariates[column].iloc[row]) for column in patients.covariates]


def _differences(patients: StudyCohort, propensity: PropensityModel, first: int, other: int) -> list[str]:
    score, logit = propensity.propensity_score, propensity.logit
    found = ["", _number(score[first] - score[other], "+.3f"), _number(logit[first] - logit[other], "+.3f"), ""]
    for column in patients.covariates:
        one, two = patients.covariates[column].iloc[[first, other]]
        if isinstance(patients.covariates[column].dtype, pd.CategoricalDtype):
            found.append(SAME if one == two else DIFFERS)
        else:
            found.append("0" if one == two else _number(float(one) - float(two), "+,.4g"))
    return found


def _in_sd(patients: StudyCohort, column: str, first: int, other: int) -> str:
    """The difference of a number over its pooled standard deviation; nothing for a category."""
    values = patients.covariates[column]
    if isinstance(values.dtype, pd.CategoricalDtype):
        return ""
    numbers = values.to_numpy(dtype=np.float64)
    arms = (numbers[patients.treated], numbers[~patients.treated])
    variances = [arm.var(ddof=1) for arm in arms if arm.size > 1]
    spread = float(np.sqrt(np.mean(variances))) if variances else 0.0
    return format_smd(float(numbers[first] - numbers[other]) / spread) if spread > 0 else NOT_ESTIMATED


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        return NOT_ESTIMATED if np.isnan(value) else _number(float(value), ",.6g")
    return str(value)


def _number(value: float, form: str) -> str:
    return format(float(value), form).replace("-", MINUS)
