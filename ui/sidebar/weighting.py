"""The settings of weighting, and what the weights cost, in words."""

import streamlit as st

from analysis.design.weighting import WeightedPatients
from analysis.design_contradictions import WEIGHTED_ESTIMANDS, WEIGHTED_SETTINGS, can_stabilise
from analysis.settings import WeightingSettings
from charts.style import format_percent
from ui import session
from ui.exhibit import plain
from ui.sidebar.estimands import QUESTION, estimand_words
from ui.sidebar.fields import draw_select, draw_toggle, field_key, take_field
from ui.sidebar.status import cut_label
from ui.workspace import StudyState, Workspace

METHODS = {
    "iptw": "Inverse probability",
    "overlap": "Overlap weights",
    "matching": "Matching weights",
    "entropy": "Entropy balancing",
}
WHAT_THEY_DO = {
    "iptw": "IPTW: each patient counts for those like her who were given the other treatment; rare ones count for many.",
    "overlap": "Those who might have been given either treatment count most; nobody counts for many.",
    "matching": "As pair matching, but with everyone: the weights stand for the patients who could be matched.",
    "entropy": "The weights nearest to equal that make the means of all covariates agree exactly; no score is needed.",
}
PERCENTILES = (99.9, 99.0, 97.5, 95.0, 90.0)
OFF = 0.0
"""What the choice of a percentile holds while weights are left as they are."""


def draw_weighting(desk: Workspace, state: StudyState) -> None:
    """Draw the method, whom it speaks of where that is a choice, truncation, and what the weights cost."""
    weighting = desk.form.weighting
    draw_select(desk, "weighting", "method", "How are patients weighted?", METHODS)
    st.caption(WHAT_THEY_DO[weighting.method])
    offered = WEIGHTED_ESTIMANDS[weighting.method]
    if len(offered) > 1:
        _draw_estimand(desk, offered)
    else:
        st.caption(f"The effect speaks of {_lower_first(estimand_words(desk.form, offered)[offered[0]])}.")
    if can_stabilise(weighting):
        draw_toggle(
            desk, "weighting", "stabilised", "Stabilised weights",
            help="Times the share of the patient's own arm: weights of a size about 1, the same estimates.",
        )  # fmt: skip
    if "truncate" in WEIGHTED_SETTINGS[weighting.method]:
        _draw_truncation(weighting)
    words = weight_words(state)
    if words:
        st.caption(plain(words))


def weight_words(state: StudyState) -> str:
    """What the weights cost: how many patients they are worth in each arm, and how much the heaviest one carries."""
    if state.design is None or state.design.weighted is None or state.patients is None:
        return ""
    weighted = state.design.weighted
    treated, control = cut_label(state.patients.treated_label), cut_label(state.patients.control_label)
    sizes = (
        f"{weighted.effective_sample_size_treated:,.1f} of {weighted.n_treated:,} {treated} and "
        f"{weighted.effective_sample_size_control:,.1f} of {weighted.n_control:,} {control} patients"
    )
    moved = f" Truncation moved {weighted.n_truncated:,} weights." if weighted.truncated_at is not None else ""
    return f"Effective sample size: {sizes}. {_largest_words(weighted, treated, control)}{moved}"


def _largest_words(weighted: WeightedPatients, treated: str, control: str) -> str:
    share, arm = max((weighted.largest_share_treated, treated), (weighted.largest_share_control, control))
    return f"The largest weight is {format_percent(share)} of the weight of the {arm} patients."


def _draw_estimand(desk: Workspace, offered: tuple[str, ...]) -> None:
    key = field_key("weighting", "estimand")
    words = estimand_words(desk.form, offered)
    session.show(key, desk.form.weighting.estimand or offered[0])
    st.selectbox(
        QUESTION, list(offered), key=key, format_func=lambda name: words.get(name, name), on_change=take_field,
        args=("weighting", "estimand"), help="ATT: like the treated. ATC: like the controls. ATE: all patients.",
    )  # fmt: skip


def _draw_truncation(weighting: WeightingSettings) -> None:
    chosen = weighting.truncate or OFF
    key = field_key("weighting", "truncate")
    session.show(key, chosen)
    st.selectbox(
        "Truncate weights at", [OFF, *PERCENTILES, *([] if chosen in (OFF, *PERCENTILES) else [chosen])], key=key,
        format_func=lambda percentile: "Off" if percentile == OFF else f"Percentile {percentile:g}",
        on_change=_take_truncation,
        help="Weights beyond this percentile, and below 100 minus it, are moved to it: steadier, a little less balanced.",
    )  # fmt: skip


def _take_truncation() -> None:
    session.workspace().change_settings("weighting", truncate=session.shown(field_key("weighting", "truncate")) or None)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
