"""The settings of matching that stand in sight: the method, the caliper, how many and who first."""

import streamlit as st

from analysis.design_contradictions import MATCHED_SETTINGS
from analysis.settings import MAXIMUM_RATIO, MatchingSettings
from analysis.status import CaliperWidth, caliper_on_both_scales
from ui import session
from ui.exhibit import plain
from ui.form.design import with_method
from ui.sidebar.columns import draw_classes, draw_cuts, draw_exact, numeric_columns
from ui.sidebar.fields import draw_select, take_field
from ui.sidebar.status import cut_label
from ui.workspace import StudyState, Workspace

METHODS = {
    "nearest": "Nearest neighbour",
    "optimal": "Optimal pairs",
    "full": "Full matching",
    "strata": "Classes (coarsened exact)",
}
WHAT_THEY_DO = {
    "nearest": "One after the other, each patient takes the closest partner who is still free.",
    "optimal": "All pairs are formed at once, at the least total distance.",
    "full": "Everyone within reach joins a set: one patient with one or more of the other arm.",
    "strata": "Everyone stays whose class holds patients of both arms.",
}
SCALES = {
    "sd": "SD of the score",
    "pooled_sd": "Pooled SD of the arms",
    "raw": "Units of the score",
}
ORDERS = {
    "closest": "Closest pair first",
    "largest": "Highest score first",
    "smallest": "Lowest score first",
    "data": "Order of the file",
    "random": "Random, seeded",
}
RANGES = {"sd": (0.01, 1.0, 0.01), "pooled_sd": (0.01, 1.0, 0.01), "raw": (0.005, 0.5, 0.005)}
"""Smallest, largest and step of the caliper's slider; a study file may hold any other positive width."""


def draw_matching(desk: Workspace, state: StudyState) -> None:
    """Draw the method and those of its settings that decide most."""
    matching = desk.form.matching
    session.show("method", matching.method)
    st.selectbox(
        "How are patients matched?",
        list(METHODS),
        key="method",
        format_func=METHODS.__getitem__,
        on_change=_take_method,
    )
    st.caption(WHAT_THEY_DO[matching.method])
    taken = MATCHED_SETTINGS[matching.method]
    if not taken:
        draw_exact(desk)
        draw_classes(desk)
        if matching.coarsen:
            with st.expander("Where columns are cut"):
                draw_cuts(desk)
        return
    _draw_caliper(desk, state)
    if "ratio" in taken:
        _draw_ratio(matching)
    if "order" in taken:
        draw_select(
            desk, "matching", "order", "Who is matched first?", ORDERS, disabled=matching.replacement,
            help="Without replacement, who chooses first changes who is left (Maruo 2025).",
        )  # fmt: skip


def _draw_caliper(desk: Workspace, state: StudyState) -> None:
    matching = desk.form.matching
    if matching.caliper is None:
        st.caption("**Caliper** none: patients are matched however different they are.")
        return
    smallest, largest, step = RANGES[matching.caliper_scale]
    session.show("caliper", matching.caliper)
    st.slider(
        "Caliper (how different may a pair be?)",
        min(smallest, matching.caliper), max(largest, matching.caliper), step=step, key="caliper",
        format="%.3g", on_change=take_field, args=("matching", "caliper"),
        help=f"Unit: {SCALES[matching.caliper_scale]}. A pair may be at most this far apart. "
        "0.2 is the usual choice (Austin 2011). A narrower caliper makes closer pairs and leaves more patients out.",
    )  # fmt: skip
    st.caption(_caliper_words(matching, state))


def _caliper_words(matching: MatchingSettings, state: StudyState) -> str:
    unit = {"sd": "SD", "pooled_sd": "pooled SD", "raw": ""}[matching.caliper_scale]
    words = f"{matching.caliper:.3g} {unit}".strip()
    if state.matching is None or state.patients is None or state.propensity is None:
        return words
    width = caliper_on_both_scales(state.matching.caliper_width, state.propensity, state.patients, matching)
    return plain(f"{words} = {_width_words(width)}. {_cost_words(state)}")


def _cost_words(state: StudyState) -> str:
    """How many patients of the arm the effect speaks of the caliper keeps."""
    assert state.matching is not None and state.patients is not None
    of_control = state.matching.estimand == "ATC"
    n_treated = int(state.patients.treated.sum())
    kept, n, label = (
        (state.matching.n_control, state.patients.treated.size - n_treated, state.patients.control_label)
        if of_control
        else (state.matching.n_treated, n_treated, state.patients.treated_label)
    )
    return f"It keeps {kept:,} of {n:,} {cut_label(label)} patients."


def _width_words(width: CaliperWidth) -> str:
    logit = "–" if width.on_logit is None else f"{width.on_logit:.3f}"
    probability = "–" if width.on_probability is None else f"{width.on_probability:.3f}"
    return f"{logit} on the logit, {probability} in probability near a score of {width.at_score:.2f}"


def _draw_ratio(matching: MatchingSettings) -> None:
    session.show("ratio", matching.ratio)
    round_controls = matching.estimand == "ATC"
    st.segmented_control(
        "Treated patients for each control" if round_controls else "Controls for each treated patient",
        range(1, MAXIMUM_RATIO + 1), key="ratio", required=True, on_change=take_field, args=("matching", "ratio"),
        help="At most this many; a patient who finds fewer within the caliper keeps those.",
    )  # fmt: skip


def _take_method() -> None:
    desk = session.workspace()
    desk.change(with_method(desk.form, session.shown("method"), numeric_columns(desk)))
