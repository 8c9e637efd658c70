"""Two criteria applied to the same patients: how far they agree, and whether one of them is the kinder."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.contingency import mcnemar_exact_p, mcnemar_mid_p
from analysis.outcomes.proportion import normal_quantile
from analysis.phrases import phrase

KappaWeights = Literal["unweighted", "linear", "quadratic"]

WEIGHT_NAMES = {"linear": phrase("linear"), "quadratic": phrase("quadratic")}

# Best responses in their order, from best to worst; NE has no place in it.
RESPONSE_ORDER = ("CR", "PR", "SD", "PD")

# An expected agreement, or an eigenvalue of a covariance, this near its limit is the limit but for rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kappa:
    """Agreement beyond chance: 1 is perfect, 0 what the two margins alone would give.

    Attributes
    ----------
    estimate, ci_lower, ci_upper, standard_error : float or None
        None where the margins leave nothing but one category (estimate), or where the error is 0 (limits).
    observed, expected : float
        (Weighted) share of patients on whom the criteria agree, and the share expected from the margins.
    n : int
        Patients who have a category in both criteria.
    weights : {"unweighted", "linear", "quadratic"}
    """

    estimate: float | None
    ci_lower: float | None
    ci_upper: float | None
    standard_error: float | None
    observed: float
    expected: float
    n: int
    weights: KappaWeights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginalTest:
    """A test of whether the two criteria tend to different categories.

    Attributes
    ----------
    name : str
    chi_square : float or None
        None for an exact test, or where no patient differs.
    degrees_of_freedom : int or None
    p_value : float
    """

    name: str
    chi_square: float | None
    degrees_of_freedom: int | None
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreement:
    """Two classifications of the same patients.

    Attributes
    ----------
    categories : tuple of str
        Rows and columns of ``table``, in order.
    table : (k, k) int64
        Patients by the first criterion (rows) and the second (columns), never weighted.
    n : int
        Patients in the table.
    n_left_out : int
        Patients without a category in one or both criteria.
    n_agree : int
    kappa, weighted_kappa : Kappa
        The weighted one uses ``ordered`` categories only; None where fewer than three are ordered.
    ordered : tuple of str
    tests : tuple of MarginalTest
        McNemar (exact and mid-p) where at most two categories are used, Bowker and Stuart–Maxwell where more are.
    confidence_level : float
    method : str
    notes : tuple of Note
    """

    categories: tuple[str, ...]
    table: NDArray[np.int64]
    n: int
    n_left_out: int
    n_agree: int
    kappa: Kappa
    weighted_kappa: Kappa | None
    ordered: tuple[str, ...]
    tests: tuple[MarginalTest, ...]
    confidence_level: float
    method: str
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """The cross-table, first criterion in rows."""
        return pd.DataFrame(self.table, index=list(self.categories), columns=list(self.categories))


def compare_criteria(
    first: ArrayLike,
    second: ArrayLike,
    *,
    categories: Sequence[str] = ("CR", "PR", "SD", "PD", "NE"),
    ordered: Sequence[str] = RESPONSE_ORDER,
    weights: KappaWeights = "linear",
    confidence_level: float = 0.95,
) -> Agreement:
    """Cross two classifications of the same patients, with Cohen's kappa and tests of their margins.

    Parameters
    ----------
    first, second : (n,) of str or None
        Category of every patient by either criterion; None or NaN where it has none.
    categories : sequence of str
        All categories, in the order of the table.
    ordered : sequence of str
        Those with an order, from one end to the other; the weighted kappa leaves patients with another category out.
    weights : {"linear", "quadratic"}
        Of the weighted kappa: partial agreement falls with the distance in categories, or with its square.
    confidence_level : float

    Returns
    -------
    Agreement
        Limits of kappa by the large-sample error of Fleiss, Cohen and Everitt for a kappa other than 0, cut at ±1.
        Bowker's test counts only pairs of cells that hold a patient; Stuart and Maxwell's leaves out a category that
        neither criterion uses. All tests are without continuity correction.

    Raises
    ------
    EstimationError
        If the columns differ in length, hold other categories, or no patient has both.
    SettingsError
        If categories repeat, an ordered one is not among them, or the weights are not known.

    Notes
    -----
    Cohen 1960, doi:10.1177/001316446002000104. Errors: Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106.
    Bowker 1948, doi:10.1080/01621459.1948.10483284. Stuart 1955, doi:10.1093/biomet/42.3-4.412; Maxwell 1970,
    doi:10.1192/bjp.116.535.651.

    Examples
    --------
    >>> recist = ["PR", "SD", "SD", "PD", "SD"]
    >>> mrecist = ["PR", "PR", "SD", "PD", "SD"]
    >>> agreement = compare_criteria(recist, mrecist)
    >>> agreement.n_agree, round(agreement.kappa.estimate, 4)
    (4, 0.6875)
    """
    names, order = tuple(categories), tuple(ordered)
    _check_settings(names, order, weights)
    rows, columns = _codes(first, names, phrase("first")), _codes(second, names, phrase("second"))
    if rows.size != columns.size:
        raise EstimationError(
            phrase(
                "Both criteria must describe the same patients; {n_first} and {n_second} entries were "
                "found. Give one entry for each patient in both.",
                n_first=rows.size,
                n_second=columns.size,
            )
        )
    both = (rows >= 0) & (columns >= 0)
    if not both.any():
        raise EstimationError(
            phrase(
                "Two criteria can be compared only in patients who have both; of {n} patients "
                "none has. Choose two columns of the same cohort.",
                n=rows.size,
            )
        )
    k = len(names)
    table = np.bincount(rows[both] * k + columns[both], minlength=k * k).reshape(k, k)
    chosen = [names.index(name) for name in order]
    inner = table[np.ix_(chosen, chosen)]
    return Agreement(
        categories=names,
        table=table,
        n=int(table.sum()),
        n_left_out=int(np.count_nonzero(~both)),
        n_agree=int(np.trace(table)),
        kappa=cohen_kappa(table, "unweighted", confidence_level),
        weighted_kappa=cohen_kappa(inner, weights, confidence_level) if len(order) > 2 and inner.sum() else None,
        ordered=order,
        tests=marginal_tests(table),
        confidence_level=confidence_level,
        method=phrase(
            "Cohen's kappa, unweighted and with {weights} weights; limits by Fleiss, Cohen and Everitt",
            weights=WEIGHT_NAMES.get(weights, weights),
        ),
        notes=_notes(table, int(table.sum() - inner.sum()), len(order) > 2),
    )


def _check_settings(names: tuple[str, ...], order: tuple[str, ...], weights: str) -> None:
    problems = []
    if len(set(names)) < len(names) or len(names) < 2:
        problems.append(
            phrase(
                "At least two different categories are needed; {categories} were given. List each once.",
                categories=", ".join(names),
            )
        )
    strange = [name for name in order if name not in names]
    if strange:
        problems.append(
            phrase(
                "Ordered categories must be among the categories; {strangers} are not. Name the same ones in both.",
                strangers=", ".join(strange),
            )
        )
    if weights not in ("linear", "quadratic"):
        problems.append(
            phrase(
                "Weights of kappa must be linear or quadratic; '{weights}' was given. Choose one of the two.",
                weights=weights,
            )
        )
    if problems:
        raise SettingsError(*problems)


def _codes(values: ArrayLike, names: tuple[str, ...], which: str) -> NDArray[np.int64]:
    column = np.asarray(values, dtype=object)
    codes = pd.Index(names).get_indexer(pd.Index(column, dtype=object))
    strange = int(np.count_nonzero((codes < 0) & ~pd.isna(column)))
    if strange:
        raise EstimationError(
            phrase(
                "Every category of the {which} criterion must be one of {categories}; {strange} of "
                "{n} entries are not. Say which of these each label means.",
                which=which,
                categories=", ".join(names),
                strange=strange,
                n=column.size,
            )
        )
    return codes.astype(np.int64)


def _notes(table: NDArray[np.int64], unordered: int, weighted: bool) -> tuple[Note, ...]:
    notes = []
    if weighted and unordered:
        text = phrase(
            "The weighted kappa leaves out {n_unordered} of {n} patients whose category, such as "
            "NE, has no place in the order.",
            n_unordered=unordered,
            n=int(table.sum()),
        )
        notes.append(Note(code="unordered_left_out", text=text))
    if min(np.count_nonzero(table.sum(axis=0)), np.count_nonzero(table.sum(axis=1))) < 2:
        text = phrase(
            "One of the criteria gives every patient the same category: agreement beyond chance is undefined."
        )
        notes.append(Note(code="one_category", text=text))
    return tuple(notes)


def cohen_kappa(
    table: NDArray[np.int64], weights: KappaWeights = "unweighted", confidence_level: float = 0.95
) -> Kappa:
    """Estimate agreement beyond chance from a square table of counts.

    Parameters
    ----------
    table : (k, k) int
        Categories in order where weights are used.
    weights : {"unweighted", "linear", "quadratic"}
    confidence_level : float

    Returns
    -------
    Kappa

    Notes
    -----
    Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106.

    Examples
    --------
    >>> kappa = cohen_kappa(np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    >>> round(kappa.estimate, 2), round(kappa.standard_error, 3)
    (0.68, 0.088)
    """
    n = int(table.sum())
    shares = table / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    agreement = _agreement_weights(len(rows), weights)
    observed, expected = float((agreement * shares).sum()), float(rows @ agreement @ columns)
    if min(1.0 - expected, 1.0 - rows.max(), 1.0 - columns.max()) < ROUNDING:  # one reading knows one category alone
        return Kappa(
            estimate=None,
            ci_lower=None,
            ci_upper=None,
            standard_error=None,
            observed=observed,
            expected=expected,
            n=n,
            weights=weights,
        )
    kappa = (observed - expected) / (1.0 - expected)
    # Average agreement of a row's category with all columns, and of a column's with all rows.
    average = (agreement @ columns)[:, None] + (agreement.T @ rows)[None, :]
    spread = (shares * (agreement - average * (1.0 - kappa)) ** 2).sum() - (kappa - expected * (1.0 - kappa)) ** 2
    error = math.sqrt(max(0.0, float(spread)) / n) / (1.0 - expected)
    half = normal_quantile(confidence_level) * error
    known = error > ROUNDING
    return Kappa(
        estimate=kappa,
        ci_lower=max(-1.0, kappa - half) if known else None,
        ci_upper=min(1.0, kappa + half) if known else None,
        standard_error=error if known else None,
        observed=observed,
        expected=expected,
        n=n,
        weights=weights,
    )


def _agreement_weights(k: int, weights: KappaWeights) -> NDArray[np.float64]:
    if weights == "unweighted":
        return np.eye(k)
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    return 1.0 - (distance if weights == "linear" else distance**2)


def marginal_tests(table: NDArray[np.int64]) -> tuple[MarginalTest, ...]:
    """Test whether two criteria tend to different categories, from a square table of counts.

    Two categories that are used: McNemar's test, exact and mid-p. More: Bowker's test of symmetry and Stuart and
    Maxwell's test of equal margins. Where all patients agree every p-value is 1.

    Examples
    --------
    >>> [round(test.p_value, 4) for test in marginal_tests(np.array([[20, 1], [7, 22]]))]
    [0.0703, 0.0391]
    """
    used = (table.sum(axis=0) > 0) | (table.sum(axis=1) > 0)
    kept = table[np.ix_(used, used)]
    if len(kept) <= 2:
        more, fewer = (int(kept[0, 1]), int(kept[1, 0])) if len(kept) == 2 else (0, 0)
        return (
            MarginalTest(
                name=phrase("McNemar exact"),
                chi_square=None,
                degrees_of_freedom=None,
                p_value=mcnemar_exact_p(more, fewer),
            ),
            MarginalTest(
                name=phrase("McNemar mid-p"),
                chi_square=None,
                degrees_of_freedom=None,
                p_value=mcnemar_mid_p(more, fewer),
            ),
        )
    return (_bowker(kept), _stuart_maxwell(kept))


def _bowker(table: NDArray[np.int64]) -> MarginalTest:
    upper = np.triu_indices(len(table), 1)
    above, below = table[upper], table.T[upper]
    apart = above + below > 0
    statistic = float(((above - below)[apart] ** 2 / (above + below)[apart]).sum())
    return _chi_square_test(phrase("Bowker"), statistic, int(apart.sum()))


def _stuart_maxwell(table: NDArray[np.int64]) -> MarginalTest:
    difference = (table.sum(axis=1) - table.sum(axis=0)).astype(np.float64)
    covariance = -(table + table.T).astype(np.float64)
    np.fill_diagonal(covariance, 0.0)
    np.fill_diagonal(covariance, -covariance.sum(axis=1))
    # Groups of categories between which nobody moves each lose one degree of freedom: the rank says how many are left.
    values, vectors = np.linalg.eigh(covariance)
    kept = values > ROUNDING * max(1.0, float(values.max(initial=0.0)))
    statistic = float((((vectors[:, kept].T @ difference) ** 2) / values[kept]).sum())
    return _chi_square_test(phrase("Stuart–Maxwell"), statistic, int(kept.sum()))


def _chi_square_test(name: str, statistic: float, degrees_of_freedom: int) -> MarginalTest:
    if degrees_of_freedom == 0:
        return MarginalTest(name=name, chi_square=None, degrees_of_freedom=None, p_value=1.0)
    return MarginalTest(
        name=name,
        chi_square=statistic,
        degrees_of_freedom=degrees_of_freedom,
        p_value=float(chdtrc(degrees_of_freedom, statistic)),
    )
