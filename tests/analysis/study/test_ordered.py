"""What was made of a cohort's arrays is kept while they exist, and never mistaken for another's."""

import gc

import numpy as np

from analysis.cohort.selection import EndpointData
from analysis.study import ordered
from analysis.study.ordered import once, ordered_endpoint


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


def test_nothing_is_kept_of_arrays_that_are_gone():
    before = len(ordered._kept)
    numbers, others = np.arange(3), np.arange(4)
    assert once(np.outer, numbers, others).shape == (3, 4)
    assert len(ordered._kept) == before + 1
    del numbers
    gc.collect()
    assert len(ordered._kept) == before
    assert once(np.outer, others, others).shape == (4, 4)
