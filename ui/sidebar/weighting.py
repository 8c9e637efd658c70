"""The settings of weighting, and what the weights cost, in words."""

from analysis.design.weighting import WeightedPatients
from analysis.design_contradictions import WEIGHTED_ESTIMANDS, WEIGHTED_SETTINGS, can_stabilise
from analysis.phrases import phrase, uncapitalised
from analysis.settings import WeightingSettings
from charts.style import format_percent
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.sidebar.estimands import QUESTION, estimand_words
from ui.sidebar.fields import draw_select, draw_toggle, field_key, take_field
from ui.sidebar.status import cut_label
from ui.workspace import StudyState, Workspace

METHODS = {
    "iptw": phrase("Inverse probability"),
    "overlap": phrase("Overlap weights"),
    "matching": phrase("Matching weights"),
    "entropy": phrase("Entropy balancing"),
}
WHAT_THEY_DO = {
    "iptw": phrase(
        "IPTW: each patient counts for those like her who were given the other treatment; rare ones count for many."
    ),
    "overlap": phrase("Those who might have been given either treatment count most; nobody counts for many."),
    "matching": phrase("As pair matching, but with everyone: the weights stand for the patients who could be matched."),
    "entropy": phrase(
        "The weights nearest to equal that make the means of all covariates agree exactly; no score is needed."
    ),
}
PERCENTILES = (99.9, 99.0, 97.5, 95.0, 90.0)
OFF = 0.0
"""What the choice of a percentile holds while weights are left as they are."""


def draw_weighting(desk: Workspace, state: StudyState) -> None:
    """Draw the method, whom it speaks of where that is a choice, truncation, and what the weights cost."""
    weighting = desk.form.weighting
    draw_select(desk, "weighting", "method", phrase("How are patients weighted?"), METHODS)
    st.caption(WHAT_THEY_DO[weighting.method])
    offered = WEIGHTED_ESTIMANDS[weighting.method]
    if len(offered) > 1:
        _draw_estimand(desk, offered)
    else:
        st.caption(
            phrase("The effect speaks of {whom}.", whom=uncapitalised(estimand_words(desk.form, offered)[offered[0]]))
        )
    if can_stabilise(weighting):
        draw_toggle(
            desk,
            "weighting",
            "stabilised",
            phrase("Stabilised weights"),
            help=phrase("Times the share of the patient's own arm: weights of a size about 1, the same estimates."),
        )
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
    sizes = phrase(
        "{size_treated:,.1f} of {n_treated:,} {treated} and {size_control:,.1f} of {n_control:,} {control} patients",
        size_treated=weighted.effective_sample_size_treated,
        n_treated=weighted.n_treated,
        treated=treated,
        size_control=weighted.effective_sample_size_control,
        n_control=weighted.n_control,
        control=control,
    )
    moved = (
        phrase(" Truncation moved {n_truncated:,} weights.", n_truncated=weighted.n_truncated)
        if weighted.truncated_at is not None
        else ""
    )
    return phrase(
        "Effective sample size: {sizes}. {largest}{moved}",
        sizes=sizes,
        largest=_largest_words(weighted, treated, control),
        moved=moved,
    )


def _largest_words(weighted: WeightedPatients, treated: str, control: str) -> str:
    share, arm = max((weighted.largest_share_treated, treated), (weighted.largest_share_control, control))
    return phrase(
        "The largest weight is {share} of the weight of the {arm} patients.", share=format_percent(share), arm=arm
    )


def _draw_estimand(desk: Workspace, offered: tuple[str, ...]) -> None:
    key = field_key("weighting", "estimand")
    words = estimand_words(desk.form, offered)
    session.show(key, desk.form.weighting.estimand or offered[0])
    st.selectbox(
        QUESTION,
        list(offered),
        key=key,
        format_func=lambda name: words.get(name, name),
        on_change=take_field,
        args=("weighting", "estimand"),
        help=phrase("ATT: like the treated. ATC: like the controls. ATE: all patients."),
    )


def _draw_truncation(weighting: WeightingSettings) -> None:
    chosen = weighting.truncate or OFF
    key = field_key("weighting", "truncate")
    session.show(key, chosen)
    st.selectbox(
        phrase("Truncate weights at"),
        [OFF, *PERCENTILES, *([] if chosen in (OFF, *PERCENTILES) else [chosen])],
        key=key,
        format_func=lambda percentile: (
            phrase("Off") if percentile == OFF else phrase("Percentile {percentile:g}", percentile=percentile)
        ),
        on_change=_take_truncation,
        help=phrase(
            "Weights beyond this percentile, and below 100 minus it, are moved to it: steadier, a little less balanced."
        ),
    )


def _take_truncation() -> None:
    session.workspace().change_settings("weighting", truncate=session.shown(field_key("weighting", "truncate")) or None)
