"""How strongly each measured covariate goes with treatment and with an outcome, among all patients before the design."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.design.firth import fit_firth
from analysis.design.logistic import dependent_columns, standardise
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.cox_model import cox_model
from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import phrase
from analysis.sensitivity.e_value import e_value
from analysis.sensitivity.measured_covariates import MeasuredCovariate, level_ratio
from analysis.study.sensitivity.effects import Measure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CovariateAssociations:
    """Every covariate with its two associations, as risk ratios.

    Attributes
    ----------
    covariates : tuple of MeasuredCovariate
    rarest : dict of str to int
        Patients of the rarest level of each of them in an arm.
    left_out : tuple of str
        Covariates with a level that one arm lacks, or in which nobody has the outcome: no number bounds these.
    notes : tuple of Note
        Why there are none.
    """

    covariates: tuple[MeasuredCovariate, ...]
    rarest: dict[str, int]
    left_out: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointPatients:
    """All patients whose outcome is known: ``time`` to it where it is one of survival, and whether it ``happened``."""

    known: NDArray[np.bool_]
    time: NDArray[np.float64] | None
    happened: NDArray[np.bool_]


def endpoint_patients(patients: StudyCohort, endpoint: str, measure: Measure) -> EndpointPatients:
    """Find the outcome of a survival endpoint or of a response by its name."""
    if measure == "hazard_ratio":
        survival = next(item for item in patients.endpoints if item.name == endpoint)
        return EndpointPatients(known=survival.known, time=survival.time, happened=survival.event)
    response = next(item for item in patients.responses if item.name == endpoint)
    return EndpointPatients(known=response.known, time=None, happened=response.objective_response)


def covariate_associations(
    patients: StudyCohort, endpoint: str, measure: Measure, *, rare: bool
) -> CovariateAssociations:
    """Measure how strongly each covariate goes with treatment and with an outcome.

    With treatment: the largest ratio between the arms of a level's share (:func:`level_ratio`). With the outcome: the
    ratio between the two levels that lie farthest apart, given treatment and all other covariates, from one Cox model
    or one logistic regression (Firth's), turned into a risk ratio. Numbers are cut at their median.

    Parameters
    ----------
    patients : StudyCohort
        All of them, each counted once: associations are those before the design, which is there to remove the first.
    endpoint : str
    measure : {"hazard_ratio", "rate_difference"}
    rare : bool
        Whether the outcome is rare, so that hazard and odds ratios are taken as risk ratios.

    Returns
    -------
    CovariateAssociations
    """
    who = endpoint_patients(patients, endpoint, measure)
    treated, happened = patients.treated[who.known], who.happened[who.known]
    levels = {str(name): _levels(column)[who.known] for name, column in patients.covariates.items()}
    ratios: dict[str, float] = {}
    rarest: dict[str, int] = {}
    for name, level in levels.items():
        counts = np.array([np.bincount(level[arm], minlength=level.max() + 1) for arm in (treated, ~treated)])
        counts = counts[:, counts.sum(axis=0) > 0]
        found = level_ratio(*(counts / counts.sum(axis=1, keepdims=True)))
        if counts.shape[1] > 1 and found is not None and _all_have_outcome(level, happened):
            ratios[name], rarest[name] = found, int(counts.min())
    left_out = tuple(name for name in levels if name not in ratios)
    try:
        spread = _outcome_spread(who, treated, {name: levels[name] for name in ratios}) if ratios else {}
    except EstimationError as error:
        reasons = tuple(Note(code="no_associations", text=text) for text in error.problems)
        return CovariateAssociations(covariates=(), rarest={}, left_out=left_out, notes=reasons)
    kind = "hazard_ratio" if measure == "hazard_ratio" else "odds_ratio"
    found_ratios = {}
    for name, log_ratio in spread.items():
        one = Estimate(estimate=float(np.exp(log_ratio)), ci_lower=None, ci_upper=None)
        found_ratios[name] = e_value(
            one, "hazard_ratio" if kind == "hazard_ratio" else "odds_ratio", rare=rare
        ).risk_ratio
    return CovariateAssociations(
        covariates=tuple(
            MeasuredCovariate(name=name, treatment_ratio=ratios[name], outcome_ratio=ratio)
            for name, ratio in found_ratios.items()
            if ratio is not None
        ),
        rarest=rarest,
        left_out=left_out,
        notes=(),
    )


def _levels(column: pd.Series) -> NDArray[np.int64]:
    """The level of each patient from 0 on; numbers above their median, or from it on where none lies above."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.unique(column.cat.codes.to_numpy(dtype=np.int64), return_inverse=True)[1].astype(np.int64)
    numbers = column.to_numpy(dtype=np.float64)
    if np.unique(numbers).size <= 2:
        return np.unique(numbers, return_inverse=True)[1].astype(np.int64)
    middle = np.median(numbers)
    return ((numbers > middle) if (numbers > middle).any() else (numbers >= middle)).astype(np.int64)


def _all_have_outcome(level: NDArray[np.int64], happened: NDArray[np.bool_]) -> bool:
    """Whether the outcome was seen at every level that there is."""
    return set(level) == set(level[happened])


def _outcome_spread(
    who: EndpointPatients, treated: NDArray[np.bool_], levels: dict[str, NDArray[np.int64]]
) -> dict[str, float]:
    """Of each covariate, the log ratio between the levels that lie farthest apart."""
    columns, owner = [treated.astype(np.float64)], [""]
    for name, level in levels.items():
        for one in np.unique(level)[1:]:
            columns.append((level == one).astype(np.float64))
            owner.append(name)
    doubled = dependent_columns(standardise(columns))
    kept = [place for place in range(len(columns)) if place not in doubled]
    used = [columns[place] for place in kept]
    happened = who.happened[who.known]
    if who.time is not None:
        coefficients = cox_model(who.time[who.known], happened, np.column_stack(used)).coefficients
    else:
        if not happened.any() or happened.all():
            raise EstimationError(
                phrase(
                    "Associations with a response need patients with and without one; all patients are "
                    "alike in it. Report the counts."
                )
            )
        coefficients = fit_firth(standardise(used), happened).coefficients[1:]
    spread: dict[str, float] = {}
    for name in levels:
        own = [0.0, *(float(coefficients[place]) for place, at in enumerate(kept) if owner[at] == name)]
        spread[name] = max(own) - min(own)
    return spread
