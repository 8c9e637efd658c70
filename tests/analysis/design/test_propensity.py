"""The propensity model: against R's glm, by its laws, and what it refuses."""

import numpy as np
import pytest

from analysis.design.propensity import fit_propensity
from tests.analysis.design.cohorts import NAMES, reference_cohort

# R's glm stops when the deviance changes by less than 1e-8 of itself.
GLM_TOLERANCE = 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_coefficients_of_the_real_cohorts_equal_r(name):
    cohort = reference_cohort(name)
    model = fit_propensity(cohort.covariates, cohort.treated)
    expected = cohort.figures["propensity"]
    assert tuple(term.replace("=", "", 1) for term in model.terms) == tuple(expected)
    np.testing.assert_allclose(model.coefficients, list(expected.values()), rtol=GLM_TOLERANCE)
