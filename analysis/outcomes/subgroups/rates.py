"""The difference of two rates in each level of a subgroup, and whether it differs between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.notes import Note
from analysis.outcomes.rate_contrast import contrast_rates
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
from analysis.outcomes.robust_rates import contrast_weighted_rates
from analysis.outcomes.subgroups.levels import SubgroupLevels
from analysis.outcomes.subgroups.patients import (
    SubgroupPatients,
    describe_level,
    enough_clusters,
    levels_present,
    rows_of,
    subgroup_notes,
    subgroup_patients,
)
from analysis.outcomes.subgroups.result import ROUNDING, Interaction, SubgroupEffects, wald_interaction
from analysis.phrases import phrase


def rate_difference_by_level(
    outcome: ArrayLike,
    treated: ArrayLike,
    levels: SubgroupLevels,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
    fewest_patients: int = 10,
    fewest_events: int = 10,
) -> SubgroupEffects:
    """Estimate the difference of two rates in every level, and test whether it is the same in all.

    Without weights and clusters each difference has Newcombe's limits and the test is Cochran's Q of the differences.
    Otherwise limits are Wald's from the sandwich over clusters
    (:func:`~analysis.outcomes.robust_rates.contrast_weighted_rates`), and the test is Wald's of the differences between
    the differences, by the joint sandwich covariance, which allows for sets across levels. No small-sample factor;
    package survey's covariance is ours times n/(n − 1) with n clusters. A level without any variance, where both arms
    have rates of 0 or 1, takes no part in the test.

    Parameters
    ----------
    outcome, treated : (n,) bool
    levels : SubgroupLevels
    weights, cluster : (n,), optional
        Weights ≥ 0, 0 takes no part; clusters of patients who belong together.
    confidence_level, fewest_patients, fewest_events
        As in :func:`hazard_ratio_by_level`; an event is a patient with the outcome.

    Returns
    -------
    SubgroupEffects

    Raises
    ------
    EstimationError
        As :func:`hazard_ratio_by_level`.

    Notes
    -----
    Cochran 1954, doi:10.2307/3001666 (Q). Austin 2011, doi:10.1002/sim.4200 (differences after matching).

    Examples
    --------
    >>> from analysis.outcomes.subgroups.levels import label_levels
    >>> treated = np.tile(np.repeat([True, False], 20), 2)
    >>> outcome = np.concatenate([np.arange(20) < k for k in (12, 6, 8, 8)])
    >>> found = rate_difference_by_level(outcome, treated, label_levels(np.repeat(["C", "B"], 40)))
    >>> [round(level.effect.estimate, 2) for level in found.levels], round(found.interaction.p_value, 3)
    ([0.0, 0.3], 0.164)
    """
    patients = subgroup_patients(outcome, treated, levels, weights, cluster, None)

    def effect(rows: NDArray[np.bool_]) -> tuple[Estimate, str | None]:
        arm = patients.treated[rows]
        if not arm.any() or arm.all():
            return UNDEFINED, phrase("A rate difference needs patients of both arms; one arm has none in this level.")
        if not patients.robust:
            contrast = contrast_rates(patients.outcome[rows], arm, confidence_level=confidence_level)
        else:
            contrast = contrast_weighted_rates(
                patients.outcome[rows],
                arm,
                patients.mass[rows],
                rows_of(patients.cluster, rows),
                confidence_level=confidence_level,
            )
        return contrast.risk_difference, None

    used = levels_present(patients)
    found = tuple(describe_level(patients, levels, code, effect, fewest_patients, fewest_events) for code in used)
    both_arms = [code for code, level in zip(used, found, strict=True) if level.effect.estimate is not None]
    joint = _joint_differences(patients, both_arms)
    compared = np.flatnonzero(np.diag(joint.covariance) > ROUNDING)
    interaction = None
    rows = np.isin(patients.level, np.array(both_arms, dtype=np.int64)[compared])
    if compared.size > 1 and enough_clusters(patients, rows, 2 * compared.size):
        contrast = np.column_stack([-np.ones(compared.size - 1), np.eye(compared.size - 1)])
        interaction = wald_interaction(
            contrast @ joint.differences[compared],
            contrast @ joint.covariance[np.ix_(compared, compared)] @ contrast.T,
            phrase("Wald test of differences between rate differences, sandwich variance")
            if patients.robust
            else phrase("Cochran's Q of the rate differences"),
        )
    notes = subgroup_notes(patients, found, compared.size, interaction)
    return SubgroupEffects(
        levels=found,
        interaction=interaction,
        measure="rate difference",
        n=patients.level.size,
        n_missing=patients.n_missing,
        confidence_level=confidence_level,
        method=phrase("Rate difference in each level, Wald limits by the sandwich variance")
        if patients.robust
        else phrase("Rate difference in each level, Newcombe limits"),
        notes=(*notes, *_understated(joint, compared, interaction)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _JointDifferences:
    differences: NDArray[np.float64]
    covariance: NDArray[np.float64]
    one_sided: NDArray[np.bool_]


def _joint_differences(patients: SubgroupPatients, codes: list[int]) -> _JointDifferences:
    """Rate differences of the levels, their covariance over clusters, and where one arm adds no variance."""
    unit = np.arange(patients.level.size) if patients.cluster is None else patients.cluster
    differences, scores, one_sided = np.zeros(len(codes)), np.zeros((int(unit.max()) + 1, len(codes))), []
    for column, code in enumerate(codes):
        rates = []
        for arm, sign in ((patients.treated, 1.0), (~patients.treated, -1.0)):
            share = patients.mass * ((patients.level == code) & arm)
            share = share / share.sum()
            rates.append(float(share @ patients.outcome))
            differences[column] += sign * rates[-1]
            scores[:, column] += np.bincount(
                unit, weights=sign * share * (patients.outcome - rates[-1]), minlength=len(scores)
            )
        one_sided.append(any(rate in (0.0, 1.0) for rate in rates))
    return _JointDifferences(
        differences=differences, covariance=scores.T @ scores, one_sided=np.array(one_sided, dtype=np.bool_)
    )


def _understated(
    joint: _JointDifferences, compared: NDArray[np.int64], interaction: Interaction | None
) -> tuple[Note, ...]:
    n_levels = int(np.count_nonzero(joint.one_sided[compared]))
    if interaction is None or not n_levels:
        return ()
    text = phrase(
        "In {n_levels} levels of the test of interaction nobody, or everybody, of one arm "
        "has the outcome; that arm adds no variance, so the p-value is too small rather than "
        "too large.",
        n_levels=n_levels,
    )
    return (Note(code="interaction_variance_understated", text=text),)
