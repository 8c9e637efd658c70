"""Who was left out as exhibits: how far the patients compared have moved, and a map of two covariates."""

from typing import Any

import pandas as pd

from analysis.design.description import describe_design
from analysis.design.left_out import LeftOut, compare_left_out
from analysis.phrases import join_phrases, phrase
from charts.left_out import (
    describe_left_out,
    describe_left_out_map,
    left_out_figure,
    left_out_map_figure,
    left_out_map_publication,
    left_out_publication,
)
from ui import session
from ui.exhibit import Exhibit
from ui.exhibits.distribution import column_values
from ui.exhibits.population import imputed_set
from ui.workspace import StudyState


def found_left_out(state: StudyState) -> LeftOut:
    """Each arm as it was, those compared and those left out."""
    patients, design, settings = state.patients, state.design, state.settings
    assert patients is not None and design is not None and settings is not None
    found: LeftOut = session.computed(
        ("left out", design, settings.balance),
        lambda: compare_left_out(patients.covariates, patients.treated, design.weights, settings.balance),
    )
    return found


def left_out_exhibit(state: StudyState, *, width: int = 600) -> Exhibit:
    """How far the patients compared have moved from their arm, covariate by covariate."""
    assert state.settings is not None
    found, labels = found_left_out(state), _labels(state)
    return Exhibit(
        name="left out",
        title=phrase("Compared patients against their arm as it was"),
        caption=phrase(
            "Each arm's patients as they are compared minus all of the arm, over the {divisor}, after {design}: "
            "{sizes}{imputed_set}. Far from 0, the effect speaks of other patients than the arm had.",
            divisor=found.method,
            design=describe_design(state.settings, state.design),
            sizes=_sizes(found),
            imputed_set=imputed_set(state),
        ),
        alt=describe_left_out(found, **labels),
        figure=lambda theme: left_out_figure(found, **labels, theme=theme, width=width),
        publication=lambda: left_out_publication(found, **labels),
        table=found.to_table,
        follows_population=False,
    )


def left_out_map_exhibit(state: StudyState, first: str, second: str, *, width: int = 600) -> Exhibit:
    """Every patient by two covariates, filled where the design compares them."""
    assert state.patients is not None and state.design is not None
    pair = (column_values(state, first), column_values(state, second))
    people = (*pair, state.patients.treated, state.design.weights)
    labels = _labels(state)
    return Exhibit(
        name="map of the left out",
        title=phrase("{first} and {second}: who is compared, who is not", first=first, second=second),
        caption=phrase(
            "{n:,} patients, one mark each{imputed_set}; filled: compared, hollow: left out. Where hollow marks lie alone, the "
            "other arm has nobody like them.",
            n=state.patients.treated.size,
            imputed_set=imputed_set(state),
        ),
        alt=describe_left_out_map(*people, **labels),
        figure=lambda theme: left_out_map_figure(*people, **labels, theme=theme, width=width),
        publication=lambda: left_out_map_publication(*people, **labels),
        table=lambda: _map_table(state, first, second),
        follows_population=False,
    )


def _map_table(state: StudyState, first: str, second: str) -> pd.DataFrame:
    assert state.patients is not None and state.design is not None
    return pd.DataFrame(
        {
            "id": state.patients.identifier,
            "treated": state.patients.treated,
            first: column_values(state, first).to_numpy(),
            second: column_values(state, second).to_numpy(),
            "weight": state.design.weights,
        }
    )


def _sizes(found: LeftOut) -> str:
    arms = (found.treated, found.control)
    return join_phrases(
        [phrase("{n_compared:,} of {n:,}", n_compared=arm.n_compared, n=arm.n_original) for arm in arms], " + "
    )


def _labels(state: StudyState) -> dict[str, Any]:
    assert state.patients is not None
    return {"treated_label": state.patients.treated_label, "control_label": state.patients.control_label}
