"""What was made of arrays is kept while they exist, and never mistaken for another's."""

import gc
import weakref

import numpy as np

from analysis.kept import once


def test_nothing_is_kept_of_arrays_that_are_gone():
    numbers, others = np.arange(3), np.arange(4)
    made = weakref.ref(once(np.outer, numbers, others))
    gc.collect()
    assert made() is once(np.outer, numbers, others)
    del numbers
    gc.collect()
    assert made() is None
    assert once(np.outer, others, others).shape == (4, 4)
