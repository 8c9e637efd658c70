"""The study's settings beside every result: population, covariates, caliper, ratio, order and what they cost."""

from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from analysis.settings import MAXIMUM_RATIO, MatchingSettings
from analysis.status import CaliperWidth, StudyStatus, caliper_on_both_scales, study_status
from charts.style import format_smd
from ui import session
from ui.exhibit import plain
from ui.form import covariates_in_order, with_covariates
from ui.form.study import possible_covariates
from ui.workspace import StudyState, Workspace

SCALES = {
    "sd": "SD of the score",
    "pooled_sd": "Pooled SD of the arms",
    "raw": "Units of the score",
}
DISTANCES = {"logit": "Logit of the score", "probability": "The score itself"}
ORDERS = {
    "closest": "Closest pair first",
    "largest": "Highest score first",
    "smallest": "Lowest score first",
    "data": "Order of the file",
    "random": "Random, seeded",
}
RANGES = {"sd": (0.01, 1.0, 0.01), "pooled_sd": (0.01, 1.0, 0.01), "raw": (0.005, 0.5, 0.005)}
"""Smallest, largest and step of the caliper's slider; a study file may hold any other positive width."""

LONGEST_LABEL = 14
"""Longer arm labels are cut in the status strip, where four facts share the width of the sidebar."""


def draw_sidebar() -> None:
    """Draw the settings of the study that lies on the desk; a change is taken at once and can be undone."""
    desk, state = session.workspace(), session.study_state()
    with st.sidebar:
        with st.container(key="status"):
            _draw_status(state)
        st.segmented_control(
            "Population shown", session.POPULATIONS, default=session.COMPARE, required=True, key="population",
            persist_state="session", label_visibility="collapsed", width="stretch",
            help="Governs every figure and table on every page.",
        )  # fmt: skip
        draw_undo(desk)
        _draw_covariates(desk)
        _draw_caliper(desk, state)
        _draw_ratio_and_order(desk)
        with st.expander("Advanced"):
            _draw_advanced(desk)


def _draw_status(state: StudyState) -> None:
    if state.design is None or state.balance is None or state.patients is None:
        sentence = " ".join((*state.problems, *state.design_problems)) or "The study is not complete yet."
        st.warning(sentence, icon=":material/warning:")
        return
    assert state.before and state.after
    status = study_status(state.patients, state.design, state.balance, state.before, state.after)
    treated, control = (_short(label) for label in (state.patients.treated_label, state.patients.control_label))
    st.html(
        '<div class="mce-status" role="status">'
        + _kept_fact(status)
        + _fact(
            f"{status.n_left_out_treated:,} + {status.n_left_out_control:,}",
            f"left out ({treated} + {control})",
        )
        + _fact(_smd_change(status), "largest |SMD|")
        + _fact(_event_counts(status), f"{status.endpoint} events ({treated} + {control})" if status.endpoint else "")
        + "</div>"
    )


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _fact(value: str, meaning: str) -> str:
    return f"<div><b>{escape(value)}</b><span>{escape(meaning)}</span></div>" if meaning else ""


def _kept_fact(status: StudyStatus) -> str:
    """How many sets there are; how many patients of equal weight the weighted ones are worth."""
    if status.n_sets is None:
        return _fact(f"{status.effective_treated:,.0f} + {status.effective_control:,.0f}", "effective patients")
    return _fact(f"{status.n_sets:,}", "pairs matched" if status.pairs else "sets matched")


def _smd_change(status: StudyStatus) -> str:
    before = "–" if status.largest_smd_before is None else format_smd(status.largest_smd_before)
    after = "–" if status.largest_smd_after is None else format_smd(status.largest_smd_after)
    return f"{before} → {after}"


def _event_counts(status: StudyStatus) -> str:
    return "–" if status.events_after is None else f"{status.events_after[0]:,} + {status.events_after[1]:,}"


def draw_undo(desk: Workspace) -> None:
    """Offer to take the last change back, or again."""
    with st.container(horizontal=True, width="content"):
        st.button("Undo", icon=":material/undo:", disabled=not desk.can_undo, on_click=desk.undo, type="tertiary")
        st.button("Redo", icon=":material/redo:", disabled=not desk.can_redo, on_click=desk.redo, type="tertiary")


def _draw_covariates(desk: Workspace) -> None:
    chosen = [item.column for item in covariates_in_order(desk.form)]
    offered = possible_covariates(desk.form)
    session.show("covariates", chosen)
    st.multiselect(
        "Covariates", offered, key="covariates", on_change=_take_covariates,
        placeholder="Choose what must be comparable",
        help="Known before treatment and related to the outcome. Columns with another role are not offered.",
    )  # fmt: skip


def _take_covariates() -> None:
    desk = session.workspace()
    desk.change(with_covariates(desk.form, session.shown("covariates") or ()))


def _draw_caliper(desk: Workspace, state: StudyState) -> None:
    matching = desk.form.matching
    if matching.caliper is None:
        st.caption("**Caliper** none: every treated patient takes her nearest control, however different.")
        return
    smallest, largest, step = RANGES[matching.caliper_scale]
    session.show("caliper", matching.caliper)
    st.slider(
        "Caliper (how different may a pair be?)",
        min(smallest, matching.caliper), max(largest, matching.caliper), step=step, key="caliper",
        format="%.3g", on_change=_take, args=("caliper",),
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
    n_treated = int(state.patients.treated.sum())
    cost = f"It keeps {state.matching.n_treated:,} of {n_treated:,} {_short(state.patients.treated_label)} patients."
    return plain(f"{words} = {_width_words(width)}. {cost}")


def _width_words(width: CaliperWidth) -> str:
    logit = "–" if width.on_logit is None else f"{width.on_logit:.3f}"
    probability = "–" if width.on_probability is None else f"{width.on_probability:.3f}"
    return f"{logit} on the logit, {probability} in probability near a score of {width.at_score:.2f}"


def _draw_ratio_and_order(desk: Workspace) -> None:
    matching = desk.form.matching
    session.show("ratio", matching.ratio)
    st.segmented_control(
        "Controls for each treated patient", range(1, MAXIMUM_RATIO + 1), key="ratio", required=True,
        on_change=_take, args=("ratio",),
        help="At most this many; a patient who finds fewer within the caliper keeps those.",
    )  # fmt: skip
    session.show("order", matching.order)
    st.selectbox(
        "Who is matched first?", list(ORDERS), key="order", format_func=ORDERS.__getitem__,
        on_change=_take, args=("order",), disabled=matching.replacement,
        help="Without replacement, who chooses first changes who is left (Maruo 2025).",
    )  # fmt: skip


def _draw_advanced(desk: Workspace) -> None:
    matching = desk.form.matching
    session.show("replacement", matching.replacement)
    st.toggle(
        "A control may serve several patients", key="replacement", on_change=_take, args=("replacement",),
        help="Matching with replacement: closer pairs, fewer distinct controls, weights instead of counts.",
    )  # fmt: skip
    offered = possible_covariates(desk.form)
    session.show("exact", list(matching.exact))
    st.multiselect(
        "Match exactly on", [*offered, *(name for name in matching.exact if name not in offered)], key="exact",
        on_change=_take, args=("exact",), placeholder="None",
        help="Pairs form only between patients with the same value; the score is not refitted.",
    )  # fmt: skip
    session.show("distance", matching.distance)
    st.selectbox(
        "Distance", list(DISTANCES), key="distance", format_func=DISTANCES.__getitem__,
        on_change=_take, args=("distance",),
    )  # fmt: skip
    session.show("use_caliper", matching.caliper is not None)
    st.toggle("Limit the distance by a caliper", key="use_caliper", on_change=_take_use_caliper)
    session.show("caliper_scale", matching.caliper_scale)
    st.selectbox(
        "Caliper measured in", list(SCALES), key="caliper_scale", format_func=SCALES.__getitem__,
        on_change=_take_scale, disabled=matching.caliper is None,
        help="Overall SD as MatchIt does; pooled SD as Austin 2011 wrote; or the number itself.",
    )  # fmt: skip
    if matching.order == "random":
        session.show("seed", matching.seed)
        st.number_input("Seed of the random order", 0, 2**31, step=1, key="seed", on_change=_take, args=("seed",))
    _draw_times(desk)


def _draw_times(desk: Workspace) -> None:
    session.show("times", ", ".join(f"{time:g}" for time in desk.form.times))
    st.text_input(
        f"Milestones ({desk.form.time_unit})", key="times", on_change=_take_times, placeholder="6, 12, 24",
        help="Survival is given at these times, and the tables count the patients at risk.",
    )  # fmt: skip
    refused = session.remembered("times_refused")
    if refused:
        st.warning(refused)


def _take(name: str) -> None:
    value: Any = session.shown(name)
    session.workspace().change_matching(**{name: tuple(value) if name == "exact" else value})


def _take_use_caliper() -> None:
    session.workspace().change_matching(caliper=0.2 if session.shown("use_caliper") else None)


def _take_scale() -> None:
    """A number keeps no meaning across units: begin again at the usual width of the new one."""
    scale = session.shown("caliper_scale")
    session.workspace().change_matching(caliper_scale=scale, caliper=0.05 if scale == "raw" else 0.2)


def _take_times() -> None:
    words = (session.shown("times") or "").replace(";", ",").split(",")
    try:
        times = tuple(float(word) for word in words if word.strip())
        if not all(0 < time < float("inf") for time in times):
            raise ValueError
    except ValueError:
        session.remember("times_refused", "Milestones must be numbers above 0, separated by commas.")
        return
    session.remember("times_refused", None)
    desk = session.workspace()
    desk.change(replace(desk.form, times=tuple(dict.fromkeys(times))))
