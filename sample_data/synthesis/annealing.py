"""Moves single patients' times until the product's own medians and log-rank tests print the published figures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.outcomes.logrank import logrank_test
from analysis.outcomes.survival import kaplan_meier
from sample_data.synthesis.prognosis import (
    DIED_BEFORE_SCAN,
    DIED_UNPROGRESSED,
    PROGRESSED,
    SCAN_INTERVAL_DAYS,
    Courses,
    months,
)
from sample_data.synthesis.published import MEDIAN_MARGIN, SURVIVAL_TARGETS, SurvivalTarget

STEPS = 40_000
WARMEST, COLDEST = 5.0, 0.02

# A median off by this much, or a z statistic off by that much, costs 1.
MEDIAN_SCALE = 0.05
Z_SCALE = 0.01

# Cost of moving a patient's time to e times what was drawn; keeps the courses close to the prognosis.
DRIFT_COST = 6.0

EARLY_DEATH = (14, 66)
LATE_DEATH_FROM = 75
EARLIEST_PROGRESSION = 40
DEATH_AFTER_PROGRESSION = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Populations:
    """Who is treated with lenvatinib, and who is in a pair."""

    treated: NDArray[np.bool_]
    matched: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figures:
    """Medians (months; None when not reached), signed log-rank statistic and p-value, as the product computes them."""

    lenvatinib_median: float | None
    sorafenib_median: float | None
    z: float
    p_value: float


def anneal_courses(drawn: Courses, populations: Populations, rng: np.random.Generator) -> Courses | None:
    """Search times that reach every published median and p-value; None when the search ends without.

    One patient's time moves at a time, within what their course allows; worse states are accepted ever more
    rarely. The statistic is signed, so that lenvatinib is favoured in every contrast.
    """
    courses, figures = drawn, all_figures(drawn, populations)
    cost = distance_from_targets(figures) + _drift(drawn, drawn)
    for temperature in np.geomspace(WARMEST, COLDEST, STEPS):
        if reached(figures):
            return courses
        moved = _move(courses, int(rng.integers(len(drawn.kind))), rng)
        if moved is None:
            continue
        moved_figures = all_figures(moved, populations)
        moved_cost = distance_from_targets(moved_figures) + _drift(moved, drawn)
        if moved_cost <= cost or rng.random() < np.exp((cost - moved_cost) / temperature):
            courses, figures, cost = moved, moved_figures, moved_cost
    return None


def all_figures(courses: Courses, populations: Populations) -> tuple[Figures, ...]:
    """Compute the figures of every target, in the order of `SURVIVAL_TARGETS`."""
    return tuple(_figures(target, courses, populations) for target in SURVIVAL_TARGETS)


def _figures(target: SurvivalTarget, courses: Courses, populations: Populations) -> Figures:
    days, event = (
        (courses.pfs_days, courses.pfs_event) if target.endpoint == "PFS" else (courses.os_days, courses.os_event)
    )
    included = populations.matched if target.matched else np.ones(len(days), dtype=bool)
    time, event, treated = months(days)[included], event[included], populations.treated[included]
    test = logrank_test(time, event, treated)
    return Figures(
        lenvatinib_median=kaplan_meier(time[treated], event[treated]).median,
        sorafenib_median=kaplan_meier(time[~treated], event[~treated]).median,
        z=float(np.sign(test.observed_treated - test.expected_treated) * np.sqrt(test.chi_square)),
        p_value=test.p_value,
    )


def reached(figures: tuple[Figures, ...]) -> bool:
    """Tell whether every figure is printed as published, lenvatinib favoured throughout."""
    return all(
        figure.lenvatinib_median is not None
        and figure.sorafenib_median is not None
        and abs(figure.lenvatinib_median - target.lenvatinib_median) <= MEDIAN_MARGIN
        and abs(figure.sorafenib_median - target.sorafenib_median) <= MEDIAN_MARGIN
        and abs(figure.p_value - target.p_value) <= target.p_margin
        and figure.z < 0
        for figure, target in zip(figures, SURVIVAL_TARGETS, strict=True)
    )


def distance_from_targets(figures: tuple[Figures, ...]) -> float:
    """Give 0 when all figures are as published, more the further any of them is."""
    cost = 0.0
    for figure, target in zip(figures, SURVIVAL_TARGETS, strict=True):
        for median, wanted in (
            (figure.lenvatinib_median, target.lenvatinib_median),
            (figure.sorafenib_median, target.sorafenib_median),
        ):
            # A median that is not reached costs as much as one far too late.
            cost += (((median if median is not None else 3 * wanted) - wanted) / MEDIAN_SCALE) ** 2
        cost += ((figure.z - target.z) / Z_SCALE) ** 2
    return cost


def _drift(courses: Courses, drawn: Courses) -> float:
    pfs, survival = np.log(courses.pfs_days / drawn.pfs_days), np.log(courses.os_days / drawn.os_days)
    return DRIFT_COST * float(np.sum(pfs**2) + np.sum(survival**2))


def _move(courses: Courses, patient: int, rng: np.random.Generator) -> Courses | None:
    kind, died = courses.kind[patient], bool(courses.os_event[patient])
    pfs, survival = int(courses.pfs_days[patient]), int(courses.os_days[patient])
    if kind in (DIED_BEFORE_SCAN, DIED_UNPROGRESSED):
        pfs = survival = _nearby(pfs, rng)
    elif kind == PROGRESSED and died and rng.random() < 0.5:
        survival = _nearby(survival, rng)
    elif kind == PROGRESSED:
        pfs = _other_scan(pfs, rng)
    unmoved = (pfs, survival) == (courses.pfs_days[patient], courses.os_days[patient])
    if unmoved or not _is_allowed(kind, died, pfs, survival, int(courses.longest_days[patient])):
        return None
    pfs_days, os_days = courses.pfs_days.copy(), courses.os_days.copy()
    pfs_days[patient], os_days[patient] = pfs, survival
    return courses.with_days(pfs_days, os_days)


def _nearby(days: int, rng: np.random.Generator) -> int:
    return int(np.rint(days * np.exp(rng.normal(0, 0.15))))


def _other_scan(days: int, rng: np.random.Generator) -> int:
    # Progression is seen at a scan: the same one some days off, or the one before or after.
    scans = int(rng.choice([-1, 0, 0, 1]))
    return days + scans * SCAN_INTERVAL_DAYS + int(rng.integers(-5, 6))


def _is_allowed(kind: str, died: bool, pfs: int, survival: int, longest: int) -> bool:
    if kind == DIED_BEFORE_SCAN:
        return EARLY_DEATH[0] <= survival <= EARLY_DEATH[1]
    if kind == DIED_UNPROGRESSED:
        return LATE_DEATH_FROM <= survival <= longest
    return pfs >= EARLIEST_PROGRESSION and pfs + died * DEATH_AFTER_PROGRESSION <= survival <= longest
