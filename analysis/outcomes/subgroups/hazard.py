"""The hazard ratio in each level of a subgroup, and whether it differs between them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.cox_model import cox_model
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
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
from analysis.outcomes.subgroups.result import Interaction, SubgroupEffects, wald_interaction
from analysis.phrases import phrase


def hazard_ratio_by_level(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    levels: SubgroupLevels,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
    fewest_patients: int = 10,
    fewest_events: int = 10,
) -> SubgroupEffects:
    """Estimate the hazard ratio in every level, and test whether it is the same in all.

    Each level's ratio comes from a Cox model of its own. The interaction is Wald's test of the products of treatment
    and level in one Cox model with treatment, levels and products, by the sandwich covariance over clusters where
    weights or clusters are given (R's ``coxph(~ treated * level, weights, cluster)``). Levels without a finite ratio are
    shown without and take no part in the test. No p-value of a single level is given.

    Parameters
    ----------
    time, event, treated, weights, cluster
        As in :func:`~analysis.outcomes.cox.cox_hazard_ratio`.
    levels : SubgroupLevels
    confidence_level : float
    fewest_patients, fewest_events : int
        A level is small with fewer patients in an arm, or fewer events in all.

    Returns
    -------
    SubgroupEffects

    Raises
    ------
    EstimationError
        If columns differ in length or are impossible, or nobody has a level.

    Notes
    -----
    Test for interaction rather than p-values of levels: Wang et al. 2007, doi:10.1056/NEJMsr077003.

    Examples
    --------
    >>> from analysis.outcomes.subgroups.levels import label_levels
    >>> rows = [(t, 1, t % 2, t % 3) for t in range(1, 41)]
    >>> time, event, treated, group = map(np.array, zip(*rows))
    >>> found = hazard_ratio_by_level(time, event, treated, label_levels(group), fewest_patients=7)
    >>> [level.small for level in found.levels], found.interaction.degrees_of_freedom
    ([True, False, True], 2)
    """
    patients = subgroup_patients(event, treated, levels, weights, cluster, time)

    def effect(rows: NDArray[np.bool_]) -> tuple[Estimate, str | None]:
        assert patients.time is not None
        try:
            ratio = cox_hazard_ratio(
                patients.time[rows],
                patients.outcome[rows],
                patients.treated[rows],
                weights=rows_of(patients.weights, rows),
                cluster=rows_of(patients.cluster, rows),
                confidence_level=confidence_level,
            )
        except EstimationError as error:
            return UNDEFINED, error.problems[0]
        return Estimate(estimate=ratio.hazard_ratio, ci_lower=ratio.ci_lower, ci_upper=ratio.ci_upper), None

    found = tuple(
        describe_level(patients, levels, code, effect, fewest_patients, fewest_events)
        for code in levels_present(patients)
    )
    compared = [
        code for code, level in zip(levels_present(patients), found, strict=True) if level.effect.estimate is not None
    ]
    interaction = _hazard_interaction(patients, compared)
    return SubgroupEffects(
        levels=found,
        interaction=interaction,
        measure="hazard ratio",
        n=patients.level.size,
        n_missing=patients.n_missing,
        confidence_level=confidence_level,
        method=phrase("Cox regression on treatment in each level, Efron ties, sandwich variance")
        if patients.robust
        else phrase("Cox regression on treatment in each level, Efron ties"),
        notes=subgroup_notes(patients, found, len(compared), interaction),
    )


def _hazard_interaction(patients: SubgroupPatients, compared: list[int]) -> Interaction | None:
    if len(compared) < 2:
        return None
    assert patients.time is not None
    rows = np.isin(patients.level, compared)
    arm = patients.treated[rows].astype(np.float64)
    indicators = (patients.level[rows][:, None] == np.array(compared[1:])[None, :]).astype(np.float64)
    columns = np.column_stack([arm, indicators, indicators * arm[:, None]])
    if not enough_clusters(patients, rows, columns.shape[1]):
        return None
    try:
        model = cox_model(
            patients.time[rows],
            patients.outcome[rows],
            columns,
            weights=rows_of(patients.weights, rows),
            cluster=rows_of(patients.cluster, rows),
        )
    except EstimationError:
        return None
    products = slice(len(compared), None)
    return wald_interaction(
        model.coefficients[products],
        model.covariance[products, products],
        phrase("Wald test of treatment by level in one Cox model, sandwich variance")
        if model.robust
        else phrase("Wald test of treatment by level in one Cox model, variance from the information"),
    )
