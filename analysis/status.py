"""Where a study stands, in a handful of numbers: what the design kept, what it cost, how even the arms are."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from analysis.cohort.selection import StudyCohort
from analysis.design.balance import CovariateBalance
from analysis.design.design import Design
from analysis.design.propensity import PropensityModel
from analysis.settings import MatchingSettings
from analysis.study import PopulationOutcomes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyStatus:
    """What one glance should tell about the design.

    Attributes
    ----------
    n_treated, n_control : int
        Patients with complete covariates.
    n_sets : int or None
        Matched sets; None where patients are weighted.
    pairs : bool
        True when every set is a pair.
    n_compared_treated, n_compared_control : int
        Patients in a set, or with a weight.
    effective_treated, effective_control : float
        How many patients of equal weight they are worth.
    n_left_out_treated, n_left_out_control : int
        Patients with complete covariates who are not compared.
    largest_smd_before, largest_smd_after : float or None
        Largest |SMD| over all terms.
    endpoint : str or None
        The first survival endpoint; None when the study has none.
    events_before, events_after : tuple of int or None
        Its events, treated and control.
    """

    n_treated: int
    n_control: int
    n_sets: int | None
    pairs: bool
    n_compared_treated: int
    n_compared_control: int
    effective_treated: float
    effective_control: float
    n_left_out_treated: int
    n_left_out_control: int
    largest_smd_before: float | None
    largest_smd_after: float | None
    endpoint: str | None
    events_before: tuple[int, int] | None
    events_after: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaliperWidth:
    """How different a pair may be, on both scales a reader may think in.

    Attributes
    ----------
    on_logit, on_probability : float or None
        The width on each scale; None without a caliper. One of them is the width in force; the other is its
        equivalent around ``at_score``.
    at_score : float
        The median propensity score of the treated patients.
    """

    on_logit: float | None
    on_probability: float | None
    at_score: float


def study_status(
    patients: StudyCohort,
    design: Design,
    balance: CovariateBalance,
    before: PopulationOutcomes | None,
    after: PopulationOutcomes | None,
) -> StudyStatus:
    """Count what the design kept and what it cost.

    Parameters
    ----------
    patients, design, balance, before, after
        The results of the stages of one run; outcomes are None while they are covered.

    Returns
    -------
    StudyStatus
    """
    n_treated = int(patients.treated.sum())
    n_control = patients.treated.size - n_treated
    return StudyStatus(
        n_treated=n_treated,
        n_control=n_control,
        n_sets=None if design.sets is None else design.sets.n_sets,
        pairs=design.pairs,
        n_compared_treated=design.n_treated,
        n_compared_control=design.n_control,
        effective_treated=design.effective_sample_size_treated,
        effective_control=design.effective_sample_size_control,
        n_left_out_treated=n_treated - design.n_treated,
        n_left_out_control=n_control - design.n_control,
        largest_smd_before=balance.largest_smd_before,
        largest_smd_after=balance.largest_smd_after,
        endpoint=before.survival[0].name if before is not None and before.survival else None,
        events_before=_events(before),
        events_after=_events(after),
    )


def caliper_on_both_scales(
    width: float | None, propensity: PropensityModel, patients: StudyCohort, matching: MatchingSettings
) -> CaliperWidth:
    """Translate the caliper's width between the logit and the probability scale.

    The translation depends on where on the scale a pair lies; it is given for a pair centred on the median
    propensity score of the treated patients.

    Parameters
    ----------
    width : float or None
        The width in force, on the scale of ``matching.distance`` (the logit for the Mahalanobis distance).
    propensity, patients, matching
        The scores, the arms and the design of the same run.

    Returns
    -------
    CaliperWidth
    """
    centre = float(np.median(propensity.propensity_score[patients.treated]))
    if width is None:
        return CaliperWidth(on_logit=None, on_probability=None, at_score=centre)
    if matching.distance != "probability":
        middle = float(logit(centre))
        other = float(expit(middle + width / 2) - expit(middle - width / 2))
        return CaliperWidth(on_logit=width, on_probability=other, at_score=centre)
    low, high = max(centre - width / 2, 0.0), min(centre + width / 2, 1.0)
    reaches_edge = low <= 0.0 or high >= 1.0
    on_logit = None if reaches_edge else float(logit(high) - logit(low))
    return CaliperWidth(on_logit=on_logit, on_probability=width, at_score=centre)


def _events(outcomes: PopulationOutcomes | None) -> tuple[int, int] | None:
    if outcomes is None or not outcomes.survival or outcomes.survival[0].comparison is None:
        return None
    comparison = outcomes.survival[0].comparison
    return comparison.treated.n_events, comparison.control.n_events
