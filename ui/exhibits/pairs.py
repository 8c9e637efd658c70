"""The matched sets as an exhibit: who stands with whom on the axis of the score."""

from typing import Any

import pandas as pd

from analysis.design.description import describe_design
from analysis.design.matched_sets import MatchedSets
from analysis.phrases import phrase
from charts.pairs import describe_pairs, pairs_figure, pairs_publication, pairs_table
from ui.exhibit import Exhibit
from ui.exhibits.population import imputed_set
from ui.workspace import StudyState


def pairs_exhibit(state: StudyState, sets: MatchedSets, chosen: int | None, *, width: int = 600) -> Exhibit:
    """Each set as lines between the scores of its members, the chosen one drawn out."""
    patients, propensity, settings = state.patients, state.propensity, state.settings
    assert patients is not None and propensity is not None and settings is not None
    by_score = settings.matching.distance == "probability"
    score = propensity.propensity_score if by_score else propensity.logit
    words: dict[str, Any] = {
        "treated": patients.treated,
        "treated_label": patients.treated_label,
        "control_label": patients.control_label,
    }
    scale: Any = "probability" if by_score else "logit"
    return Exhibit(
        name="pairs",
        title=phrase("Who stands with whom"),
        caption=phrase(
            "{n_sets:,} sets of {n_treated:,} + {n_control:,} patients after {design}{imputed_set}. Click a patient to see the "
            "set; steep lines are unlike pairs.",
            n_sets=sets.n_sets,
            n_treated=sets.n_treated,
            n_control=sets.n_control,
            design=describe_design(settings, state.design),
            imputed_set=imputed_set(state),
        ),
        alt=describe_pairs(sets, score, **words),
        figure=lambda theme: pairs_figure(sets, score, **words, scale=scale, chosen=chosen, theme=theme, width=width),
        publication=lambda: pairs_publication(sets, score, **words, scale=scale),
        table=lambda: _members_table(state, pairs_table(sets, score, **words)),
        follows_population=False,
    )


def _members_table(state: StudyState, members: pd.DataFrame) -> pd.DataFrame:
    """The sets drawn, by id and numbered from 1 as everywhere on screen."""
    assert state.patients is not None
    named = members.assign(set=members["set"] + 1, id=state.patients.identifier[members["row"].to_numpy()])
    return named[["set", "arm", "id", "score", "largest_distance"]]
