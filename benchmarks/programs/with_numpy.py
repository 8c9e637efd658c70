"""Scores, matching and balance as they are written without the product: scikit-learn, loops of NumPy, SciPy and pandas."""

import heapq
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import scipy
import sklearn
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors

from benchmarks.material import EXACT, Material
from benchmarks.programs.task import Values, Work

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Pairs = tuple[Rows, Rows]


def versions() -> str:
    """What is compared, with its version."""
    return f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, SciPy {scipy.__version__}, pandas {pd.__version__}"


def works(material: Material) -> dict[str, Work]:
    """The tasks that these libraries do, by name.

    Parameters
    ----------
    material : Material
    """
    covariates, treated = material.covariates(), material["z"] == 1
    matched = np.zeros(treated.size)
    matched[material["matched_row"].astype(np.int64)] = 1.0
    return {
        "score:scikit-learn LogisticRegression": Work(
            run=lambda: fit_score(covariates, treated), read=lambda fit: {"coefficients": fit[1].tolist()}
        ),
        **_matchings(material),
        "balance:NumPy and pandas": Work(
            run=lambda: balance_table(covariates, treated, matched),
            read=lambda table: {str(name): values.tolist() for name, values in table.items()},
        ),
    }


def fit_score(covariates: pd.DataFrame, treated: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Logistic regression without a penalty: the linear predictor of every patient, and the coefficients.

    Columns are standardised for the fit, as the library advises, and the coefficients turned back.
    """
    design = indicator_columns(covariates)
    centre, spread = design.mean(), design.std()
    fit = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10).fit((design - centre) / spread, treated)
    slopes = fit.coef_[0] / spread.to_numpy()
    intercept = float(fit.intercept_[0] - slopes @ centre.to_numpy())
    return design.to_numpy() @ slopes + intercept, np.array([intercept, *slopes])


def indicator_columns(covariates: pd.DataFrame) -> pd.DataFrame:
    """Numbers as they are and levels but the first as columns of 0 and 1, in the order of the covariates."""
    columns = [pd.get_dummies(covariates[[name]], drop_first=True, dtype=float) for name in covariates]
    return pd.concat(columns, axis=1)


def _matchings(material: Material) -> dict[str, Work]:
    logit, treated, width = material["logit"], material["z"] == 1, float(material["caliper_width"][0])
    offered, controls = np.flatnonzero(treated), np.flatnonzero(~treated)
    orders = {
        "largest": np.argsort(-logit[offered], kind="stable"),
        "smallest": np.argsort(logit[offered], kind="stable"),
        "data": np.arange(offered.size),
        "random": material["random_order"].astype(np.int64),
    }

    def loop(order: Rows, strata: Floats | None = None, rounds: int = 1) -> Callable[[], Pairs]:
        return lambda: match_in_order(logit, offered[order], controls, width, strata, rounds)

    return {
        "match_closest:loop over NumPy, heap": _pairing(lambda: match_closest(logit, offered, controls, width)),
        **{f"match_{name}:loop over NumPy": _pairing(loop(order)) for name, order in orders.items()},
        "match_ratio:loop over NumPy": _pairing(loop(orders["data"], rounds=2)),
        "match_replacement:scikit-learn NearestNeighbors": _pairing(
            lambda: match_with_replacement(logit, offered, controls, width)
        ),
        "match_exact:loop over NumPy": _pairing(loop(orders["data"], strata=material[EXACT])),
    }


def _pairing(run: Callable[[], Pairs]) -> Work:
    def read(pairs: Pairs) -> Values:
        order = np.lexsort((pairs[1], pairs[0]))
        return {"pairs": [*pairs[0][order].tolist(), *pairs[1][order].tolist()]}

    return Work(run=run, read=read)


def match_in_order(
    logit: Floats,
    treated_rows: Iterable[int],
    controls: Rows,
    width: float,
    strata: Floats | None = None,
    rounds: int = 1,
) -> Pairs:
    """Give each treated patient in turn the nearest control that is free and within the caliper."""
    values = logit[controls].copy()
    offered, found_treated, found_control = list(treated_rows), [], []
    for _ in range(rounds):
        served = []
        for row in offered:
            gap = np.abs(values - logit[row])
            if strata is not None:
                gap[strata[controls] != strata[row]] = np.inf
            place = int(np.argmin(gap))
            if gap[place] <= width:
                served.append(row)
                found_control.append(int(controls[place]))
                values[place] = np.inf
        found_treated += served
        offered = served
    return np.array(found_treated), np.array(found_control)


def match_closest(logit: Floats, treated_rows: Rows, controls: Rows, width: float) -> Pairs:
    """Take the closest pair that is left, again and again: a heap of every treated patient's nearest free control."""
    values = logit[controls].copy()

    def nearest(row: int) -> tuple[float, int, int]:
        gap = np.abs(values - logit[row])
        place = int(np.argmin(gap))
        return float(gap[place]), row, place

    heap = [nearest(int(row)) for row in treated_rows]
    heapq.heapify(heap)
    found = []
    while heap:
        gap, row, place = heapq.heappop(heap)
        if gap > width:
            break
        if np.isinf(values[place]):
            heapq.heappush(heap, nearest(row))
        else:
            found.append((row, controls[place]))
            values[place] = np.inf
    pairs = np.array(found, dtype=np.int64)
    return pairs[:, 0], pairs[:, 1]


def match_with_replacement(logit: Floats, treated_rows: Rows, controls: Rows, width: float) -> Pairs:
    """Give each treated patient the nearest control within the caliper, taken or not."""
    search = NearestNeighbors(n_neighbors=1).fit(logit[controls, None])
    gap, place = search.kneighbors(logit[treated_rows, None])
    near = gap[:, 0] <= width
    return treated_rows[near], controls[place[near, 0]]


def balance_table(covariates: pd.DataFrame, treated: NDArray[np.bool_], weights: Floats) -> pd.DataFrame:
    """Standardised differences, variance ratios and Kolmogorov–Smirnov distances, before and under the weights."""
    rows = {}
    for name, column in covariates.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            labels = list(column.cat.categories)
            for label in labels[1:] if len(labels) == 2 else labels:
                rows[f"{name}={label}"] = _measures((column == label).to_numpy(float), treated, weights, binary=True)
        else:
            rows[str(name)] = _measures(column.to_numpy(float), treated, weights, binary=False)
    return pd.DataFrame.from_dict(rows, orient="index")


def _measures(values: Floats, treated: NDArray[np.bool_], weights: Floats, *, binary: bool) -> dict[str, float]:
    one = np.ones(values.size)
    before, after = _moments(values, treated, one, binary), _moments(values, treated, weights, binary)
    spread = np.sqrt((before["treated"][1] + before["control"][1]) / 2)
    measured = {}
    for when, moments, weight in (("before", before, one), ("after", after, weights)):
        measured[f"smd_{when}"] = (moments["treated"][0] - moments["control"][0]) / spread
        ratio = np.nan if binary else moments["treated"][1] / moments["control"][1]
        measured[f"variance_ratio_{when}"] = ratio
        measured[f"ks_{when}"] = _largest_gap(values, treated, weight)
    return measured


def _moments(
    values: Floats, treated: NDArray[np.bool_], weights: Floats, binary: bool
) -> dict[str, tuple[float, float]]:
    found = {}
    for name, arm in (("treated", treated), ("control", ~treated)):
        w, x = weights[arm], values[arm]
        total = w.sum()
        mean = (w @ x) / total
        variance = mean * (1 - mean) if binary else (w @ (x - mean) ** 2) * total / (total**2 - w @ w)
        found[name] = (float(mean), float(variance))
    return found


def _largest_gap(values: Floats, treated: NDArray[np.bool_], weights: Floats) -> float:
    order = np.argsort(values)
    signed = np.where(treated, weights / weights[treated].sum(), -weights / weights[~treated].sum())
    last = np.append(np.diff(values[order]) > 0, True)
    return float(np.abs(np.cumsum(signed[order])[last]).max())
