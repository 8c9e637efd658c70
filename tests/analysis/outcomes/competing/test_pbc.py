"""Death and transplantation in the PBC trial: prodlim, riskRegression and cmprsk on real patients."""

import math

import numpy as np
import pytest

from analysis.outcomes.competing import (
    cause_specific_hazard_ratio,
    cumulative_incidence,
    fine_gray,
    gray_test,
    incidence_at,
)
from tests.analysis.outcomes.pbc_reference import CAUSES, figures, patients
from tests.analysis.outcomes.survival_reference import CLOSED_FORM, ITERATED

CAUSE_NAMES = ["died", "transplanted"]
# crr stops searching there.
SUBDISTRIBUTION = 2e-5
# prodlim's variance is Greenwood's (binomial), cmprsk's and ours that of counting processes: n − 1 in place of n.
OTHER_VARIANCE = 0.02


def columns():
    return {key: patients()[key] for key in ("time", "cause", "treated")}


def errors_at(curve, ticks):
    return np.concatenate([[0.0], curve.standard_error])[np.searchsorted(curve.time, ticks, side="right")]


@pytest.mark.parametrize("arm", ["treated", "control"])
@pytest.mark.parametrize("name", CAUSE_NAMES)
def test_incidences_are_those_of_prodlim_and_cmprsk(name, arm):
    expected, ticks = figures()[name][arm], figures()["ticks"]
    curve = getattr(cumulative_incidence(**columns()), arm)[CAUSES[name] - 1]
    found = [moment.incidence for moment in incidence_at(curve, ticks)]
    for source in (expected["prodlim"]["incidence"], expected["cmprsk"]):
        np.testing.assert_allclose(found, source, rtol=CLOSED_FORM)
    errors = errors_at(curve, ticks)
    np.testing.assert_allclose(errors**2, expected["cmprsk_variance"], rtol=1e-9)
    np.testing.assert_allclose(errors, expected["prodlim"]["error"], rtol=OTHER_VARIANCE)
    z = 1.959963984540054
    np.testing.assert_allclose(
        np.maximum(0.0, np.array(found) - z * errors),
        expected["prodlim"]["lower"],
        atol=z * OTHER_VARIANCE * max(errors),
    )
    np.testing.assert_allclose(
        np.array(found) + z * errors, expected["prodlim"]["upper"], atol=z * OTHER_VARIANCE * max(errors)
    )


@pytest.mark.parametrize("arm", ["treated", "control"])
@pytest.mark.parametrize("name", CAUSE_NAMES)
def test_weighted_incidences_are_those_of_patients_repeated_by_weight(name, arm):
    both = cumulative_incidence(**columns(), weights=patients()["weights"])
    rows = incidence_at(getattr(both, arm)[CAUSES[name] - 1], figures()["ticks"])
    np.testing.assert_allclose(
        [row.incidence for row in rows], figures()[name][arm]["weighted_incidence"], rtol=CLOSED_FORM
    )


@pytest.mark.parametrize("name", CAUSE_NAMES)
def test_ratios_and_gray_test_are_those_of_riskregression_and_cmprsk(name):
    expected, cause = figures()[name], CAUSES[name]
    rates = cause_specific_hazard_ratio(**columns(), cause_of_interest=cause)
    assert rates.log_hazard_ratio == pytest.approx(expected["cause_specific"], rel=1e-7)
    assert rates.standard_error == pytest.approx(expected["cause_specific_error"], rel=ITERATED)
    subdistribution = fine_gray(**columns(), cause_of_interest=cause)
    assert math.log(subdistribution.hazard_ratio) == pytest.approx(expected["fine_gray"], abs=SUBDISTRIBUTION)
    assert subdistribution.standard_error == pytest.approx(expected["fine_gray_error"], rel=SUBDISTRIBUTION)
    test = gray_test(**columns(), cause_of_interest=cause)
    assert (test.chi_square, test.p_value) == pytest.approx((expected["gray"], expected["gray_p"]), rel=1e-9)
