"""The patients of a subgroup analysis: checked, counted by level, and what a reader must know of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.rate_effects import Estimate
from analysis.outcomes.subgroups.levels import SubgroupLevels
from analysis.outcomes.subgroups.result import Interaction, SubgroupLevel
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgroupPatients:
    """Patients of a known level and a weight above 0."""

    outcome: NDArray[np.bool_]
    time: NDArray[np.float64] | None
    treated: NDArray[np.bool_]
    level: NDArray[np.int64]
    weights: NDArray[np.float64] | None
    cluster: NDArray[np.int64] | None
    n_missing: int

    @property
    def robust(self) -> bool:
        return self.weights is not None or self.cluster is not None

    @property
    def mass(self) -> NDArray[np.float64]:
        return np.ones(self.level.size) if self.weights is None else self.weights


def subgroup_patients(
    outcome: ArrayLike,
    treated: ArrayLike,
    levels: SubgroupLevels,
    weights: ArrayLike | None,
    cluster: ArrayLike | None,
    time: ArrayLike | None,
) -> SubgroupPatients:
    """Check the columns of a subgroup analysis and keep the patients who take part in it.

    Parameters
    ----------
    outcome, treated : (n,) bool
        Event or response, and arm.
    levels : SubgroupLevels
        Of the same n patients; −1 for no value.
    weights : (n,) numbers or None
        ≥ 0; 0 takes no part.
    cluster : (n,) labels or None
        Patients who belong together.
    time : (n,) numbers or None
        Of a survival endpoint.

    Returns
    -------
    SubgroupPatients

    Raises
    ------
    EstimationError
        If columns differ in length, a weight is impossible, or nobody has a level.
    """
    given = {"treated": treated, "outcome": outcome, "time": time, "weights": weights, "cluster": cluster}
    columns: dict[str, NDArray[Any]] = {
        name: np.asarray(column) for name, column in given.items() if column is not None
    }
    if any(column.shape != levels.codes.shape for column in columns.values()):
        sizes = ", ".join(f"{name} {column.size}" for name, column in {**columns, "levels": levels.codes}.items())
        raise EstimationError(
            phrase(
                "Every column must have one entry for each patient; the entries found are: {sizes}. "
                "Give columns of the same patients, one dimension each.",
                sizes=sizes,
            )
        )
    mass = columns.get("weights")
    if mass is not None and not bool(np.all(np.isfinite(mass) & (mass >= 0))):
        raise EstimationError(
            phrase(
                "Every weight must be a finite number of at least 0; {wrong} of {n} "
                "weights are not. Use the weights of a design, with 0 for patients left out.",
                wrong=int(np.count_nonzero(~(np.isfinite(mass) & (mass >= 0)))),
                n=mass.size,
            )
        )
    present = np.ones(levels.codes.shape, dtype=np.bool_) if mass is None else mass > 0
    kept = present & (levels.codes >= 0)
    if not kept.any():
        raise EstimationError(
            phrase(
                "A subgroup must have patients of a known level; none of {n} patients has one. Choose another column.",
                n=int(present.sum()),
            )
        )
    units = columns.get("cluster")
    return SubgroupPatients(
        outcome=columns["outcome"].astype(np.bool_)[kept],
        time=None if time is None else columns["time"].astype(np.float64)[kept],
        treated=columns["treated"].astype(np.bool_)[kept],
        level=levels.codes[kept],
        weights=None if mass is None else mass.astype(np.float64)[kept],
        cluster=None if units is None else np.unique(units[kept], return_inverse=True)[1].astype(np.int64),
        n_missing=int(np.count_nonzero(present & ~kept)),
    )


def rows_of(column: NDArray[Any] | None, rows: NDArray[np.bool_]) -> NDArray[Any] | None:
    """The chosen rows of an optional column; None stays None.

    Parameters
    ----------
    column : (n,) array or None
    rows : (n,) bool
    """
    return None if column is None else column[rows]


def levels_present(patients: SubgroupPatients) -> list[int]:
    """The codes of the levels that any patient who takes part has, ascending.

    Parameters
    ----------
    patients : SubgroupPatients
    """
    return [int(code) for code in np.unique(patients.level)]


def describe_level(
    patients: SubgroupPatients,
    levels: SubgroupLevels,
    code: int,
    effect: Callable[[NDArray[np.bool_]], tuple[Estimate, str | None]],
    fewest_patients: int,
    fewest_events: int,
) -> SubgroupLevel:
    """Count a level's patients and events by arm, never weighted, and take its effect.

    Parameters
    ----------
    patients : SubgroupPatients
    levels : SubgroupLevels
    code : int
        Of the level.
    effect : callable
        Gives the effect among the rows of a (n,) bool mask, and why there is none.
    fewest_patients, fewest_events : int
        A level is small with fewer patients in an arm, or fewer events in both together.

    Returns
    -------
    SubgroupLevel
    """
    rows = patients.level == code
    arms = [rows & patients.treated, rows & ~patients.treated]
    sizes = [int(np.count_nonzero(arm)) for arm in arms]
    events = [int(np.count_nonzero(arm & patients.outcome)) for arm in arms]
    estimate, why = effect(rows)
    return SubgroupLevel(
        label=levels.labels[code],
        n_treated=sizes[0],
        n_control=sizes[1],
        events_treated=events[0],
        events_control=events[1],
        effect=estimate,
        why_undefined=why,
        small=min(sizes) < fewest_patients or sum(events) < fewest_events,
    )


def enough_clusters(patients: SubgroupPatients, rows: NDArray[np.bool_], n_parameters: int) -> bool:
    """Whether more clusters than parameters are left, without which a sandwich has directions of no variance."""
    return patients.cluster is None or np.unique(patients.cluster[rows]).size > n_parameters


def subgroup_notes(
    patients: SubgroupPatients, found: tuple[SubgroupLevel, ...], n_compared: int, interaction: Interaction | None
) -> tuple[Note, ...]:
    """What a reader must know: small levels, levels without an effect, no test, patients and sets that do not fit.

    Parameters
    ----------
    patients : SubgroupPatients
    found : tuple of SubgroupLevel
    n_compared : int
        Levels that take part in the test of interaction.
    interaction : Interaction or None

    Returns
    -------
    tuple of Note
    """
    notes = []
    small = [level.label for level in found if level.small]
    if small:
        text = phrase(
            "Few patients or events in {n_small} of {n_levels} levels ({labels}): read their effects as rough.",
            n_small=len(small),
            n_levels=len(found),
            labels=", ".join(small),
        )
        notes.append(Note(code="small_subgroup", text=text))
    if n_compared < len(found):
        text = phrase(
            "{n_without} of {n_levels} levels take no part in the test of interaction: they give "
            "no effect with a variance.",
            n_without=len(found) - n_compared,
            n_levels=len(found),
        )
        notes.append(Note(code="level_without_effect", text=text))
    if interaction is None:
        text = phrase(
            "There is no test of interaction: it needs two levels or more whose effects can be "
            "estimated, and more clusters than rates or coefficients."
        )
        notes.append(Note(code="no_interaction_test", text=text))
    if patients.n_missing:
        text = phrase("{n} patients have no value of this column and take no part.", n=patients.n_missing)
        notes.append(Note(code="level_missing", text=text))
    if patients.cluster is not None:
        several = pd.Series(patients.level).groupby(patients.cluster).nunique()
        split = int((several > 1).sum())
        if split:
            text = phrase(
                "The patients of {split} of {n} sets lie in different levels: within a level the "
                "arms are balanced only as far as the levels were matched.",
                split=split,
                n=several.size,
            )
            notes.append(Note(code="sets_across_levels", text=text))
    return tuple(notes)
