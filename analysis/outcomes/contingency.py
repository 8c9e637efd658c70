"""Tests of a two-by-two table: two arms, an outcome that is there or is not."""

from dataclasses import dataclass

from scipy.special import bdtr

from analysis.outcomes.rate_kernel import approximate_tests, rarer_tables

# Tables whose probability exceeds the observed one's by less than this, relatively, count as equally likely,
# so that rounding does not decide which tables are "at least as extreme".
FISHER_TIE = 1e-7

# Below this expected count in any cell the chi-squared approximation is not trusted.
SMALLEST_EXPECTED = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoByTwo:
    """Counts of patients with an outcome and of all patients, in two arms.

    Attributes
    ----------
    treated_count, control_count : int
        Patients with the outcome.
    treated_n, control_n : int
        All patients of the arm.
    """

    treated_count: int
    treated_n: int
    control_count: int
    control_n: int

    @property
    def cells(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Observed counts, with and without the outcome, the treated arm first."""
        return (
            (self.treated_count, self.treated_n - self.treated_count),
            (self.control_count, self.control_n - self.control_count),
        )

    @property
    def expected(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Counts expected if both arms had one and the same rate."""
        n = self.treated_n + self.control_n
        having = self.treated_count + self.control_count
        # Products of whole numbers before the one division: an expected count of 5 is exactly 5.
        return (
            (self.treated_n * having / n, self.treated_n * (n - having) / n),
            (self.control_n * having / n, self.control_n * (n - having) / n),
        )


def too_small_for_chi_squared(table: TwoByTwo) -> bool:
    """Tell whether any expected count is below 5, so that Fisher's test is the one to name."""
    n, having = table.treated_n + table.control_n, table.treated_count + table.control_count
    return min(table.treated_n, table.control_n) * min(having, n - having) / n < SMALLEST_EXPECTED


def pearson_p(table: TwoByTwo) -> float | None:
    """Test whether two rates are equal by Pearson's chi-squared without continuity correction.

    None where nobody, or everybody, has the outcome: then nothing can be compared.

    Examples
    --------
    >>> round(pearson_p(TwoByTwo(treated_count=10, treated_n=25, control_count=3, control_n=25)), 4)
    0.024
    """
    return approximate_p_values(table)[0]


def yates_p(table: TwoByTwo) -> float | None:
    """Test whether two rates are equal by Pearson's chi-squared with Yates's correction.

    The correction is at most the deviation itself, so that a table without any deviation has p = 1.

    Examples
    --------
    >>> round(yates_p(TwoByTwo(treated_count=10, treated_n=25, control_count=3, control_n=25)), 4)
    0.0531
    """
    return approximate_p_values(table)[1]


def likelihood_ratio_p(table: TwoByTwo) -> float | None:
    """Test whether two rates are equal by the likelihood-ratio chi-squared (G).

    None where nobody, or everybody, has the outcome.

    Examples
    --------
    >>> round(likelihood_ratio_p(TwoByTwo(treated_count=10, treated_n=25, control_count=3, control_n=25)), 4)
    0.0212
    """
    return approximate_p_values(table)[2]


def approximate_p_values(table: TwoByTwo) -> tuple[float | None, float | None, float | None]:
    """The p-values of :func:`pearson_p`, :func:`yates_p` and :func:`likelihood_ratio_p`, in this order, at once."""
    found = approximate_tests(table.treated_count, table.treated_n, table.control_count, table.control_n)
    return (None, None, None) if found[0] != found[0] else found


def fisher_p(table: TwoByTwo) -> float:
    """Test whether two rates are equal by Fisher's exact test, two-sided.

    The p-value adds the probabilities, given both margins, of all tables no more likely than the observed
    one. It is 1 where only one table is possible. Work grows with the root of the smaller margin only.

    Notes
    -----
    Source: Agresti 1992, doi:10.1214/ss/1177011454.

    Examples
    --------
    >>> round(fisher_p(TwoByTwo(treated_count=3, treated_n=25, control_count=0, control_n=25)), 4)
    0.2347
    """
    having = table.treated_count + table.control_count
    p_value: float = rarer_tables(table.treated_n, table.control_n, having, table.treated_count, FISHER_TIE)
    return p_value


def mcnemar_exact_p(treated_only: int, control_only: int) -> float:
    """Test, in matched pairs, whether the outcome is as frequent in both arms; exact, conditional, two-sided.

    Only pairs in which one of the two patients has the outcome count: given their number, the treated one
    is it in half of them. Without such a pair p = 1.

    Parameters
    ----------
    treated_only, control_only : int
        Pairs in which only the treated, or only the control, patient has the outcome.

    Examples
    --------
    >>> mcnemar_exact_p(1, 7)
    0.0703125
    """
    fewer, discordant = min(treated_only, control_only), treated_only + control_only
    return min(1.0, 2 * float(bdtr(fewer, discordant, 0.5)))


def mcnemar_mid_p(treated_only: int, control_only: int) -> float:
    """Test, in matched pairs, whether the outcome is as frequent in both arms; McNemar's mid-p, two-sided.

    The exact p-value less the probability of the observed split, half of it where the split is even; without
    a discordant pair p = 1. Less conservative than the exact test.

    Parameters
    ----------
    treated_only, control_only : int
        Pairs in which only the treated, or only the control, patient has the outcome.

    Notes
    -----
    Source: Fagerland, Lydersen & Laake 2013, doi:10.1186/1471-2288-13-91.

    Examples
    --------
    >>> mcnemar_mid_p(1, 7)
    0.0390625
    """
    fewer, discordant = min(treated_only, control_only), treated_only + control_only
    if discordant == 0:
        return 1.0
    at_most = float(bdtr(fewer, discordant, 0.5))
    if treated_only == control_only:
        return 1.5 - at_most
    return at_most + (float(bdtr(fewer - 1, discordant, 0.5)) if fewer else 0.0)
