"""The settings of matching that stand in sight: the method, the caliper, how many and who first."""

from analysis.design_contradictions import MATCHED_SETTINGS
from analysis.phrases import phrase
from analysis.settings import MAXIMUM_RATIO, MatchingSettings
from analysis.status import CaliperWidth, caliper_on_both_scales
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.form.design import with_method
from ui.sidebar.columns import draw_classes, draw_cuts, draw_exact, numeric_columns
from ui.sidebar.fields import draw_select, take_field
from ui.sidebar.status import cut_label
from ui.workspace import StudyState, Workspace

METHODS = {
    "nearest": phrase("Nearest neighbour"),
    "optimal": phrase("Optimal pairs"),
    "full": phrase("Full matching"),
    "strata": phrase("Classes (coarsened exact)"),
}
WHAT_THEY_DO = {
    "nearest": phrase("One after the other, each patient takes the closest partner who is still free."),
    "optimal": phrase("All pairs are formed at once, at the least total distance."),
    "full": phrase("Everyone within reach joins a set: one patient with one or more of the other arm."),
    "strata": phrase("Everyone stays whose class holds patients of both arms."),
}
SCALES = {
    "sd": phrase("SD of the score"),
    "pooled_sd": phrase("Pooled SD of the arms"),
    "raw": phrase("Units of the score"),
}
ORDERS = {
    "closest": phrase("Closest pair first"),
    "largest": phrase("Highest score first"),
    "smallest": phrase("Lowest score first"),
    "data": phrase("Order of the file"),
    "random": phrase("Random, seeded"),
}
RANGES = {"sd": (0.01, 1.0, 0.01), "pooled_sd": (0.01, 1.0, 0.01), "raw": (0.005, 0.5, 0.005)}
"""Smallest, largest and step of the caliper's slider; a study file may hold any other positive width."""


def draw_matching(desk: Workspace, state: StudyState) -> None:
    """Draw the method and those of its settings that decide most."""
    matching = desk.form.matching
    session.show("method", matching.method)
    st.selectbox(
        phrase("How are patients matched?"),
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
            with st.expander(phrase("Where columns are cut")):
                draw_cuts(desk)
        return
    _draw_caliper(desk, state)
    if "ratio" in taken:
        _draw_ratio(matching)
    if "order" in taken:
        draw_select(
            desk,
            "matching",
            "order",
            phrase("Who is matched first?"),
            ORDERS,
            disabled=matching.replacement,
            help=phrase("Without replacement, who chooses first changes who is left (Maruo 2025)."),
        )


def _draw_caliper(desk: Workspace, state: StudyState) -> None:
    matching = desk.form.matching
    if matching.caliper is None:
        st.caption(phrase("**Caliper** none: patients are matched however different they are."))
        return
    smallest, largest, step = RANGES[matching.caliper_scale]
    session.show("caliper", matching.caliper)
    st.slider(
        phrase("Caliper (how different may a pair be?)"),
        min(smallest, matching.caliper),
        max(largest, matching.caliper),
        step=step,
        key="caliper",
        format="%.3g",
        on_change=take_field,
        args=("matching", "caliper"),
        help=phrase(
            "Unit: {unit}. A pair may be at most this far apart. 0.2 is the usual choice "
            "(Austin 2011). A narrower caliper makes closer pairs and leaves more patients out.",
            unit=SCALES[matching.caliper_scale],
        ),
    )
    st.caption(_caliper_words(matching, state))


def _caliper_words(matching: MatchingSettings, state: StudyState) -> str:
    words = _unit_words(matching)
    if state.matching is None or state.patients is None or state.propensity is None:
        return plain(words)
    width = caliper_on_both_scales(state.matching.caliper_width, state.propensity, state.patients, matching)
    return plain(
        phrase("{caliper} = {width}. {cost}", caliper=words, width=_width_words(width), cost=_cost_words(state))
    )


def _unit_words(matching: MatchingSettings) -> str:
    number = f"{matching.caliper:.3g}"
    if matching.caliper_scale == "raw":
        return number
    return (
        phrase("{number} SD", number=number)
        if matching.caliper_scale == "sd"
        else phrase("{number} pooled SD", number=number)
    )


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
    return phrase("It keeps {kept:,} of {n:,} {label} patients.", kept=kept, n=n, label=cut_label(label))


def _width_words(width: CaliperWidth) -> str:
    logit = "–" if width.on_logit is None else f"{width.on_logit:.3f}"
    probability = "–" if width.on_probability is None else f"{width.on_probability:.3f}"
    return phrase(
        "{logit} on the logit, {probability} in probability near a score of {at_score:.2f}",
        logit=logit,
        probability=probability,
        at_score=width.at_score,
    )


def _draw_ratio(matching: MatchingSettings) -> None:
    session.show("ratio", matching.ratio)
    round_controls = matching.estimand == "ATC"
    st.segmented_control(
        phrase("Treated patients for each control") if round_controls else phrase("Controls for each treated patient"),
        range(1, MAXIMUM_RATIO + 1),
        key="ratio",
        required=True,
        on_change=take_field,
        args=("matching", "ratio"),
        help=phrase("At most this many; a patient who finds fewer within the caliper keeps those."),
    )


def _take_method() -> None:
    desk = session.workspace()
    desk.change(with_method(desk.form, session.shown("method"), numeric_columns(desk)))
