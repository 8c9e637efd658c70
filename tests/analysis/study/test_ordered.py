"""An endpoint in order of time is kept while it exists, and never mistaken for another arms'."""

import numpy as np

from analysis.cohort.selection import EndpointData
from analysis.study.ordered import ordered_endpoint


def endpoint(time):
    known = np.ones(len(time), dtype=bool)
    return EndpointData(name="OS", time=np.array(time), event=known, known=known)


def test_an_endpoint_is_sorted_once_for_the_same_arms():
    survival, treated = endpoint([3.0, 1.0, 2.0]), np.array([True, False, True])
    first = ordered_endpoint(survival, treated)
    assert ordered_endpoint(survival, treated) is first
    assert first.row.tolist() == [1, 2, 0]
    swapped = ordered_endpoint(survival, ~treated)
    assert swapped.treated.tolist() == [True, False, False]
