"""The follow-up of a cohort, checked and put in order of time once, for every estimate that is made from it."""

import math
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError
from analysis.outcomes.follow_up_kernel import (
    all_alone,
    arm_columns,
    stratum_order,
    tie_starts,
    time_order,
    weight_range,
)
from analysis.outcomes.words import arm_name
from analysis.phrases import phrase

# Weights that differ by less than this, relative to their mean, are rounding of one and the same weight.
EQUAL_WEIGHTS = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowUp:
    """Patients in order of time, ties found; patients of weight zero are already left out.

    Attributes
    ----------
    rows : (n,) int64
        Where each patient stood in the columns given, so that other columns can be put in the same order.
    time, event, treated, weights : (n,) arrays
        Sorted by time (by stratum first where strata were given). Weights are 1 where none were given and where all
        are the same; otherwise they are in units of ``weight_unit``.
    weight_unit : float
        What a weight of 1 here was in the weights given: a power of two near their mean, which rounds nothing and
        keeps tiny and large weights alike within reach of squares and sums.
    cluster : (n,) int64
        Number of the patient's cluster, 0 to ``n_clusters`` − 1; every patient their own where none was given.
    n_clusters : int
        Length of an array that holds one entry per cluster number; numbers may go unused.
    starts : (g + 1,) int64
        Where each run of tied times starts, and n.
    run_stratum : (g,) int64
        Stratum of each run; 0 when there are no strata.
    tie_gap : float
        Neighbouring times at most this far apart are tied.
    weighted, clustered : bool
        Weights differ; clusters were given.
    unit : {"patients", "clusters"}
        What varies independently: clusters where some cluster has several patients.
    """

    rows: NDArray[np.int64]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    weights: NDArray[np.float64]
    weight_unit: float
    cluster: NDArray[np.int64]
    n_clusters: int
    starts: NDArray[np.int64]
    run_stratum: NDArray[np.int64]
    tie_gap: float
    weighted: bool
    clustered: bool
    unit: Literal["patients", "clusters"]


def sort_follow_up(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
) -> FollowUp:
    """Check the follow-up of a cohort and sort it by time, within strata where there are any.

    Times whose neighbours are at most 1.5e-8 apart, absolutely or relative to the mean of the distinct times,
    count as tied, as in R. Patients of weight zero are left out of every count.

    Parameters
    ----------
    time : (n,) numbers
        Time from the index date to the event or to the last contact, any unit, finite and ≥ 0.
    event : (n,) bool
        True where the event was observed, False where the patient was censored.
    treated : (n,) bool, optional
        True in the treated arm. When given, both arms must hold patients.
    weights : (n,) numbers, optional
        Finite and ≥ 0.
    cluster : (n,) labels, optional
        Patients with the same label belong together, for example to one matched set.
    stratum : (n,) labels, optional
        Patients are compared only with patients of the same stratum. Ties are found over the whole cohort first.

    Raises
    ------
    EstimationError
        With one sentence for each thing that does not hold.
    """
    times = np.asarray(time, dtype=np.float64)
    given = {"event": event, "treated": treated, "weights": weights, "cluster": cluster, "stratum": stratum}
    columns = {name: np.asarray(column) for name, column in given.items() if column is not None}
    _refuse_wrong_shape(times, columns)
    problems = time_problems(times) + _flag_problems(columns) + weight_problems(columns.get("weights"))
    clusters = _label_codes("cluster", columns, problems)
    strata = _label_codes("stratum", columns, problems)
    if problems:
        raise EstimationError(*problems)

    order = time_order(times)
    mass = columns["weights"].astype(np.float64)[order] if "weights" in columns else None
    if mass is not None and mass.min() == 0.0:
        order, mass = order[mass > 0.0], mass[mass > 0.0]
    arm = columns["treated"].astype(np.bool_)[order] if "treated" in columns else np.zeros(order.size, dtype=np.bool_)
    _refuse_empty(arm, two_arms="treated" in columns)
    ordered = times[order]
    scaled = ScaledWeights(np.ones(order.size), 1.0, False) if mass is None else scaled_weights(mass)
    starts, gap = tie_starts(ordered)
    units = order if clusters is None else clusters.codes[order]
    follow_up = FollowUp(
        rows=order,
        time=ordered,
        event=columns["event"].astype(np.bool_)[order],
        treated=arm,
        weights=scaled.weights,
        weight_unit=scaled.unit,
        cluster=units,
        n_clusters=times.size if clusters is None else clusters.n,
        starts=starts,
        run_stratum=np.zeros(starts.size - 1, dtype=np.int64),
        tie_gap=gap,
        weighted=scaled.differ,
        clustered=clusters is not None,
        unit="patients" if clusters is None or all_alone(units, clusters.n) else "clusters",
    )
    return follow_up if strata is None else _by_stratum(follow_up, strata.codes[order], strata.n)


def _refuse_wrong_shape(times: NDArray[np.float64], columns: dict[str, NDArray[Any]]) -> None:
    if times.ndim == 1 and all(column.shape == times.shape for column in columns.values()):
        refuse_no_patients(times.size)
        return
    found = ", ".join(f"{name} {column.size}" for name, column in {"time": times, **columns}.items())
    raise EstimationError(
        phrase(
            "Every column must have one entry for each patient; the entries found are: {sizes}. "
            "Give columns of the same patients, one dimension each.",
            sizes=found,
        )
    )


def refuse_no_patients(n: int) -> None:
    """Refuse a cohort without anyone whose follow-up is known."""
    if n == 0:
        raise EstimationError(
            phrase(
                "There must be at least one patient with a known time and event; none was found. "
                "Choose an endpoint that was recorded in this cohort."
            )
        )


def time_problems(times: NDArray[np.float64]) -> list[str]:
    """What is wrong with times, in sentences."""
    if times.min() >= 0.0 and times.max() < np.inf:
        return []
    wrong = int(np.count_nonzero(~(np.isfinite(times) & (times >= 0.0))))
    return [
        phrase(
            "Every time must be a finite number of at least 0; {wrong} of {n} times are not. "
            "Correct them in the file or leave these patients out of this endpoint.",
            wrong=wrong,
            n=times.size,
        )
    ]


def _flag_problems(columns: dict[str, NDArray[Any]]) -> list[str]:
    problems = []
    for name in ("event", "treated"):
        flags = columns.get(name)
        if flags is None or flags.dtype == np.bool_:
            continue
        wrong = int(np.count_nonzero(~np.isin(flags, (0, 1))))
        if wrong:
            problems.append(
                phrase(
                    "The column '{column}' must hold true or false (1 or 0) only; {wrong} of {n} "
                    "entries are neither. Say which value means true and leave out patients in whom it "
                    "is unknown.",
                    column=name,
                    wrong=wrong,
                    n=flags.size,
                )
            )
    return problems


def weight_problems(weights: NDArray[Any] | None) -> list[str]:
    """What is wrong with weights, in sentences."""
    if weights is None:
        return []
    if weights.dtype.kind not in "fiub":
        return [phrase("Weights must be numbers; another kind of value was found. Give one number for each patient.")]
    if weights.min() >= 0 and weights.max() < np.inf:
        return []
    wrong = int(np.count_nonzero(~(np.isfinite(weights) & (weights >= 0))))
    return [
        phrase(
            "Every weight must be a finite number of at least 0; {wrong} of {n} weights are "
            "not. Use the weights of a design, with 0 for patients left out.",
            wrong=wrong,
            n=weights.size,
        )
    ]


class _Codes(NamedTuple):
    codes: NDArray[np.int64]
    n: int


def _label_codes(name: str, columns: dict[str, NDArray[Any]], problems: list[str]) -> _Codes | None:
    labels = columns.get(name)
    if labels is None:
        return None
    if labels.dtype.kind in "iu":
        lowest, highest = int(labels.min()), int(labels.max())
        if highest - lowest < 4 * labels.size:  # nearly consecutive numbers need no look-up table
            return _Codes(labels.astype(np.int64) - lowest, highest - lowest + 1)
    codes, found = pd.factorize(labels)
    missing = int(np.count_nonzero(codes < 0))
    if missing:
        problems.append(
            phrase(
                "Every patient must belong to a cluster; {missing} of {n} have none. Give each of these patients a "
                "cluster of their own.",
                missing=missing,
                n=labels.size,
            )
            if name == "cluster"
            else phrase(
                "Every patient must belong to a stratum; {missing} of {n} have none. Give each of these patients a "
                "stratum of their own.",
                missing=missing,
                n=labels.size,
            )
        )
    return _Codes(codes.astype(np.int64), len(found))


def _refuse_empty(treated: NDArray[np.bool_], *, two_arms: bool) -> None:
    if treated.size == 0:
        raise EstimationError(
            phrase("Some patient must have a weight above 0; none has. Use a design that keeps patients.")
        )
    if two_arms:
        refuse_empty_arm(int(np.count_nonzero(treated)), treated.size)


def refuse_empty_arm(n_treated: int, n: int) -> None:
    """Refuse patients who are all of one arm."""
    if 0 < n_treated < n:
        return
    empty = arm_name(n_treated == 0)
    raise EstimationError(
        phrase(
            "Both arms must hold patients; the {arm} arm has none of the {n} found. Choose two "
            "arms that both have follow-up for this endpoint.",
            arm=empty,
            n=n,
        )
    )


class ScaledWeights(NamedTuple):
    """Weights, what 1 stands for in them, and whether they differ."""

    weights: NDArray[np.float64]
    unit: float
    differ: bool


def scaled_weights(weights: NDArray[np.float64]) -> ScaledWeights:
    """Weights in units of a power of two near their mean, or ones where they do not differ."""
    smallest, largest, mean = weight_range(weights)
    if largest - smallest <= EQUAL_WEIGHTS * mean:
        return ScaledWeights(np.ones(weights.size), mean, False)
    power = round(math.log2(mean))
    return ScaledWeights(weights if power == 0 else np.ldexp(weights, -power), math.ldexp(1.0, power), True)


def _by_stratum(follow_up: FollowUp, codes: NDArray[np.int64], n_strata: int) -> FollowUp:
    order, starts, run_stratum = stratum_order(follow_up.starts, codes, n_strata)
    return replace(
        follow_up,
        rows=follow_up.rows[order],
        time=follow_up.time[order],
        event=follow_up.event[order],
        treated=follow_up.treated[order],
        weights=follow_up.weights[order],
        cluster=follow_up.cluster[order],
        starts=starts,
        run_stratum=run_stratum,
    )


def one_arm(follow_up: FollowUp, treated: bool) -> FollowUp:
    """The patients of one arm, in order of time; cluster numbers stay those of the whole cohort."""
    labels, amounts, event, starts, gap = arm_columns(
        treated,
        follow_up.rows,
        follow_up.time,
        follow_up.event,
        follow_up.treated,
        follow_up.weights,
        follow_up.cluster,
    )
    (rows, cluster), (time, weights) = labels, amounts
    scaled = scaled_weights(weights) if follow_up.weighted else ScaledWeights(weights, 1.0, False)
    return FollowUp(
        rows=rows,
        time=time,
        event=event,
        treated=np.full(rows.size, treated),
        weights=scaled.weights,
        weight_unit=follow_up.weight_unit * scaled.unit,
        cluster=cluster,
        n_clusters=follow_up.n_clusters,
        starts=starts,
        run_stratum=np.zeros(starts.size - 1, dtype=np.int64),
        tie_gap=gap,
        weighted=scaled.differ,
        clustered=follow_up.clustered,
        unit=follow_up.unit,
    )


def without_weights(follow_up: FollowUp) -> FollowUp:
    """The same patients, each counted once and on their own."""
    if not (follow_up.weighted or follow_up.clustered):
        return follow_up
    n = follow_up.time.size
    return FollowUp(
        rows=follow_up.rows,
        time=follow_up.time,
        event=follow_up.event,
        treated=follow_up.treated,
        weights=np.ones(n) if follow_up.weighted else follow_up.weights,
        weight_unit=1.0,
        cluster=np.arange(n),
        n_clusters=n,
        starts=follow_up.starts,
        run_stratum=follow_up.run_stratum,
        tie_gap=follow_up.tie_gap,
        weighted=False,
        clustered=False,
        unit="patients",
    )
