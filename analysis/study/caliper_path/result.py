"""A design at many calipers, as arrays along the path."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Measure = Literal["hazard_ratio", "risk_difference"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaliperPath:
    """A design at k calipers, with q terms of balance and g times.

    Attributes
    ----------
    caliper : ndarray of float64, shape (k,)
        Ascending, in units of the study's caliper scale.
    caliper_scale : str
        That scale.
    n_sets, n_treated, n_control : ndarray of int64, shape (k,)
        Sets, and patients in them; 0 where no set can be formed.
    effective_sample_size_treated, effective_sample_size_control : ndarray of float64, shape (k,)
        (Σw)²/Σw² in each arm.
    terms : tuple of str
        As in the balance table.
    smd_before : ndarray of float64, shape (q,)
        Standardised differences of all patients; NaN for a term without a divisor.
    smd : ndarray of float64, shape (k, q)
        The same at each caliper; NaN also where nobody is compared.
    largest_smd_before : float
        Largest |SMD| of all patients; NaN where there is none.
    largest_smd : ndarray of float64, shape (k,)
    endpoint : str or None
        Whose effect is given; None where the study has no outcome.
    measure : {"hazard_ratio", "risk_difference"} or None
    estimate_before : float or None
    estimate, ci_lower, ci_upper : tuple of float or None, length k
        None where the data cannot support the effect or its limits.
    confidence_level : float
    times : ndarray of float64, shape (g,)
        From 0 to the shorter of the arms' follow-up; empty where the endpoint is no survival endpoint.
    survival_treated_before, survival_control_before : ndarray of float64, shape (g,)
        Survival of all patients.
    survival_treated, survival_control : ndarray of float64, shape (k, g)
        At each caliper; NaN after the arm's last follow-up there, and where nobody is compared.
    current : int
        Index of the study's own caliper; the widest where it has none.
    knee : int or None
        Index of the suggested caliper; None where no caliper gives balance.
    knee_reason : str
        Why, as a phrase; empty without a suggestion.
    """

    caliper: Floats
    caliper_scale: str
    n_sets: Integers
    n_treated: Integers
    n_control: Integers
    effective_sample_size_treated: Floats
    effective_sample_size_control: Floats
    terms: tuple[str, ...]
    smd_before: Floats
    smd: Floats
    largest_smd_before: float
    largest_smd: Floats
    endpoint: str | None
    measure: Measure | None
    estimate_before: float | None
    estimate: tuple[float | None, ...]
    ci_lower: tuple[float | None, ...]
    ci_upper: tuple[float | None, ...]
    confidence_level: float
    times: Floats
    survival_treated_before: Floats
    survival_control_before: Floats
    survival_treated: Floats
    survival_control: Floats
    current: int
    knee: int | None
    knee_reason: str
