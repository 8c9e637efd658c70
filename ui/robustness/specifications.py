"""The specification curve: what varies, how many that makes, the run beside the page, and what it found."""

from collections.abc import Callable, Hashable
from functools import partial

import pandas as pd

from analysis.cohort.selection import StudyCohort
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.sentences import imputed_set_words
from analysis.robustness.curve import specification_curve
from analysis.robustness.result import SpecificationCurve, SpecificationResult, summarise_curve
from analysis.robustness.specifications import Specification, specifications
from analysis.settings import StudySettings
from charts.specification_curve import (
    DIMENSIONS,
    choice_words,
    curve_sentences,
    format_effect,
    specification_rows,
)
from charts.style import format_interval, format_p, format_smd
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_table, plain
from ui.exhibits.specifications import curve_exhibit, order_exhibit
from ui.robustness.background import Work
from ui.robustness.choices import draw_dimensions, draw_effect
from ui.robustness.running import KeptRun, draw_outcome, draw_progress, kept_run, start_run
from ui.workspace import StudyState

KEPT = "specification curve"

WHAT_IT_SAYS = phrase(
    "The same question could have been answered by other analyses as good as this one. "
    "Here they are all carried out on the same patients, to see how far the answer hangs "
    "on the one that was chosen."
)

MOST_SHOWN = 2_000
"""Rows of the table on the page; the file has all."""


def draw_specifications(state: StudyState) -> None:
    """Draw the choices, the button with the number of specifications, the progress, and the curve."""
    st.caption(WHAT_IT_SAYS)
    assert state.settings is not None
    assert state.patients is not None
    settings, patients = state.settings, state.patients
    try:
        draw_effect(settings)
        with st.expander(phrase("What varies"), expanded=False, icon=":material/tune:"):
            draw_dimensions(settings)
        listed = session.computed(
            ("specifications", settings), lambda: specifications(settings), phrase("Listing the specifications …")
        )
    except AnalysisError as error:
        st.error("\n\n".join(plain(text) for text in error.problems), icon=":material/error:")
        return
    key = curve_key(state)
    kept = kept_run(KEPT, key)
    _draw_start(state, kept, key, patients, listed)
    draw_outcome(kept, key, phrase("curve"))
    if kept.found is not None:
        _draw_curve(kept.found, settings.cohort.time_unit)


def curve_key(state: StudyState) -> Hashable:
    """What a curve is of."""
    assert state.settings is not None
    return study_key(state, state.settings.robustness.specifications)


def study_key(state: StudyState, *asked: Hashable) -> Hashable:
    """What a run is of: everything of the study that decides its numbers."""
    study = state.settings
    assert study is not None
    who = (study.cohort, study.treatment, study.eligibility, study.dates, study.covariates, study.missing, study.scans)
    how = (study.propensity, study.support, study.matching, study.weighting, study.balance, study.centre)
    shown = None if state.imputation is None else state.imputation.shown
    return (*who, *how, study.outcomes, study.confidence, shown, *asked)


def _draw_start(
    state: StudyState, kept: KeptRun, key: Hashable, patients: StudyCohort, listed: tuple[Specification, ...]
) -> None:
    """The number of specifications and the buttons, or the progress of the run."""
    if kept.run is not None:
        draw_progress(KEPT, phrase("specifications"))
        return
    found: SpecificationCurve | None = kept.found
    partial_curve = found if found is not None and kept.found_key == key and not found.complete else None
    n, orders = len(listed), sum(item.order_only for item in listed)
    which = imputed_set_words(state.imputation)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="curve start"):
        st.button(
            phrase("Carry out {n:,} specifications", n=n) if n != 1 else phrase("Carry out 1 specification"),
            key="start curve",
            type="primary",
            icon=":material/play_arrow:",
            on_click=start_run,
            args=(KEPT, key, curve_work(patients, listed, None)),
        )
        if partial_curve is not None:
            st.button(
                phrase("Continue with the other {n:,}", n=n - len(partial_curve.results)),
                key="continue curve",
                icon=":material/resume:",
                on_click=start_run,
                args=(KEPT, key, curve_work(patients, listed, partial_curve)),
            )
        st.caption(
            phrase(
                "{n:,} of them are random orders alone. It runs beside the page; you may go on working.",
                n=orders,
            )
            + (phrase(" On {imputed_set}.", imputed_set=which) if which else "")
        )


def curve_work(patients: StudyCohort, listed: tuple[Specification, ...], earlier: SpecificationCurve | None) -> Work:
    """The run of a curve, which holds nothing of the session."""

    def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> SpecificationCurve:
        progress(0 if earlier is None else len(earlier.results), len(listed))
        return specification_curve(patients, listed, earlier=earlier, on_progress=progress, cancelled=cancelled)

    return work


def _draw_curve(curve: SpecificationCurve, time_unit: str) -> None:
    summary = summarise_curve(curve)
    with st.container(border=True):
        st.markdown("\n".join(f"- {plain(text)}" for text in curve_sentences(curve, time_unit, summary)))
    if summary.spread is not None:
        draw_exhibit(curve_exhibit(curve, time_unit))
    if summary.random_order is not None:
        draw_exhibit(order_exhibit(curve, time_unit))
    shown = min(len(curve.results), MOST_SHOWN)
    caption = phrase("Every specification by number; ◆ is this study. Sets, or effective sample sizes of both arms.")
    if shown < len(curve.results):
        caption += phrase(" The first {n:,}; the file has all.", n=shown)
    draw_table(
        _table(curve, time_unit),
        name="specifications",
        caption=caption,
        file=partial(specification_rows, curve),
    )


def _table(curve: SpecificationCurve, time_unit: str) -> pd.DataFrame:
    return pd.DataFrame([_row(curve, result, time_unit) for result in curve.results[:MOST_SHOWN]])


def _row(curve: SpecificationCurve, result: SpecificationResult, time_unit: str) -> dict[str, str]:
    specification = curve.of(result)

    def form(value: float | None) -> str:
        return format_effect(curve.measure, value, time_unit)

    words = choice_words(specification.choices)
    effective = phrase(
        "{treated:,.1f} v {control:,.1f}",
        treated=result.effective_sample_size_treated,
        control=result.effective_sample_size_control,
    )
    return {
        phrase("No."): f"{result.number + 1:,}" + (" ◆" if specification.chosen else ""),
        phrase("Effect"): form(result.estimate),
        phrase("CI"): format_interval(result.ci_lower, result.ci_upper, form),
        phrase("p"): format_p(result.p_value),
        phrase("Sets or ESS"): effective if result.n_sets is None else f"{result.n_sets:,}",
        phrase("Largest |SMD|"): format_smd(result.largest_smd),
        **{name: words[name] or "" for name in DIMENSIONS},
        phrase("Why none"): result.failure or "",
    }


def robustness_settings(settings: StudySettings) -> tuple[Hashable, ...]:
    """The effect that curve and bootstrap share."""
    asked = settings.robustness.specifications
    return asked.effect, asked.endpoint
