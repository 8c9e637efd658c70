"""One design at many calipers: the range of calipers that matters, and whom each of them keeps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.design.caliper import caliper_width
from analysis.design.design import Design, design_patients
from analysis.design.matched_sets import OUTSIDE_SUPPORT, MatchedSets
from analysis.design.propensity import PropensityModel
from analysis.errors import EstimationError, SettingsError
from analysis.phrases import phrase
from analysis.settings import MatchingSettings, StudySettings

N_CALIPERS = 50
WIDEST_TO_NARROWEST = 1000.0
"""Calipers narrower than the widest by more than this factor are not looked at."""

DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaliperStep:
    """Whom one caliper keeps.

    Attributes
    ----------
    weights : ndarray of float64, shape (n,)
        0 for a patient left out; all 0 where no set can be formed.
    cluster : ndarray of int64, shape (n,)
        Independent units for variances.
    plain_tests : bool
        As in ``Design``.
    n_sets, n_treated, n_control : int
        Sets, and patients in them.
    effective_sample_size_treated, effective_sample_size_control : float
        (Σw)²/Σw² in each arm.
    """

    weights: NDArray[np.float64]
    cluster: NDArray[np.int64]
    plain_tests: bool
    n_sets: int
    n_treated: int
    n_control: int
    effective_sample_size_treated: float
    effective_sample_size_control: float


def caliper_range(patients: StudyCohort, propensity: PropensityModel, settings: StudySettings) -> NDArray[np.float64]:
    """Calipers from where the first sets appear to where nothing more is gained, about 50, in the study's unit.

    Nearest pairs are formed once without a caliper. The widest caliper takes in the widest of them, the narrowest
    one in fifty; between the two calipers grow by a steady factor and have three digits. The study's own caliper is
    always among them.

    Parameters
    ----------
    patients : StudyCohort
        Who is offered to the design.
    propensity : PropensityModel
        The scores.
    settings : StudySettings
        The study, which forms sets of near patients.

    Returns
    -------
    ndarray of float64, shape (k,)
        Ascending.

    Raises
    ------
    SettingsError
        The study weights patients, or forms strata: there is no caliper.
    EstimationError
        No set can be formed at all.
    """
    _refuse_without_caliper(settings)
    matching = settings.matching
    anywhere = _nearest_anywhere(matching)
    sets = _sets(design_patients(patients, propensity, settings.model_copy(update={"matching": anywhere})))
    distance = propensity.propensity_score if matching.distance == "probability" else propensity.logit
    unit = _width_unit(patients, distance, sets, matching)
    gaps = np.abs(distance[sets.treated_row] - distance[sets.control_row]) / unit if unit > 0 else np.zeros(1)
    own = [] if matching.caliper is None else [matching.caliper]
    if gaps.max() == 0.0:
        return np.array(own or [1.0])
    high = _rounded_up(float(gaps.max()))
    low = max(float(np.quantile(gaps, 1 / N_CALIPERS)), high / WIDEST_TO_NARROWEST)
    between = [_rounded_up(float(caliper)) for caliper in np.geomspace(low, high, N_CALIPERS)[:-1]]
    return np.unique(np.array([*between, high, *own]))


def _refuse_without_caliper(settings: StudySettings) -> None:
    if settings.weighting is None and settings.matching.method != "strata":
        return
    if settings.weighting is None:
        raise SettingsError(
            phrase(
                "A path over calipers needs sets of near patients; this study forms strata. Match by nearest, optimal or "
                "full sets."
            )
        )
    raise SettingsError(
        phrase(
            "A path over calipers needs sets of near patients; this study weights patients. Match by nearest, optimal or "
            "full sets."
        )
    )


def _nearest_anywhere(matching: MatchingSettings) -> MatchingSettings:
    """Nearest pairs by the distance the caliper limits, however far apart, within the same strata and columns."""
    return matching.model_copy(
        update={
            "method": "nearest",
            "order": "closest",
            "replacement": False,
            "caliper": None,
            "min_ratio": 1,
            "distance": "probability" if matching.distance == "probability" else "logit",
            "estimand": "ATC" if matching.estimand == "ATC" else "ATT",
        }
    )


def _sets(design: Design) -> MatchedSets:
    if design.sets is None:
        raise AssertionError("a matching gives sets")
    return design.sets


def _width_unit(
    patients: StudyCohort, distance: NDArray[np.float64], sets: MatchedSets, matching: MatchingSettings
) -> float:
    """The width of a caliper of 1, among the patients offered to the matching."""
    offered = sets.reason != OUTSIDE_SUPPORT
    width = caliper_width(
        distance[offered], patients.treated[offered], caliper=1.0, caliper_scale=matching.caliper_scale
    )
    return 0.0 if width is None else width


def _rounded_up(caliper: float) -> float:
    digits = DIGITS - 1 - floor(log10(caliper))
    step = ceil(caliper * 10.0**digits - 1e-9)
    return round(step * 10.0**-digits, max(digits, 0))


def caliper_steps(
    patients: StudyCohort, propensity: PropensityModel, settings: StudySettings, calipers: Sequence[float]
) -> Iterator[CaliperStep]:
    """Carry out the study's design at each of several calipers.

    Where single partners go to the closest pair first, a narrower caliper stops the same sequence of pairs earlier, and
    one matching at the widest caliper answers for all. Every other design is carried out at each caliper.

    Parameters
    ----------
    patients, propensity, settings
        As in ``caliper_range``.
    calipers : sequence of float
        Ascending, in the study's unit.

    Yields
    ------
    CaliperStep
        One for each caliper, in their order.

    Raises
    ------
    SettingsError
        The study weights patients, or forms strata.
    EstimationError
        No set can be formed at the widest caliper.
    """
    _refuse_without_caliper(settings)
    widest = design_patients(patients, propensity, _at(settings, calipers[-1]))
    if _is_one_sequence(settings.matching):
        distance = propensity.propensity_score if settings.matching.distance == "probability" else propensity.logit
        unit = _width_unit(patients, distance, _sets(widest), settings.matching)
        yield from (_first_pairs(widest, caliper * unit) for caliper in calipers)
        return
    for caliper in calipers[:-1]:
        try:
            yield _step(design_patients(patients, propensity, _at(settings, caliper)))
        except EstimationError:
            yield _nobody(widest)
    yield _step(widest)


def _at(settings: StudySettings, caliper: float) -> StudySettings:
    return settings.model_copy(update={"matching": settings.matching.model_copy(update={"caliper": caliper})})


def _is_one_sequence(matching: MatchingSettings) -> bool:
    """Whether pairs are taken in the order of their distance, none ever given up for a wider one."""
    return (
        matching.method == "nearest"
        and matching.order == "closest"
        and matching.ratio == 1
        and not matching.replacement
        and matching.distance != "mahalanobis"
    )


def _first_pairs(design: Design, width: float) -> CaliperStep:
    sets = _sets(design)
    kept = sets.link_distance <= width
    weights = np.zeros(design.n)
    weights[sets.treated_row[kept]] = 1.0
    weights[sets.control_row[kept]] = 1.0
    n_pairs = int(np.count_nonzero(kept))
    return CaliperStep(
        weights=weights,
        cluster=design.cluster,
        plain_tests=design.plain_tests,
        n_sets=n_pairs,
        n_treated=n_pairs,
        n_control=n_pairs,
        effective_sample_size_treated=float(n_pairs),
        effective_sample_size_control=float(n_pairs),
    )


def _step(design: Design) -> CaliperStep:
    return CaliperStep(
        weights=design.weights,
        cluster=design.cluster,
        plain_tests=design.plain_tests,
        n_sets=_sets(design).n_sets,
        n_treated=design.n_treated,
        n_control=design.n_control,
        effective_sample_size_treated=design.effective_sample_size_treated,
        effective_sample_size_control=design.effective_sample_size_control,
    )


def _nobody(design: Design) -> CaliperStep:
    return CaliperStep(
        weights=np.zeros(design.n),
        cluster=design.cluster,
        plain_tests=design.plain_tests,
        n_sets=0,
        n_treated=0,
        n_control=0,
        effective_sample_size_treated=0.0,
        effective_sample_size_control=0.0,
    )
