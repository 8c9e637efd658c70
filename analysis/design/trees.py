"""Scores from trees, each from trees that have not seen the patient."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis.design.folds import assign_folds, distinct_rows
from analysis.design.terms import covariate_terms

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

TreeModel = Literal["boosting", "forest"]

NEAREST_TO_CERTAIN = 0.001
"""Scores closer to 0 or 1 than this are moved to it: a forest may return 0 or 1, whose log odds are infinite."""

N_ROUNDS = 100
LEARNING_RATE = 0.1
MAX_DEPTH = 3
SMALLEST_LEAF_BOOSTING = 20
"""Boosting: 100 rounds of trees of depth 3 at learning rate 0.1, at least 20 patients to a leaf, no early stopping."""

N_TREES = 200
SMALLEST_LEAF_FOREST = 10
LARGEST_BOOTSTRAP = 5_000
"""Forest: 200 trees, each on a bootstrap sample of at most 5,000 patients, at least 10 of them to a leaf."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossFittedScores:
    """Every patient's score from trees grown without him.

    Attributes
    ----------
    score : ndarray of float64, shape (n,)
        Probability of treatment, within [0.001, 0.999].
    n_trees : int
        Trees of each fold's model.
    n_clipped : int
        Patients whose score was moved to the nearest score allowed.
    n_distinct : int
        Different rows of covariates.
    """

    score: NDArray[np.float64]
    n_trees: int
    n_clipped: int
    n_distinct: int


def cross_fitted_scores(
    covariates: pd.DataFrame, treated: NDArray[np.bool_], *, model: TreeModel, n_folds: int, seed: int
) -> CrossFittedScores:
    """Estimate scores by gradient boosting or a random forest, by folds that each score the patients left out.

    Patients with the same covariates share a fold, so that they have bit-identical scores and none is scored by trees
    that saw his like. Numbers enter by rank, categories by an indicator for each level: neither units, nor any
    transformation that keeps the order, nor the order of the rows changes a score.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numeric columns and categoricals, complete.
    treated : ndarray of bool, shape (n,)
        True for the treated arm.
    model : {"boosting", "forest"}
        Scikit-learn's HistGradientBoostingClassifier or RandomForestClassifier, on one thread.
    n_folds : int
        Each model is grown on all folds but one.
    seed : int
        Of the folds and of the trees.

    Returns
    -------
    CrossFittedScores

    Raises
    ------
    EstimationError
        An arm has fewer patients than folds, or so few rows of covariates differ that a fold holds a whole arm.

    Notes
    -----
    Cross-fitting: Chernozhukov et al. 2018, doi:10.1111/ectj.12097.
    """
    columns = [_ranks(term.values) for term in covariate_terms(covariates, every_level=True)]
    rows = distinct_rows(columns)
    folds = assign_folds(rows, treated, n_folds=n_folds, seed=seed)
    # Trees are grown on rows in sorted order, so that the file's order cannot matter.
    order = np.lexsort((treated, rows))
    matrix, arm, fold_of = np.column_stack(columns)[order], treated[order], folds[order]
    raw = np.empty(arm.size)
    for fold in range(n_folds):
        left_out = fold_of == fold
        if not left_out.any():
            continue
        trees = _boosting(seed) if model == "boosting" else _forest(seed, int((~left_out).sum()))
        with threadpool_limits(limits=1, user_api="openmp"):
            # One thread, so that sums are added up in one order.
            trees.fit(matrix[~left_out], arm[~left_out])
            raw[left_out] = trees.predict_proba(matrix[left_out])[:, 1]
    score = np.empty(arm.size)
    score[order] = np.clip(raw, NEAREST_TO_CERTAIN, 1 - NEAREST_TO_CERTAIN)
    return CrossFittedScores(
        score=score,
        n_trees=N_ROUNDS if model == "boosting" else N_TREES,
        n_clipped=int(np.count_nonzero((raw < NEAREST_TO_CERTAIN) | (raw > 1 - NEAREST_TO_CERTAIN))),
        n_distinct=int(rows.max()) + 1,
    )


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.unique(values, return_inverse=True)[1].astype(np.float64)


def _boosting(seed: int) -> "HistGradientBoostingClassifier":
    from sklearn.ensemble import HistGradientBoostingClassifier  # slow to load, and few scores come from trees

    return HistGradientBoostingClassifier(
        max_iter=N_ROUNDS,
        learning_rate=LEARNING_RATE,
        max_depth=MAX_DEPTH,
        min_samples_leaf=SMALLEST_LEAF_BOOSTING,
        early_stopping=False,
        random_state=seed,
    )


def _forest(seed: int, n_patients: int) -> "RandomForestClassifier":
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=N_TREES,
        min_samples_leaf=SMALLEST_LEAF_FOREST,
        max_samples=min(n_patients, LARGEST_BOOTSTRAP),
        max_features="sqrt",
        n_jobs=1,
        random_state=seed,
    )
