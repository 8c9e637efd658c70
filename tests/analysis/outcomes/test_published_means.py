"""Restricted means against figures that others printed: the vignette of R's survRM2, patients of the PBC trial."""

import math

import numpy as np
import pytest

from analysis.outcomes.rmst import rmst_comparison
from tests.analysis.outcomes.pbc_reference import patients

# Printed with three decimals: half a unit of the last.
PRINTED = 5.001e-4
# Derivatives by central differences of a thousandth of a cluster's weight.
NUMERIC_SLOPE = 1e-5


def trial(horizon=10, **more):
    cohort = patients()
    return rmst_comparison(cohort["time"], cohort["cause"] == 1, cohort["treated"], horizon=horizon, **more)


def test_the_trial_has_the_patients_of_the_vignette():
    cohort = patients()
    assert (cohort["treated"].sum(), (~cohort["treated"]).sum()) == (158, 154)
    np.testing.assert_allclose(cohort["time"][:3], [1.095140, 12.320329, 2.770705], atol=5e-7)


def test_ten_years_as_survrm2_prints_them():
    means = trial()
    z = 1.959963984540054
    printed = {
        "treated": (7.146, 0.283, 6.592, 7.701),
        "control": (7.283, 0.295, 6.704, 7.863),
    }
    for arm, figures in printed.items():
        mean, error = getattr(means, arm), getattr(means, f"{arm}_error")
        assert (mean, error, mean - z * error, mean + z * error) == pytest.approx(figures, abs=PRINTED)
    assert means.difference == pytest.approx(-0.137, abs=PRINTED)
    assert (means.ci_lower, means.ci_upper, means.p_value) == pytest.approx((-0.939, 0.665, 0.738), abs=PRINTED)
    ratio = means.ratio
    found = (ratio.ratio, ratio.ci_lower, ratio.ci_upper, ratio.p_value)
    assert found == pytest.approx((0.981, 0.878, 1.096, 0.738), abs=PRINTED)


def test_the_error_of_the_ratio_is_the_delta_method_by_hand():
    means = trial()
    error = math.hypot(means.treated_error / means.treated, means.control_error / means.control)
    assert math.log(means.ratio.ci_upper / means.ratio.ratio) == pytest.approx(1.959963984540054 * error, rel=1e-12)


def test_clustered_errors_are_slopes_in_the_weight_of_each_cluster():
    cohort = {key: column[:80] for key, column in patients().items()}
    columns = cohort["time"], cohort["cause"] == 1, cohort["treated"]

    def means(weights):
        return rmst_comparison(*columns, horizon=6, weights=weights, cluster=cohort["pair"])

    slopes = []
    for pair in np.unique(cohort["pair"]):
        up, down = (means(np.where(cohort["pair"] == pair, f, 1.0) * cohort["weights"]) for f in (1.001, 0.999))
        slopes.append(
            [(getattr(up, arm) - getattr(down, arm)) / 0.002 for arm in ("treated", "control", "difference")]
            + [math.log(up.ratio.ratio / down.ratio.ratio) / 0.002]
        )
    found = means(cohort["weights"])
    expected = np.linalg.norm(slopes, axis=0)
    of_ratio = math.log(found.ratio.ci_upper / found.ratio.ratio) / 1.959963984540054
    errors = [found.treated_error, found.control_error, found.standard_error, of_ratio]
    np.testing.assert_allclose(errors, expected, rtol=NUMERIC_SLOPE)


def test_a_mean_of_zero_has_no_ratio():
    means = rmst_comparison([0, 0, 1, 2], [True] * 4, [True, True, False, False], horizon=1)
    assert means.treated == 0.0
    assert means.ratio is None
