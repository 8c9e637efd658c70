"""The endpoints of a cohort in order of time, sorted when first used and kept for every design that is tried."""

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData
from analysis.kept import once
from analysis.outcomes.ordered_follow_up import OrderedFollowUp, order_follow_up


def ordered_endpoint(endpoint: EndpointData, treated: NDArray[np.bool_]) -> OrderedFollowUp:
    """The patients of an endpoint with known follow-up, in order of time.

    The same endpoint and arms are sorted once, for as long as they exist: a new caliper moves nobody in time.

    Parameters
    ----------
    endpoint : EndpointData
    treated : (n,) bool

    Raises
    ------
    EstimationError
        If a known time is impossible.
    """
    return once(order_follow_up, endpoint.time, endpoint.event, treated, endpoint.known)
