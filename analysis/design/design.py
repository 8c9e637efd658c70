"""The design of a study as carried out: who is compared, for how much each patient counts, and who was left out.

Every way of making the arms comparable ends here, in weights and, where there are sets, in a set number. Whoever comes
after reads these and need not know which way was chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from analysis.cohort.selection import StudyCohort
from analysis.design.caliper import CaliperScale, ColumnCaliper, overall_sd, pooled_sd
from analysis.design.coarsening import coarsened_strata
from analysis.design.full import match_full
from analysis.design.layout import MatchingLayout, lay_out_controls, lay_out_treated
from analysis.design.mahalanobis import whitened_covariates
from analysis.design.matched_sets import OUTSIDE_SUPPORT, MatchedSets, embed_sets
from analysis.design.matching import match_nearest
from analysis.design.optimal import match_optimal
from analysis.design.propensity import PropensityModel
from analysis.design.strata import match_strata
from analysis.design.support import Support, patients_in_support
from analysis.design.weighting import WeightedPatients, embed_weights, weight_patients
from analysis.errors import EstimationError
from analysis.kept import once
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.settings import MatchingSettings, StudySettings, WeightingSettings

DesignKind = Literal["matching", "weighting"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """Who is compared and for how much each patient counts.

    Attributes
    ----------
    n : int
        Patients offered to the design, both arms.
    kind : {"matching", "weighting"}
        Whether patients stand in sets, or all of them are weighted.
    method, estimand : str
        As in the study file; whom the effect refers to.
    weights : ndarray of float64, shape (n,)
        0 for a patient who is left out.
    subclass : ndarray of int64, shape (n,)
        Set of each patient; −1 in none.
    cluster : ndarray of int64, shape (n,)
        Independent units for variances: sets, or patients where sets are large strata, share patients or do not exist.
    disjoint_sets : bool
        True when sets hold both arms and nobody is in two, so that tests within sets make sense.
    pairs : bool
        True when every set is one treated patient and one control and nobody is in two.
    plain_tests : bool
        True when tests without weights say something of the patients compared; False where they would repeat the
        comparison of the arms as they were.
    reason : ndarray of object, shape (n,)
        Why a patient was left out; None for those compared.
    n_treated, n_control : int
        Patients compared, each counted once.
    effective_sample_size_treated, effective_sample_size_control : float
        (Σw)²/Σw² in each arm.
    support : Support or None
        Who was left out by the score beforehand; None where nobody could be.
    sets : MatchedSets or None
        The sets; None when weighting.
    weighted : WeightedPatients or None
        The weights and what they cost; None when matching.
    notes : tuple of Note
        What a reader should know before trusting the design.
    """

    n: int
    kind: DesignKind
    method: str
    estimand: str
    weights: NDArray[np.float64]
    subclass: NDArray[np.int64]
    cluster: NDArray[np.int64]
    disjoint_sets: bool
    pairs: bool
    plain_tests: bool
    reason: NDArray[np.object_]
    n_treated: int
    n_control: int
    effective_sample_size_treated: float
    effective_sample_size_control: float
    support: Support | None
    sets: MatchedSets | None
    weighted: WeightedPatients | None
    notes: tuple[Note, ...]


def design_patients(patients: StudyCohort, propensity: PropensityModel, settings: StudySettings) -> Design:
    """Make the arms comparable in the way the study asks for.

    Patients outside the support are left out first; the score is not fitted again, and the caliper's SD is that of the
    patients who remain.

    Parameters
    ----------
    patients : StudyCohort
        Arms, covariates and the columns of the design. Outcomes are not looked at.
    propensity : PropensityModel
        The scores.
    settings : StudySettings
        Support, and matching or weighting.

    Returns
    -------
    Design

    Raises
    ------
    EstimationError
        When the support leaves an arm empty, no set can be formed, or no weights exist.
    """
    asked = settings.support
    support = None if asked.method == "none" else patients_in_support(propensity, patients.treated, asked)
    kept = np.ones(patients.treated.size, dtype=np.bool_) if support is None else support.kept
    if settings.weighting is not None:
        return _weighted(patients, propensity, settings.weighting, support, kept)
    return _matched(patients, propensity, settings.matching, support, kept)


def _matched(
    patients: StudyCohort,
    propensity: PropensityModel,
    matching: MatchingSettings,
    support: Support | None,
    kept: NDArray[np.bool_],
) -> Design:
    rows = np.flatnonzero(kept)
    found = _MATCHINGS[matching.method](_sample(patients, propensity, matching, rows), matching)
    sets = found if support is None else embed_sets(found, rows, patients.treated.size, OUTSIDE_SUPPORT)
    exclusive = not sets.replacement
    own = np.arange(sets.n, dtype=np.int64)
    largest = [_largest_set(sets.subclass, rows) for rows in (patients.treated, ~patients.treated)]
    return Design(
        n=sets.n,
        kind="matching",
        method=sets.method,
        estimand=sets.estimand,
        weights=sets.weights,
        subclass=sets.subclass,
        # A class of equal covariates is fixed before anyone is looked at; a set of neighbours is drawn with them.
        cluster=sets.subclass if exclusive and matching.method != "strata" else own,
        disjoint_sets=exclusive,
        pairs=exclusive and largest == [1, 1],
        plain_tests=matching.method in ("nearest", "optimal"),
        reason=sets.reason,
        n_treated=sets.n_treated,
        n_control=sets.n_control,
        effective_sample_size_treated=sets.effective_sample_size_treated,
        effective_sample_size_control=sets.effective_sample_size_control,
        support=support,
        sets=sets,
        weighted=None,
        notes=(*_support_note(support), *sets.notes),
    )


def follows_from_score(settings: StudySettings) -> bool:
    """Whether a design needs the score, the arms and exact strata alone, as `weights_by_score` takes them."""
    weighting, matching = settings.weighting, settings.matching
    if settings.support.method != "none":
        return False
    if weighting is not None:
        return weighting.method != "entropy"
    needs_columns = matching.coarsen or matching.calipers or matching.distance == "mahalanobis"
    return not needs_columns and matching.method != "strata"


def weights_by_score(
    logit: NDArray[np.float64],
    treated: NDArray[np.bool_],
    strata: NDArray[np.int64] | None,
    settings: StudySettings,
) -> NDArray[np.float64]:
    """The weights of `design_patients`, shape (n,), where `follows_from_score` holds; it refuses the same.

    Parameters
    ----------
    logit, treated, strata : ndarray, shape (n,)
        Log odds of treatment, the arm, and the classes of exact matching or None.
    settings : StudySettings
    """
    weighting, matching = settings.weighting, settings.matching
    if weighting is not None:
        return weight_patients(
            expit(logit),
            treated,
            method=weighting.method,
            estimand=weighting.estimand,
            stabilised=weighting.stabilised,
            truncate=weighting.truncate,
        ).weights
    sample = _Sample(
        distance=expit(logit) if matching.distance == "probability" else logit,
        treated=treated,
        caliper=matching.caliper,
        caliper_scale=matching.caliper_scale,
        layout=None,
        strata=strata if matching.exact else None,
        calipers=(),
        metric=None,
    )
    return _MATCHINGS[matching.method](sample, matching).weights


def _largest_set(subclass: NDArray[np.int64], arm: NDArray[np.bool_]) -> int:
    return int(np.bincount(subclass[arm & (subclass >= 0)]).max(initial=0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sample:
    """The patients offered to a matching, as its kernels take them."""

    distance: NDArray[np.float64]
    treated: NDArray[np.bool_]
    caliper: float | None
    caliper_scale: CaliperScale
    layout: MatchingLayout | None
    strata: NDArray[np.int64] | None
    calipers: tuple[ColumnCaliper, ...]
    metric: NDArray[np.float64] | None

    def pairing(self, matching: MatchingSettings) -> dict[str, Any]:
        """What every way of forming sets by distance takes."""
        return {
            "caliper": self.caliper,
            "caliper_scale": self.caliper_scale,
            "strata": self.strata,
            "estimand": matching.estimand,
            "calipers": self.calipers,
            "metric": self.metric,
        }


def _sample(
    patients: StudyCohort, propensity: PropensityModel, matching: MatchingSettings, rows: NDArray[np.int64]
) -> _Sample:
    distance = propensity.propensity_score if matching.distance == "probability" else propensity.logit
    treated, caliper, scale, layout = patients.treated, matching.caliper, matching.caliper_scale, None
    strata = _strata(patients, matching)
    if rows.size < treated.size:
        distance, treated = distance[rows], treated[rows]
    else:
        # What belongs to the score alone is found once for all calipers.
        if caliper is not None and scale != "raw":
            caliper, scale = caliper * once(overall_sd if scale == "sd" else pooled_sd, distance, treated), "raw"
        if strata is None and not matching.calipers and matching.method == "nearest":
            layout = once(lay_out_controls if matching.estimand == "ATC" else lay_out_treated, distance, treated)
    metric = None
    if matching.distance == "mahalanobis":
        metric = whitened_covariates(patients.covariates.iloc[rows], treated)
    return _Sample(
        distance=distance,
        treated=treated,
        caliper=caliper,
        caliper_scale=scale,
        layout=layout,
        strata=None if strata is None else strata[rows],
        calipers=tuple(
            ColumnCaliper(column=item.column, values=_numbers(patients, item.column)[rows], width=item.width)
            for item in matching.calipers
        ),
        metric=metric,
    )


def _strata(patients: StudyCohort, matching: MatchingSettings) -> NDArray[np.int64] | None:
    """Exact strata and classes together; classes are cut among all patients, whoever lies in the support."""
    parts = [] if patients.strata is None or not matching.exact else [patients.strata]
    if matching.coarsen:
        columns = {item.column: _numbers(patients, item.column) for item in matching.coarsen}
        parts.append(coarsened_strata(pd.DataFrame(columns), matching.coarsen))
    if not parts:
        return None
    return np.unique(np.column_stack(parts), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _numbers(patients: StudyCohort, column: str) -> NDArray[np.float64]:
    table = patients.covariates if column in patients.covariates else patients.extra
    return table[column].to_numpy(dtype=np.float64)


def _nearest(sample: _Sample, matching: MatchingSettings) -> MatchedSets:
    return match_nearest(
        sample.distance,
        sample.treated,
        **sample.pairing(matching),
        ratio=matching.ratio,
        min_ratio=matching.min_ratio,
        replacement=matching.replacement,
        order=matching.order,
        seed=matching.seed,
        layout=sample.layout,
    )


def _optimal(sample: _Sample, matching: MatchingSettings) -> MatchedSets:
    return match_optimal(
        sample.distance,
        sample.treated,
        **sample.pairing(matching),
        ratio=matching.ratio,
        min_ratio=matching.min_ratio,
    )


def _full(sample: _Sample, matching: MatchingSettings) -> MatchedSets:
    return match_full(sample.distance, sample.treated, **sample.pairing(matching))


def _stratified(sample: _Sample, matching: MatchingSettings) -> MatchedSets:
    if sample.strata is None:
        raise EstimationError(
            phrase("Strata need columns whose classes make them; none were given. Add exact or coarsen.")
        )
    return match_strata(sample.treated, sample.strata, estimand=matching.estimand)


_MATCHINGS: dict[str, Callable[[_Sample, MatchingSettings], MatchedSets]] = {
    "nearest": _nearest,
    "optimal": _optimal,
    "full": _full,
    "strata": _stratified,
}


def _weighted(
    patients: StudyCohort,
    propensity: PropensityModel,
    weighting: WeightingSettings,
    support: Support | None,
    kept: NDArray[np.bool_],
) -> Design:
    rows = np.flatnonzero(kept)
    found = weight_patients(
        propensity.propensity_score[rows],
        patients.treated[rows],
        method=weighting.method,
        estimand=weighting.estimand,
        stabilised=weighting.stabilised,
        truncate=weighting.truncate,
        covariates=patients.covariates.iloc[rows],
    )
    n = patients.treated.size
    weighted = found if support is None else embed_weights(found, rows, n)
    reason = np.full(n, None, dtype=object)
    reason[~kept] = OUTSIDE_SUPPORT
    reason[kept & (weighted.weights == 0)] = NO_WEIGHT
    return Design(
        n=n,
        kind="weighting",
        method=weighted.method,
        estimand=weighted.estimand,
        weights=weighted.weights,
        subclass=np.full(n, -1, dtype=np.int64),
        cluster=np.arange(n, dtype=np.int64),
        disjoint_sets=False,
        pairs=False,
        plain_tests=False,
        reason=reason,
        n_treated=weighted.n_treated,
        n_control=weighted.n_control,
        effective_sample_size_treated=weighted.effective_sample_size_treated,
        effective_sample_size_control=weighted.effective_sample_size_control,
        support=support,
        sets=None,
        weighted=weighted,
        notes=(*_support_note(support), *weighted.notes),
    )


NO_WEIGHT = phrase("a weight of 0")
"""Why a patient takes no part whose score leaves nothing to compare her with."""


def _support_note(support: Support | None) -> tuple[Note, ...]:
    if support is None:
        return ()
    n = support.n_left_out_treated + support.n_left_out_control
    if n == 0:
        return (
            Note(
                code="outside_support",
                text=phrase("Every patient lies within the common support; nobody was left out."),
            ),
        )
    n_treated, n_control = support.n_left_out_treated, support.n_left_out_control
    text = phrase(
        "{n:,} patients lie outside the common support and were left out ({n_treated:,} treated, {n_control:,} control); "
        "the score was not fitted again.",
        n=n,
        n_treated=n_treated,
        n_control=n_control,
    )
    if n == 1:
        text = phrase(
            "{n:,} patient lies outside the common support and was left out ({n_treated:,} treated, {n_control:,} "
            "control); the score was not fitted again.",
            n=n,
            n_treated=n_treated,
            n_control=n_control,
        )
    return (Note(code="outside_support", text=text),)
