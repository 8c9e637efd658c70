"""One sweep over calipers, and what is collected on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.cohort.selection import StudyCohort
from analysis.design.caliper_sweep import CaliperStep, caliper_range, caliper_steps
from analysis.design.propensity import PropensityModel
from analysis.errors import SettingsError
from analysis.phrases import phrase
from analysis.settings import StudySettings
from analysis.study.caliper_path.balance import PathBalance, largest_size, path_balance
from analysis.study.caliper_path.effects import EffectAt, PathEffects, path_effects
from analysis.study.caliper_path.result import CaliperPath, Floats
from analysis.study.caliper_path.suggestion import suggest_caliper


def caliper_path(
    patients: StudyCohort,
    propensity: PropensityModel,
    settings: StudySettings,
    endpoint: str | None = None,
    *,
    calipers: Sequence[float] | None = None,
    progress: Callable[[float], None] | None = None,
) -> CaliperPath:
    """Follow the study's design over calipers: whom it keeps, how alike the arms are, and the effect.

    Everything but the caliper stays as the study says: order, ratio, strata, support and further calipers; the width of
    one standard deviation and the divisors of the differences do not change along the path. At the study's own caliper
    the figures are those of the study.

    Two rules suggest a caliper, and ``knee_reason`` says which one did. The first: the widest caliper at which every
    |SMD| is below 0.1, provided that it keeps at least half of the sets that the widest caliper of the path keeps.
    Where there is none, the caliper at which the curve of sets kept against largest |SMD| bends most: with both
    rescaled to run from 0 to 1 over the path, that at which sets exceed |SMD| by most (Satopää et al. 2011).
    No outcome has a part in either.

    Parameters
    ----------
    patients : StudyCohort
        Who is offered to the design, with outcomes.
    propensity : PropensityModel
        The scores.
    settings : StudySettings
        The study, which forms sets of near patients.
    endpoint : str, optional
        A survival or response endpoint; the first of the study when absent.
    calipers : sequence of float, optional
        Above 0, in the study's unit; about 50 over the useful range when absent. The study's own is added.
    progress : callable, optional
        Called with the share done, from 0 to 1.

    Returns
    -------
    CaliperPath

    Raises
    ------
    SettingsError
        The study weights patients or forms strata, has no such endpoint, or a caliper is not above 0.
    EstimationError
        No set can be formed at the widest caliper.

    Notes
    -----
    Survival endpoints give the marginal hazard ratio with variances over sets, response endpoints the difference of
    objective response rates as in ``compare_response``.

    Source: Satopää, Albrecht, Irwin & Raghavan 2011, doi:10.1109/ICDCSW.2011.20 (the point where a curve bends).
    """
    effects = path_effects(patients, endpoint, settings.confidence.level)
    calipers_of_path = _calipers(patients, propensity, settings, calipers)
    balance = path_balance(patients.covariates, patients.treated, settings.balance)
    steps: list[_Step] = []
    for step in caliper_steps(patients, propensity, settings, calipers_of_path.tolist()):
        smd = balance.smd(step.weights)
        steps.append(_Step(design=step, smd=smd, effect=effects.at(step.weights, step.cluster, step.plain_tests)))
        if progress is not None:
            progress(len(steps) / calipers_of_path.size)
    return _assemble(settings, calipers_of_path, balance, effects, steps)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Step:
    design: CaliperStep
    smd: Floats
    effect: EffectAt


def _calipers(
    patients: StudyCohort, propensity: PropensityModel, settings: StudySettings, given: Sequence[float] | None
) -> Floats:
    if given is None:
        return caliper_range(patients, propensity, settings)
    own = settings.matching.caliper
    wanted = np.array([*given, *([] if own is None else [own])], dtype=np.float64)
    wrong = int(np.count_nonzero(~(np.isfinite(wanted) & (wanted > 0))))
    if wrong or wanted.size == 0:
        raise SettingsError(
            phrase(
                "A path needs calipers that are finite and above 0; of {n} given {wrong} are not. Correct them.",
                n=wanted.size,
                wrong=wrong,
            )
        )
    return np.unique(wanted)


def _assemble(
    settings: StudySettings, calipers: Floats, balance: PathBalance, effects: PathEffects, steps: list[_Step]
) -> CaliperPath:
    smd = np.array([step.smd for step in steps])
    largest = np.array([largest_size(row) for row in smd])
    n_sets = np.array([step.design.n_sets for step in steps], dtype=np.int64)
    suggestion = suggest_caliper(calipers, n_sets, largest)
    own = settings.matching.caliper
    return CaliperPath(
        caliper=calipers,
        caliper_scale=settings.matching.caliper_scale,
        n_sets=n_sets,
        n_treated=np.array([step.design.n_treated for step in steps], dtype=np.int64),
        n_control=np.array([step.design.n_control for step in steps], dtype=np.int64),
        effective_sample_size_treated=np.array([step.design.effective_sample_size_treated for step in steps]),
        effective_sample_size_control=np.array([step.design.effective_sample_size_control for step in steps]),
        terms=balance.terms,
        smd_before=balance.smd_before,
        smd=smd,
        largest_smd_before=largest_size(balance.smd_before),
        largest_smd=largest,
        endpoint=effects.endpoint,
        measure=effects.measure,
        estimate_before=effects.before.estimate,
        estimate=tuple(step.effect.estimate for step in steps),
        ci_lower=tuple(step.effect.ci_lower for step in steps),
        ci_upper=tuple(step.effect.ci_upper for step in steps),
        confidence_level=settings.confidence.level,
        times=effects.times,
        survival_treated_before=effects.before.survival_treated,
        survival_control_before=effects.before.survival_control,
        survival_treated=np.array([step.effect.survival_treated for step in steps]),
        survival_control=np.array([step.effect.survival_control for step in steps]),
        current=calipers.size - 1 if own is None else int(np.searchsorted(calipers, own)),
        knee=suggestion.index,
        knee_reason=suggestion.reason,
    )
