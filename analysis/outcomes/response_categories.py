"""Best responses by their place in the list of criteria."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

CATEGORIES = ("CR", "PR", "SD", "PD", "NE")
"""Complete and partial response, stable and progressive disease, not evaluable."""


def category_codes(category: ArrayLike) -> NDArray[np.int8]:
    """The place of each best response among ``CATEGORIES``; a missing one counts as NE.

    Parameters
    ----------
    category : (n,) of str, or of such places
        CR, PR, SD, PD, NE or missing.

    Examples
    --------
    >>> category_codes(np.array(["PR", None, "CR"], dtype=object)).tolist()
    [1, 4, 0]
    """
    given = np.asarray(category)
    if given.dtype == np.int8:
        return given
    number, labels = pd.factorize(np.asarray(given, dtype=object))
    place = {label: code for code, label in enumerate(CATEGORIES)}
    strange = [label for label in labels if label not in place]
    if strange:
        n = int(np.isin(number, np.flatnonzero(np.isin(labels, strange))).sum())
        raise ValueError(f"{n} best responses are none of {', '.join(CATEGORIES)}")
    codes = np.array(
        [*(place[label] for label in labels), place["NE"]], dtype=np.int8
    )  # −1, a missing one, is the last
    return codes[number]
