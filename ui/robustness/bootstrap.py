"""The bootstrap: what is drawn, how often, the run beside the page, and the limits it gives."""

from collections.abc import Callable, Hashable
from functools import partial

import pandas as pd

from analysis.cohort.selection import StudyCohort
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.robustness_results import bootstrap_sentences, replicate_rows
from analysis.robustness.bootstrap import Bootstrap, bootstrap_study
from analysis.robustness.draws import has_own_sets
from analysis.robustness.interval import AcceleratedInterval, Interval
from analysis.settings import StudySettings
from charts.specification_curve import format_effect
from charts.style import MINUS, format_interval
from ui import screen as st
from ui import session
from ui.exhibit import draw_notes, draw_table, plain
from ui.robustness.background import Work
from ui.robustness.choices import change_bootstrap, draw_effect
from ui.robustness.running import KeptRun, draw_outcome, draw_progress, kept_run, start_run
from ui.robustness.specifications import robustness_settings, study_key
from ui.workspace import StudyState

KEPT = "bootstrap"

WHAT_IT_SAYS = phrase(
    "The study drawn again and again from its own patients or sets, to see how far its "
    "effect varies by chance without trusting a formula."
)

WITHOUT_SETS = phrase(
    "This design has no matched sets that share nobody and were made one by one, so "
    "there are none to draw. Choose patients: the whole analysis is then done anew in "
    "every replicate."
)

DRAWS = {"sets": phrase("Matched sets as they are"), "patients": phrase("Patients, everything anew")}


def draw_bootstrap(state: StudyState) -> None:
    """Draw what is drawn, the buttons or the progress, and both intervals."""
    st.caption(WHAT_IT_SAYS)
    assert state.settings is not None
    assert state.patients is not None
    settings = state.settings
    try:
        draw_effect(settings)
    except AnalysisError as error:
        st.error("\n\n".join(plain(text) for text in error.problems), icon=":material/error:")
        return
    _draw_choices(settings)
    key = bootstrap_key(state)
    kept = kept_run(KEPT, key)
    if settings.robustness.bootstrap.draws == "sets" and not _has_sets(state):
        st.info(WITHOUT_SETS, icon=":material/info:")
    else:
        _draw_start(kept, key, state.patients, settings)
    draw_outcome(kept, key, phrase("bootstrap"))
    if kept.found is not None:
        _draw_found(kept.found, settings.cohort.time_unit)


def bootstrap_key(state: StudyState) -> tuple[Hashable, int]:
    """What a bootstrap is of, and its replicates: with more of them it is continued."""
    assert state.settings is not None
    chosen = state.settings.robustness.bootstrap
    return study_key(state, *robustness_settings(state.settings), chosen.draws, chosen.seed), chosen.replicates


def _has_sets(state: StudyState) -> bool:
    """Whether the design has sets that can be drawn as they are; where there is no design yet, the run tells why."""
    return state.design is None or has_own_sets(state.design)


def _draw_choices(settings: StudySettings) -> None:
    chosen = settings.robustness.bootstrap
    session.show("bootstrap draws", chosen.draws)
    session.show("bootstrap replicates", chosen.replicates)
    session.show("bootstrap seed", chosen.seed)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="bootstrap controls"):
        st.segmented_control(
            phrase("Drawn with replacement"),
            list(DRAWS),
            key="bootstrap draws",
            required=True,
            format_func=DRAWS.__getitem__,
            on_change=lambda: change_bootstrap(draws=session.shown("bootstrap draws")),
            help=phrase(
                "Of patients the score is fitted again and they are matched or weighted again in every replicate."
            ),
        )
        st.number_input(
            phrase("Replicates"),
            200,
            100_000,
            step=100,
            key="bootstrap replicates",
            width=160,
            on_change=lambda: change_bootstrap(replicates=int(session.shown("bootstrap replicates") or 200)),
        )
        st.number_input(
            phrase("Seed"),
            0,
            2**32 - 1,
            step=1,
            key="bootstrap seed",
            width=160,
            on_change=lambda: change_bootstrap(seed=int(session.shown("bootstrap seed") or 0)),
        )


def _draw_start(kept: KeptRun, key: tuple[Hashable, int], patients: StudyCohort, settings: StudySettings) -> None:
    if kept.run is not None:
        draw_progress(KEPT, phrase("replicates and units left out"))
        return
    earlier = _resumable(kept, key)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="bootstrap start"):
        st.button(
            phrase("Draw {n:,} replicates", n=key[1]),
            key="start bootstrap",
            type="primary",
            icon=":material/play_arrow:",
            on_click=start_run,
            args=(KEPT, key, bootstrap_work(patients, settings, None)),
        )
        if earlier is not None:
            st.button(
                phrase("Continue where it stopped"),
                key="continue bootstrap",
                icon=":material/resume:",
                on_click=start_run,
                args=(KEPT, key, bootstrap_work(patients, settings, earlier)),
                help=phrase("What is drawn already is not drawn again; the numbers are those of one run."),
            )
        st.caption(phrase("It runs beside the page; you may go on working."))


def _resumable(kept: KeptRun, key: tuple[Hashable, int]) -> Bootstrap | None:
    """What was drawn of the same study with the same seed, where more is asked for."""
    found: Bootstrap | None = kept.found
    if found is None or not isinstance(kept.found_key, tuple) or kept.found_key[0] != key[0]:
        return None
    more = found.n_planned <= key[1] and not (found.complete and found.n_planned == key[1])
    return found if more else None


def bootstrap_work(patients: StudyCohort, settings: StudySettings, earlier: Bootstrap | None) -> Work:
    """The run of a bootstrap, which holds nothing of the session."""

    def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Bootstrap:
        return bootstrap_study(patients, settings, earlier=earlier, on_progress=progress, cancelled=cancelled)

    return work


def _draw_found(found: Bootstrap, time_unit: str) -> None:
    with st.container(border=True):
        st.markdown("\n".join(f"- {plain(text)}" for text in bootstrap_sentences(found, time_unit)))
        draw_notes(found.notes)
    draw_table(
        _table(found, time_unit),
        name="bootstrap",
        caption=phrase("Limits by both methods; the file has every replicate."),
        file=partial(replicate_rows, found),
    )


def _table(found: Bootstrap, time_unit: str) -> pd.DataFrame:
    def form(value: float | None) -> str:
        return format_effect(found.measure, value, time_unit)

    bca, error = found.accelerated, found.standard_error
    spread = phrase("Standard error of the logarithm") if found.measure == "hazard_ratio" else phrase("Standard error")
    rows = [
        (phrase("Effect in the study"), form(found.estimate)),
        (spread, "–" if error is None else f"{error:.3g}"),
        (phrase("Percentile interval"), _interval(found.percentile, form)),
        (phrase("BCa interval"), _interval(bca, form)),
        (phrase("Bias correction"), "–" if bca is None else f"{bca.bias:.3f}".replace("-", MINUS)),
        (phrase("Acceleration"), "–" if bca is None else f"{bca.acceleration:.4f}".replace("-", MINUS)),
        (phrase("Replicates with an effect"), f"{found.number.size:,}"),
        (phrase("Replicates without"), f"{len(found.failed):,}"),
    ]
    return pd.DataFrame(rows, columns=["", phrase("Value")])


def _interval(interval: Interval | AcceleratedInterval | None, form: Callable[[float | None], str]) -> str:
    return "–" if interval is None else format_interval(interval.lower, interval.upper, form)
