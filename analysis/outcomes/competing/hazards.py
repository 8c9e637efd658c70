"""Hazard ratios when several things may happen first: of the subdistribution, and of one cause."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.competing.causes import CompetingFollowUp, check_cause_of_interest, sort_competing
from analysis.outcomes.competing.hazards_kernel import subdistribution_scores, subdistribution_sets
from analysis.outcomes.cox import LARGEST_LOGARITHM, HazardRatio, cox_hazard_ratio
from analysis.outcomes.cox_kernel import RiskSets, contested_events, maximise
from analysis.outcomes.logrank import chi_square_p_value
from analysis.outcomes.survival import normal_quantile
from analysis.outcomes.words import arm_name, robust_variance, weighted_word
from analysis.phrases import join_phrases, phrase

CensoringWeights = Literal["estimated", "known"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubdistributionHazardRatio:
    """How the cumulative incidence of one cause goes with treatment, as one ratio.

    Attributes
    ----------
    hazard_ratio, ci_lower, ci_upper : float
        Subdistribution hazard, treated versus control; above 1 the cause happens first in more treated patients.
    p_value : float
        Wald test of a ratio of 1.
    log_hazard_ratio, standard_error : float
    cause : int
    n, n_events, n_competing : int
        Never weighted.
    """

    hazard_ratio: float
    ci_lower: float
    ci_upper: float
    p_value: float
    log_hazard_ratio: float
    standard_error: float
    cause: int
    n: int
    n_events: int
    n_competing: int
    confidence_level: float
    method: str
    notes: tuple[Note, ...]


def fine_gray(
    time: ArrayLike,
    cause: ArrayLike,
    treated: ArrayLike,
    *,
    cause_of_interest: int = 1,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    censoring: CensoringWeights = "estimated",
    confidence_level: float = 0.95,
) -> SubdistributionHazardRatio:
    """Estimate the subdistribution hazard ratio of treated versus control patients by Fine and Gray's model.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    cause : (n,) whole numbers
        What happened first: 0 = censored, 1, 2, … the causes.
    treated : (n,) bool
    cause_of_interest : int
        ≥ 1.
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out. They weigh the distribution of censoring too.
    cluster : (n,) labels, optional
        Patients who belong together, for example to one matched set.
    censoring : {"estimated", "known"}
        Whether the standard error minds that the distribution of censoring is estimated from the same patients.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    SubdistributionHazardRatio
        Patients with a competing event stay at risk with the share of them that would not be censored yet, by the
        Kaplan–Meier estimate of censoring in both arms together. Ties by Breslow's method. The standard error is the
        sandwich over clusters, by default over patients, without a small-sample factor: R's ``cmprsk::crr`` for
        patients without weights; with ``censoring="known"`` R's ``coxph`` on the rows of ``survival::finegray``.

    Raises
    ------
    EstimationError
        If there are fewer than two events of the cause, no finite ratio exists, or the columns are impossible.
    SettingsError
        If nobody can have the cause of interest, or an option is not one of those above.

    Notes
    -----
    Fine & Gray 1999, doi:10.1080/01621459.1999.10474144. The ratio speaks of incidence, not of the rate among
    patients still free of every event; for that see :func:`cause_specific_hazard_ratio`.

    Examples
    --------
    >>> ratio = fine_gray([1, 2, 3, 4, 5, 6], [1, 2, 1, 1, 2, 1], [True, True, False, True, False, False])
    >>> round(ratio.hazard_ratio, 3), ratio.n_events, ratio.n_competing
    (1.315, 4, 2)
    """
    z = normal_quantile(confidence_level)
    if censoring not in ("estimated", "known"):
        raise SettingsError(
            phrase(
                "Censoring must be 'estimated' or 'known'; '{censoring}' was given. Choose one of these.",
                censoring=censoring,
            )
        )
    patients = sort_competing(time, cause, treated, weights=weights, cluster=cluster)
    check_cause_of_interest(cause_of_interest, patients)
    beta, error = _fit(patients, cause_of_interest, censoring == "estimated")
    n_events = int((patients.cause == cause_of_interest).sum())
    return SubdistributionHazardRatio(
        hazard_ratio=math.exp(beta),
        ci_lower=math.exp(beta - z * error),
        ci_upper=math.exp(min(beta + z * error, LARGEST_LOGARITHM)),
        p_value=chi_square_p_value((beta / error) ** 2),
        log_hazard_ratio=beta,
        standard_error=error,
        cause=cause_of_interest,
        n=patients.follow_up.time.size,
        n_events=n_events,
        n_competing=int((patients.cause > 0).sum()) - n_events,
        confidence_level=confidence_level,
        method=_method(patients, censoring),
        notes=(),
    )


def _fit(patients: CompetingFollowUp, cause: int, estimated: bool) -> tuple[float, float]:
    """Log ratio and its standard error, or a sentence saying why there is none."""
    follow_up = patients.follow_up
    sets, censoring = subdistribution_sets(
        patients.cause, follow_up.treated, follow_up.weights, follow_up.starts, cause
    )
    _refuse_without_ratio(sets, int((patients.cause == cause).sum()), follow_up.time.size, cause)
    beta, information, converged = maximise(sets)
    if not (converged and information > 0.0):
        raise EstimationError(
            phrase(
                "The subdistribution hazard ratio of cause {cause} must settle on one value; the "
                "search did not. Check the weights for extreme values, or show the incidences "
                "instead.",
                cause=cause,
            )
        )
    scores = subdistribution_scores(
        sets,
        censoring,
        beta,
        patients.cause,
        follow_up.treated,
        follow_up.weights,
        follow_up.cluster,
        follow_up.n_clusters,
        follow_up.starts,
        cause,
        estimated,
    )
    error = float(np.sqrt(scores @ scores)) / information
    # Sums that cancel within every cluster leave rounding only, not a standard error.
    if error * math.sqrt(information) < 1e-10:
        raise EstimationError(
            phrase(
                "The robust standard error of the subdistribution hazard ratio needs clusters that "
                "differ; those found do not. Check that the clusters are the matched sets, not one "
                "group."
            )
        )
    return beta, error


def _refuse_without_ratio(sets: RiskSets, n_events: int, n: int, cause: int) -> None:
    if n_events < 2:
        raise EstimationError(
            phrase(
                "A subdistribution hazard ratio needs at least two events of the cause; {n_events} "
                "of {n} patients had one of cause {cause}. Show the numbers of events and the "
                "incidences instead.",
                n_events=n_events,
                n=n,
                cause=cause,
            )
        )
    treated, control = contested_events(sets)
    if treated == 0 or control == 0:
        lone = phrase("Neither arm") if treated == control else phrase("Only the {arm} arm", arm=arm_name(treated != 0))
        raise EstimationError(
            phrase(
                "A subdistribution hazard ratio needs events of the cause in both arms while "
                "patients of the other arm can have one. {lone} has such events among the {n_events} "
                "found, so no finite ratio exists. Show the numbers of events and the incidences "
                "instead.",
                lone=lone,
                n_events=n_events,
            )
        )


def _method(patients: CompetingFollowUp, censoring: CensoringWeights) -> str:
    parts = [phrase("Fine–Gray regression on treatment"), phrase("Breslow ties")]
    parts += [*weighted_word(patients.follow_up.weighted), robust_variance(patients.follow_up.unit)]
    if censoring == "known":
        parts.append(phrase("censoring taken as known"))
    return join_phrases(parts, ", ")


def cause_specific_hazard_ratio(
    time: ArrayLike,
    cause: ArrayLike,
    treated: ArrayLike,
    *,
    cause_of_interest: int = 1,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> HazardRatio:
    """Estimate the hazard ratio of one cause among patients still free of every event; other causes end follow-up.

    Parameters
    ----------
    time, cause, treated, weights, cluster, cause_of_interest, confidence_level
        As in :func:`fine_gray`.
    stratum : (n,) labels, optional
        Each stratum keeps a baseline hazard of its own.

    Returns
    -------
    HazardRatio
        Of :func:`~analysis.outcomes.cox.cox_hazard_ratio`, ties by Efron's method.

    Raises
    ------
    EstimationError, SettingsError
        As there.

    Examples
    --------
    >>> ratio = cause_specific_hazard_ratio([1, 2, 3, 4], [1, 1, 1, 1], [True, False, True, False])
    >>> round(ratio.hazard_ratio, 3)
    2.562
    """
    check_cause_of_interest(cause_of_interest, sort_competing(time, cause, treated, weights=weights, cluster=cluster))
    return cox_hazard_ratio(
        time,
        np.asarray(cause) == cause_of_interest,
        treated,
        weights=weights,
        cluster=cluster,
        stratum=stratum,
        confidence_level=confidence_level,
    )
