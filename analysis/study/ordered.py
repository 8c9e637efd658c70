"""The endpoints of a cohort in order of time, sorted when first used and kept for every design that is tried."""

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData
from analysis.outcomes.ordered_follow_up import OrderedFollowUp, order_follow_up

Made = TypeVar("Made")

_kept: dict[tuple[int, ...], tuple[tuple[weakref.ref[Any], ...], Any]] = {}


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


def once(make: Callable[..., Made], *arrays: NDArray[Any]) -> Made:
    """What a function makes of arrays that nobody writes to, made once while all of them exist.

    Parameters
    ----------
    make : callable
        Called with the arrays; the same arrays always go to the same function.
    *arrays : ndarray
        Compared by identity, never by content.

    Examples
    --------
    >>> numbers = np.arange(3)
    >>> once(np.cumsum, numbers) is once(np.cumsum, numbers)
    True
    """
    key = (id(make), *map(id, arrays))
    found = _kept.get(key)
    if found is not None and all(kept() is array for kept, array in zip(found[0], arrays, strict=True)):
        made: Made = found[1]
        return made
    made = make(*arrays)

    def forget(_: object) -> None:
        _kept.pop(key, None)

    _kept[key] = (tuple(weakref.ref(array, forget) for array in arrays), made)
    return made
