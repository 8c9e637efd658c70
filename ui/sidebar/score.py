"""The propensity score: its model, the terms of a regression, and who stays by the score."""

from functools import partial
from itertools import combinations
from typing import Any

from analysis.design.propensity import EQUIPOISE
from analysis.design.support import CRUMP
from analysis.design_contradictions import REGRESSIONS
from analysis.phrases import phrase
from analysis.settings import PropensitySettings, SplineSettings
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.form import covariates_in_order
from ui.sidebar.columns import known_columns, numeric_columns
from ui.sidebar.fields import draw_count, draw_select, field_key, take_field
from ui.sidebar.status import cut_label
from ui.workspace import StudyState, Workspace

MODELS = {
    "logistic": phrase("Logistic regression"),
    "firth": phrase("Firth's penalised regression"),
    "ridge": phrase("Ridge regression"),
    "boosting": phrase("Boosted trees"),
    "forest": phrase("Random forest"),
    "column": phrase("A column of the file"),
}
WHAT_THEY_DO = {
    "logistic": phrase("Maximum likelihood, the usual model."),
    "firth": phrase("Gives scores also where covariates tell the arms apart, and in small cohorts."),
    "ridge": phrase("Shrinks all coefficients: for many covariates and few patients."),
    "boosting": phrase(
        "Finds curves and interactions by itself; each score comes from patients other than her own fold."
    ),
    "forest": phrase(
        "Finds curves and interactions by itself; each score comes from patients other than her own fold."
    ),
    "column": phrase("The score was estimated elsewhere and stands in the file."),
}
SUPPORTS = {
    "none": phrase("Everyone"),
    "common_range": phrase("Scores that both arms reach"),
    "score": phrase("Scores in a range"),
    "preference": phrase("Preference scores in a range"),
}
USUAL_RANGES = {"score": CRUMP, "preference": EQUIPOISE}
STEP = 0.01
LARGEST_SEED = 2**31


def draw_score(desk: Workspace, state: StudyState) -> None:
    """Draw the model with what belongs to it, and the rule by which patients stay."""
    propensity = desk.form.propensity
    _draw_model(desk, propensity)
    st.caption(WHAT_THEY_DO[propensity.model])
    if propensity.model in REGRESSIONS:
        _draw_splines(desk)
        _draw_interactions(desk)
    if propensity.model == "ridge":
        _draw_penalty(propensity)
    if propensity.model in ("boosting", "forest"):
        draw_count(desk, "propensity", "folds", phrase("Folds"), 2, 20)
        draw_count(desk, "propensity", "seed", phrase("Seed of the folds"), 0, LARGEST_SEED)
    if propensity.model == "column":
        _draw_column(desk)
    draw_select(
        desk,
        "support",
        "method",
        phrase("Who stays by the score?"),
        SUPPORTS,
        help=phrase(
            "Before sets form or weights are computed; the score is not fitted again. A range of "
            "0.1 to 0.9 is that of Crump 2009; preference scores of 0.3 to 0.7 are those of "
            "Walker 2013."
        ),
    )
    if desk.form.support.method in USUAL_RANGES:
        _draw_range(desk)
    _draw_left_out(state)


def _draw_model(desk: Workspace, propensity: PropensitySettings) -> None:
    columns = _score_columns(desk)
    offered = [model for model in MODELS if model != "column" or columns or propensity.model == "column"]
    key = field_key("propensity", "model")
    session.show(key, propensity.model)
    st.selectbox(phrase("Model of the score"), offered, key=key, format_func=MODELS.__getitem__, on_change=_take_model)


def _take_model() -> None:
    desk, model = session.workspace(), session.shown(field_key("propensity", "model"))
    column = next(iter(_score_columns(desk)), None) if model == "column" else None
    desk.change_settings("propensity", model=model, column=column)


def _draw_column(desk: Workspace) -> None:
    key, chosen = field_key("propensity", "column"), desk.form.propensity.column
    offered = list(_score_columns(desk))
    session.show(key, chosen)
    st.selectbox(
        phrase("Column of the score"),
        [*offered, *([] if chosen is None or chosen in offered else [chosen])],
        key=key,
        placeholder=phrase("Choose a column"),
        on_change=take_field,
        args=("propensity", "column"),
    )


def _draw_splines(desk: Workspace) -> None:
    splines = desk.form.propensity.splines
    chosen = [item.column for item in splines]
    covariates = {item.column for item in covariates_in_order(desk.form)}
    offered = [name for name in numeric_columns(desk) if name in covariates]
    session.show("spline columns", chosen)
    st.multiselect(
        phrase("Curves (splines)"),
        [*offered, *(name for name in chosen if name not in offered)],
        key="spline columns",
        on_change=_take_splines,
        placeholder=phrase("None"),
        help=phrase("These covariates enter the score as restricted cubic splines instead of straight lines."),
    )
    for item in splines:
        key = f"knots {item.column}"
        session.show(key, item.knots)
        st.number_input(
            phrase("{column}: knots", column=plain(item.column)),
            3,
            7,
            step=1,
            key=key,
            on_change=_take_knots,
            args=(item.column,),
        )


def _take_splines() -> None:
    desk = session.workspace()
    known = {item.column: item for item in desk.form.propensity.splines}
    columns: list[str] = session.shown("spline columns") or []
    splines = tuple(known.get(column) or SplineSettings(column=column) for column in columns)
    desk.change_settings("propensity", splines=splines)


def _take_knots(column: str) -> None:
    desk = session.workspace()
    knots = {"knots": session.shown(f"knots {column}")}
    splines = tuple(
        item.model_copy(update=knots) if item.column == column else item for item in desk.form.propensity.splines
    )
    desk.change_settings("propensity", splines=splines)


def _draw_interactions(desk: Workspace) -> None:
    chosen = desk.form.propensity.interactions
    named = {frozenset(pair): pair for pair in chosen}
    columns = [item.column for item in covariates_in_order(desk.form)]
    offered = [named.get(frozenset(pair), pair) for pair in combinations(columns, 2)]
    key = field_key("propensity", "interactions")
    session.show(key, list(chosen))
    st.multiselect(
        phrase("Interactions"),
        offered,
        key=key,
        format_func=lambda pair: " × ".join(pair),
        on_change=take_field,
        args=("propensity", "interactions"),
        placeholder=phrase("None"),
        help=phrase("Pairs of covariates whose product enters the score too."),
    )


def _draw_penalty(propensity: PropensitySettings) -> None:
    key = field_key("propensity", "penalty")
    session.show(key, propensity.penalty)
    st.number_input(
        phrase("Penalty"),
        min_value=0.0,
        value=None,
        format="%g",
        key=key,
        placeholder=phrase("found by cross-validation"),
        on_change=_take_penalty,
        help=phrase("Larger shrinks more. Blank: the one that predicts best in folds left out."),
    )


def _take_penalty() -> None:
    session.workspace().change_settings("propensity", penalty=session.shown(field_key("propensity", "penalty")) or None)


def _draw_range(desk: Workspace) -> None:
    support = desk.form.support
    usual = USUAL_RANGES[support.method]
    shown = tuple(
        bound if given is None else given for given, bound in zip((support.lower, support.upper), usual, strict=True)
    )
    session.show("support range", shown)
    st.slider(
        phrase("Scores kept") if support.method == "score" else phrase("Preference scores kept"),
        0.0,
        1.0,
        step=STEP,
        key="support range",
        on_change=_take_range,
    )


def _take_range() -> None:
    """The usual range is held as absent, so that the study file says no more than was said."""
    desk = session.workspace()
    lower, upper = (round(bound, 2) for bound in session.shown("support range"))  # whole steps, as JavaScript adds them
    if lower >= upper:
        return
    usual: Any = USUAL_RANGES[desk.form.support.method]
    bounds = {"lower": None, "upper": None} if (lower, upper) == usual else {"lower": lower, "upper": upper}
    desk.change_settings("support", **bounds)


def _draw_left_out(state: StudyState) -> None:
    if state.design is None or state.design.support is None or state.patients is None:
        return
    support = state.design.support
    treated, control = cut_label(state.patients.treated_label), cut_label(state.patients.control_label)
    st.caption(
        plain(
            phrase(
                "{n_left_out_treated:,} {treated} and {n_left_out_control:,} {control} patients lie "
                "outside {lower:.3g} to {upper:.3g} and are left out.",
                n_left_out_treated=support.n_left_out_treated,
                treated=treated,
                n_left_out_control=support.n_left_out_control,
                control=control,
                lower=support.lower,
                upper=support.upper,
            )
        )
    )


def _score_columns(desk: Workspace) -> tuple[str, ...]:
    """The columns of numbers between 0 and 1 that could be a score, those named like one first."""
    covariates = {item.column for item in covariates_in_order(desk.form)}
    found = [
        name
        for name in known_columns(desk)
        if name not in covariates and desk.fact(("is a score", name), partial(_is_score, desk, name))
    ]
    return tuple(sorted(found, key=lambda name: not any(word in name.casefold() for word in ("score", "prop", "ps"))))


def _is_score(desk: Workspace, name: str) -> bool:
    if name not in desk.cohort.table:
        return False
    column = desk.cohort.table[name]
    if column.dtype.kind != "f" or not column.notna().any():
        return False
    return bool(column.min() > 0 and column.max() < 1 and column.min() < column.max())
