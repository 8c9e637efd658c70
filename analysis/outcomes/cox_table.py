"""The table of a Cox regression: each covariate alone and all of them together, level by level."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.cox import LARGEST_LOGARITHM
from analysis.outcomes.cox_model import CoxModel, cox_model
from analysis.outcomes.follow_up import sort_follow_up
from analysis.outcomes.logrank import chi_square_p_value
from analysis.outcomes.survival import normal_quantile
from analysis.outcomes.words import robust_variance, weighted_word
from analysis.phrases import join_phrases, phrase

# Peduzzi and others 1995: below this the coefficients of a Cox model are unstable.
EVENTS_PER_COEFFICIENT = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxEstimate:
    """The hazard ratio of one level versus the reference, or of one unit more.

    Attributes
    ----------
    hazard_ratio, ci_lower, ci_upper : float
        > 0; above 1 the event happens more often.
    p_value : float
        Wald test of a ratio of 1.
    log_hazard_ratio, standard_error : float
    """

    hazard_ratio: float
    ci_lower: float
    ci_upper: float
    p_value: float
    log_hazard_ratio: float
    standard_error: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointTest:
    """A test of all coefficients of one variable, or of the whole model, at once."""

    chi_square: float
    degrees_of_freedom: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxTableRow:
    """One level of a variable, or a variable of numbers.

    Attributes
    ----------
    level : str or None
        None for numbers, whose ratio is per unit.
    reference : bool
        True for the level the others are compared with; it has no estimates.
    n, n_events : int
        Never weighted.
    univariable, multivariable : CoxEstimate or None
        None for the reference and where no model could be fitted.
    """

    level: str | None
    reference: bool
    n: int
    n_events: int
    univariable: CoxEstimate | None
    multivariable: CoxEstimate | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxTableVariable:
    """A covariate with its rows and its tests as a whole.

    Attributes
    ----------
    univariable_test, multivariable_test : JointTest or None
        Wald test of all its coefficients.
    proportional_hazards : JointTest or None
        Whether its effects in the multivariable model stay the same over follow-up.
    """

    name: str
    rows: tuple[CoxTableRow, ...]
    univariable_test: JointTest | None
    multivariable_test: JointTest | None
    proportional_hazards: JointTest | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxTable:
    """Univariable and multivariable hazard ratios of several covariates.

    Attributes
    ----------
    variables : tuple of CoxTableVariable
        In the order given.
    proportional_hazards : JointTest or None
        All effects of the multivariable model together.
    n, n_events, n_coefficients : int
    events_per_coefficient : float
    robust : bool
        True where standard errors are the sandwich over clusters or patients.
    """

    variables: tuple[CoxTableVariable, ...]
    proportional_hazards: JointTest | None
    n: int
    n_events: int
    n_coefficients: int
    events_per_coefficient: float
    robust: bool
    confidence_level: float
    method: str
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row for each level, with both models side by side; what does not exist is missing."""
        rows = []
        for variable in self.variables:
            for row in variable.rows:
                cells: dict[str, object] = {"variable": variable.name, "level": row.level, "reference": row.reference}
                cells |= {"n": row.n, "n_events": row.n_events}
                for name, estimate in (("univariable", row.univariable), ("multivariable", row.multivariable)):
                    for key in ("hazard_ratio", "ci_lower", "ci_upper", "p_value"):
                        cells[f"{name}_{key}"] = None if estimate is None else getattr(estimate, key)
                rows.append(cells)
        return pd.DataFrame(rows)


def cox_table(
    time: ArrayLike,
    event: ArrayLike,
    covariates: pd.DataFrame,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> CoxTable:
    """Estimate hazard ratios of each covariate alone and of all together, ties by Efron's method.

    After matching or weighting, the same table with the design's weights and clusters and with treatment among the
    covariates is doubly robust: its ratio of treatment holds where either the design or this model is right.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event : (n,) bool
    covariates : DataFrame (n, q)
        Numbers enter as they are, per unit. Categories, words and true/false enter by level; the reference is the
        first category (or the first in order, or false). Levels without patients are left out. Nothing missing.
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together, for example to one matched set.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    CoxTable
        Standard errors as in :func:`~analysis.outcomes.cox_model.cox_model`: R's ``coxph(weights, cluster)``. Tests of
        proportional hazards are R's ``cox.zph(transform = "km")`` for patients who count once and alone, otherwise
        robust over clusters. A model without a maximum leaves its estimates out and says so in a note.

    Raises
    ------
    EstimationError
        If there is no covariate, one is missing in some patients or the same in all, or the columns are impossible.

    Notes
    -----
    Grambsch & Therneau 1994, doi:10.1093/biomet/81.3.515. Events per coefficient: Peduzzi and others 1995,
    doi:10.1016/0895-4356(95)00048-8.

    Examples
    --------
    >>> covariates = pd.DataFrame({"treated": [True, False, True, False]})
    >>> table = cox_table([1, 2, 3, 4], [True] * 4, covariates)
    >>> [(row.level, row.n, row.n_events) for row in table.variables[0].rows]
    [('False', 2, 2), ('True', 2, 2)]
    >>> round(table.variables[0].rows[1].univariable.hazard_ratio, 3)
    2.562
    """
    z = normal_quantile(confidence_level)
    follow_up = sort_follow_up(time, event, weights=weights, cluster=cluster)
    kept = np.sort(follow_up.rows)
    _refuse_covariates(covariates, np.asarray(time).size, kept)
    events = np.asarray(event).astype(np.bool_)[kept]
    design = [_coded(str(name), covariates.iloc[kept, place], events) for place, name in enumerate(covariates.columns)]
    notes = [note for variable in design for note in variable.notes]
    rows = {"time": np.asarray(time)[kept], "event": events}
    rows |= {k: np.asarray(v)[kept] for k, v in (("weights", weights), ("cluster", cluster)) if v is not None}

    alone = [_fitted(rows, variable.columns, variable.name, notes) for variable in design]
    together = alone[0]
    if len(design) > 1:
        together = _fitted(rows, np.column_stack([variable.columns for variable in design]), None, notes)
    places = _places(design)
    n_events, n_coefficients = int(events.sum()), sum(len(place) for place in places)
    notes += _sparse_notes(n_events, n_coefficients)
    notes += _unit_notes(design, alone, together, places)
    return CoxTable(
        variables=tuple(
            _variable(variable, lone, together, place, z)
            for variable, lone, place in zip(design, alone, places, strict=True)
        ),
        proportional_hazards=_proportionality(together, range(n_coefficients)),
        n=kept.size,
        n_events=n_events,
        n_coefficients=n_coefficients,
        events_per_coefficient=n_events / n_coefficients,
        robust=follow_up.weighted or follow_up.clustered,
        confidence_level=confidence_level,
        method=_method(follow_up.weighted, follow_up.clustered, follow_up.unit),
        notes=tuple(notes),
    )


def _refuse_covariates(covariates: pd.DataFrame, n: int, kept: NDArray[np.int64]) -> None:
    if covariates.shape[1] == 0 or covariates.shape[0] != n:
        raise EstimationError(
            phrase(
                "A Cox table needs at least one covariate with an entry for each patient; {n_covariates} "
                "covariates with {n_entries} entries were found for {n} patients. Choose covariates of "
                "the same patients.",
                n_covariates=covariates.shape[1],
                n_entries=covariates.shape[0],
                n=n,
            )
        )
    problems = []
    for place, name in enumerate(covariates.columns):
        column = covariates.iloc[kept, place]
        missing = int(column.isna().sum())
        if pd.api.types.is_numeric_dtype(column) and not missing:
            missing = int(np.count_nonzero(~np.isfinite(column.to_numpy(dtype=np.float64))))
        if missing:
            problems.append(
                phrase(
                    "Every covariate of a Cox table must be known; '{covariate}' is missing in {missing} of "
                    "{n} patients. Choose what is done about missing values, or leave this "
                    "covariate out.",
                    covariate=name,
                    missing=missing,
                    n=len(column),
                )
            )
        elif column.nunique() < 2:
            problems.append(
                phrase(
                    "A covariate of a Cox table must differ between patients; '{covariate}' is the same in "
                    "all {n}. Leave it out.",
                    covariate=name,
                    n=len(column),
                )
            )
    if problems:
        raise EstimationError(*problems)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Coded:
    """A covariate as columns of numbers, with what each level holds; ``levels`` is None for numbers."""

    name: str
    columns: NDArray[np.float64]
    levels: tuple[str, ...] | None
    n: tuple[int, ...]
    n_events: tuple[int, ...]
    notes: tuple[Note, ...]


def _coded(name: str, column: "pd.Series[object]", events: NDArray[np.bool_]) -> _Coded:
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = column.to_numpy(dtype=np.float64)[:, None]
        return _Coded(
            name=name, columns=numbers, levels=None, n=(events.size,), n_events=(int(events.sum()),), notes=()
        )
    categories = pd.Categorical(column).remove_unused_categories()
    codes, levels = categories.codes, tuple(str(level) for level in categories.categories)
    n = np.bincount(codes, minlength=len(levels))
    n_events = np.bincount(codes[events], minlength=len(levels))
    empty = int(np.count_nonzero(n_events == 0))
    text = phrase(
        "'{covariate}' has {n} levels without an event: no finite hazard ratio exists there. "
        "Merge such levels with others or leave the covariate out.",
        covariate=name,
        n=empty,
    )
    if empty == 1:
        text = phrase(
            "'{covariate}' has 1 level without an event: no finite hazard ratio exists there. "
            "Merge such levels with others or leave the covariate out.",
            covariate=name,
        )
    return _Coded(
        name=name,
        columns=(codes[:, None] == np.arange(1, len(levels))).astype(np.float64),
        levels=levels,
        n=tuple(int(count) for count in n),
        n_events=tuple(int(count) for count in n_events),
        notes=(Note(code="level_without_events", text=text),) if empty else (),
    )


def _fitted(
    rows: dict[str, NDArray[np.generic]], columns: NDArray[np.float64], name: str | None, notes: list[Note]
) -> CoxModel | None:
    """The model, or None and a note with the reason."""
    others = {key: rows[key] for key in ("weights", "cluster") if key in rows}
    try:
        return cox_model(rows["time"], rows["event"], columns, **others)
    except EstimationError as error:
        notes += [Note(code="hazard_ratio_not_estimable", text=_unfitted(name, problem)) for problem in error.problems]
        return None


def _unfitted(name: str | None, problem: str) -> str:
    if name is None:
        return phrase("All covariates together: {problem}", problem=problem)
    return phrase("'{covariate}' alone: {problem}", covariate=name, problem=problem)


def _places(design: list[_Coded]) -> list[range]:
    """Where each covariate's columns stand in the multivariable model."""
    ends = np.cumsum([variable.columns.shape[1] for variable in design])
    return [range(int(end) - variable.columns.shape[1], int(end)) for variable, end in zip(design, ends, strict=True)]


def _sparse_notes(n_events: int, n_coefficients: int) -> list[Note]:
    if n_events >= EVENTS_PER_COEFFICIENT * n_coefficients:
        return []
    text = phrase(
        "{n_events} events for {n_coefficients} coefficients, fewer than {fewest} "
        "for each: the multivariable ratios are unstable. Use fewer covariates or levels.",
        n_events=n_events,
        n_coefficients=n_coefficients,
        fewest=EVENTS_PER_COEFFICIENT,
    )
    if n_coefficients == 1:
        text = phrase(
            "{n_events} events for 1 coefficient, fewer than {fewest} for each: the multivariable ratios are unstable. "
            "Use fewer covariates or levels.",
            n_events=n_events,
            fewest=EVENTS_PER_COEFFICIENT,
        )
    return [Note(code="few_events_per_coefficient", text=text)]


def _unit_notes(
    design: list[_Coded], alone: list[CoxModel | None], together: CoxModel | None, places: list[range]
) -> list[Note]:
    """Numbers in so small or large a unit that the ratio of one unit is beyond every number."""
    names = [
        variable.name
        for variable, lone, place in zip(design, alone, places, strict=True)
        for model, k in ((lone, 0), (together, place[0]))
        if variable.levels is None and model is not None and abs(model.coefficients[k]) > LARGEST_LOGARITHM
    ]
    return [
        Note(
            code="hazard_ratio_not_estimable",
            text=phrase(
                "'{covariate}': the hazard ratio of one unit is too far from 1 to be written as a number. "
                "Give the column in another unit.",
                covariate=name,
            ),
        )
        for name in dict.fromkeys(names)
    ]


def _variable(
    variable: _Coded, alone: CoxModel | None, together: CoxModel | None, place: range, z: float
) -> CoxTableVariable:
    own = range(len(place))
    levels: tuple[str | None, ...] = (None,) if variable.levels is None else variable.levels
    offset = len(levels) - len(place)
    rows = tuple(
        CoxTableRow(
            level=level,
            reference=k < offset,
            n=variable.n[k],
            n_events=variable.n_events[k],
            univariable=None if k < offset else _estimate(alone, own[k - offset], z),
            multivariable=None if k < offset else _estimate(together, place[k - offset], z),
        )
        for k, level in enumerate(levels)
    )
    return CoxTableVariable(
        name=variable.name,
        rows=rows,
        univariable_test=_wald(alone, own),
        multivariable_test=_wald(together, place),
        proportional_hazards=_proportionality(together, place),
    )


def _estimate(model: CoxModel | None, k: int, z: float) -> CoxEstimate | None:
    if model is None:
        return None
    beta, error = float(model.coefficients[k]), float(model.standard_errors[k])
    if abs(beta) > LARGEST_LOGARITHM:
        return None
    return CoxEstimate(
        hazard_ratio=math.exp(beta),
        ci_lower=math.exp(beta - z * error),
        ci_upper=math.exp(min(beta + z * error, LARGEST_LOGARITHM)),
        p_value=chi_square_p_value((beta / error) ** 2),
        log_hazard_ratio=beta,
        standard_error=error,
    )


def _wald(model: CoxModel | None, place: Sequence[int]) -> JointTest | None:
    if model is None:
        return None
    chosen = list(place)
    beta, covariance = model.coefficients[chosen], model.covariance[np.ix_(chosen, chosen)]
    # Correlations, so that units of the columns do not matter; fewer clusters than coefficients leave no inverse.
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.matrix_rank(correlation) < len(chosen):
        return None
    standard = beta / scale
    return _joint(float(standard @ np.linalg.solve(correlation, standard)), len(chosen))


def _proportionality(model: CoxModel | None, place: Sequence[int]) -> JointTest | None:
    chi_square = None if model is None else model.changing.chi_square(place)
    return None if chi_square is None else _joint(chi_square, len(place))


def _joint(chi_square: float, degrees: int) -> JointTest:
    return JointTest(
        chi_square=chi_square, degrees_of_freedom=degrees, p_value=float(chdtrc(degrees, max(chi_square, 0.0)))
    )


def _method(weighted: bool, clustered: bool, unit: Literal["patients", "clusters"]) -> str:
    parts = [phrase("Cox regression of each covariate alone and of all together"), phrase("Efron ties")]
    parts += weighted_word(weighted)
    if weighted or clustered:
        parts.append(robust_variance(unit))
    return join_phrases(parts, ", ")
