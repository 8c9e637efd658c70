"""A figure that would print a small count is found before it is drawn."""

import dataclasses
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from analysis.cohort.selection import FlowStep
from analysis.design.design import Design
from analysis.design.matching import match_nearest
from analysis.reporting.small_counts import flow_has_small_counts
from tests.charts.cases import patients

BELOW = 5


@pytest.mark.parametrize(("n_shared", "is_hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_patients_in_several_sets_are_counted(n_shared: int, is_hidden: bool) -> None:
    treated = np.arange(60) < 20
    # Controls at the scores of the treated; the last are far away, so that the treated there share those before them.
    of_controls = np.where(np.arange(40) < 20 - n_shared, np.arange(40), 1000 + np.arange(40))
    logit = np.concatenate([np.arange(20.0), of_controls])
    logit[20 - n_shared : 20] = np.arange(n_shared) + 0.1
    sets = match_nearest(logit, treated, caliper=None, replacement=True)
    flow = tuple(
        FlowStep(step=step, kind=cast(Any, kind), treated=20, control=40, other=0)
        for step, kind in (("read", "read"), ("complete covariates", "complete"))
    )
    told = dataclasses.replace(patients(), treated=treated, flow=flow, excluded=patients().excluded.iloc[:0])
    design = SimpleNamespace(
        sets=sets, reason=sets.reason, support=None, kind="matching", n_treated=sets.n_treated, n_control=sets.n_control
    )
    assert flow_has_small_counts(told, cast(Design, design), BELOW) is is_hidden
