"""The follow-up of an endpoint, sorted once for every comparison that is made of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimationError
from analysis.outcomes.follow_up import (
    FollowUp,
    refuse_empty_arm,
    refuse_no_patients,
    scaled_weights,
    time_problems,
    weight_problems,
)
from analysis.outcomes.follow_up_kernel import compared_columns, tie_starts, time_order


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderedFollowUp:
    """The patients whose follow-up is known, in order of time.

    Attributes
    ----------
    row : (m,) int64
        Which patient stands where, among all patients of the study.
    time, event, treated : (m,) arrays
        Sorted by time.
    """

    row: NDArray[np.int64]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]

    def everyone(self) -> FollowUp:
        """All of them, each counted once and on their own.

        Raises
        ------
        EstimationError
            If an arm is empty.
        """
        refuse_no_patients(self.row.size)
        refuse_empty_arm(int(np.count_nonzero(self.treated)), self.row.size)
        starts, gap = tie_starts(self.time)
        return FollowUp(
            rows=self.row,
            time=self.time,
            event=self.event,
            treated=self.treated,
            weights=np.ones(self.row.size),
            weight_unit=1.0,
            cluster=np.arange(self.row.size),
            n_clusters=self.row.size,
            starts=starts,
            run_stratum=np.zeros(starts.size - 1, dtype=np.int64),
            tie_gap=gap,
            weighted=False,
            clustered=False,
            unit="patients",
        )

    def under(self, weights: NDArray[np.float64], cluster: NDArray[np.int64]) -> FollowUp:
        """Those with a weight, as a design counts them; nothing is sorted again.

        Parameters
        ----------
        weights : (n,) float64
            Of all patients of the study; 0 for those left out.
        cluster : (n,) int64
            Patients with the same number belong together.

        Raises
        ------
        EstimationError
            If an arm is empty, or a weight is infinite.
        """
        rows, time, event, treated, mass, units, n_clusters, alone, n_treated = compared_columns(
            self.row, self.time, self.event, self.treated, weights, cluster
        )
        refuse_no_patients(rows.size)
        if problems := weight_problems(mass):
            raise EstimationError(*problems)
        refuse_empty_arm(n_treated, rows.size)
        scaled = scaled_weights(mass)
        starts, gap = tie_starts(time)
        return FollowUp(
            rows=rows,
            time=time,
            event=event,
            treated=treated,
            weights=scaled.weights,
            weight_unit=scaled.unit,
            cluster=units,
            n_clusters=n_clusters,
            starts=starts,
            run_stratum=np.zeros(starts.size - 1, dtype=np.int64),
            tie_gap=gap,
            weighted=scaled.differ,
            clustered=True,
            unit="patients" if alone else "clusters",
        )


def order_follow_up(
    time: NDArray[np.float64], event: NDArray[np.bool_], treated: NDArray[np.bool_], known: NDArray[np.bool_]
) -> OrderedFollowUp:
    """Check the follow-up of all patients of a study and sort it by time.

    Parameters
    ----------
    time : (n,) float64
        Finite and ≥ 0 where it is known.
    event, treated : (n,) bool
    known : (n,) bool
        True for patients with a time and an event; the others are left out.

    Raises
    ------
    EstimationError
        If a known time is impossible.

    Examples
    --------
    >>> everyone = np.ones(3, dtype=bool)
    >>> order_follow_up(np.array([2.0, 3.0, 1.0]), everyone, everyone, everyone).row.tolist()
    [2, 0, 1]
    """
    rows = np.flatnonzero(known)
    times = time[rows]
    if rows.size == 0:
        return OrderedFollowUp(row=rows, time=times, event=event[rows], treated=treated[rows])
    if problems := time_problems(times):
        raise EstimationError(*problems)
    order = time_order(times)
    row = rows[order]
    return OrderedFollowUp(row=row, time=times[order], event=event[row], treated=treated[row])
