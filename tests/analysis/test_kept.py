"""What was made of arrays is kept while they exist, and never mistaken for another's."""

import gc

import numpy as np

from analysis import kept
from analysis.kept import once


def test_nothing_is_kept_of_arrays_that_are_gone():
    before = len(kept._kept)
    numbers, others = np.arange(3), np.arange(4)
    assert once(np.outer, numbers, others).shape == (3, 4)
    assert len(kept._kept) == before + 1
    del numbers
    gc.collect()
    assert len(kept._kept) == before
    assert once(np.outer, others, others).shape == (4, 4)
