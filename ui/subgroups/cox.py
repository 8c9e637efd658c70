"""The Cox table: every covariate alone and all together, before the design and doubly robust after it."""

from functools import partial

from analysis.phrases import phrase
from analysis.reporting.printed.models import cox_printed, treatment_sentence
from analysis.study.cox_tables import EndpointCoxTable, endpoint_cox_table
from charts.forest import cox_rows
from charts.forest.cox import Model
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_notes, draw_table
from ui.exhibits.models import cox_exhibit
from ui.exhibits.population import design_word, population_words, shows
from ui.messages import draw_sentences
from ui.workspace import StudyState

ENDPOINT = "endpoint of the Cox table"
MODEL = "model of the Cox table"
WIDTHS = {"Variable": 115, "Level": 85}
MODELS = {"multivariable": phrase("All together"), "univariable": phrase("Each alone")}


def draw_cox(state: StudyState) -> None:
    """Draw the forest of one endpoint's Cox table and the table itself, in each population that is shown."""
    assert state.patients is not None
    before, after = _tables(state, _endpoint(state))
    shown = [found for found, wanted in ((after, shows("after")), (before, shows("before"))) if found and wanted]
    shown = shown or [before]
    labels = (state.patients.treated_label, state.patients.control_label)
    for found in shown:
        when = "before" if found is before else "after"
        sentence = treatment_sentence(found, *labels, when, design_word(state))
        draw_sentences(() if sentence is None else (sentence,))
    exhibit = cox_exhibit(state, before, after, _model())
    if exhibit is not None:
        draw_exhibit(exhibit)
    for found in shown:
        heading = "Before" if found is before else "After"
        if found.table is not None:
            st.markdown("### " + population_words(state, heading))
            draw_table(
                cox_printed(found.table),
                name=f"cox {found.endpoint} {heading.lower()}",
                column_config={name: st.column_config.TextColumn(width=width) for name, width in WIDTHS.items()},
                file=partial(cox_rows, found if heading == "Before" else None, found if heading == "After" else None),
                caption=phrase(
                    "Hazard ratios, of each covariate alone and of all in one model. PH p: test of proportional hazards. "
                    "{method}. {n:,} patients, {events:,} events, {per_coefficient:.1f} events for each coefficient of the "
                    "model of all together.",
                    method=found.table.method,
                    n=found.table.n,
                    events=found.table.n_events,
                    per_coefficient=found.table.events_per_coefficient,
                ),
            )
        draw_notes(found.notes)


def _endpoint(state: StudyState) -> str:
    assert state.settings is not None
    names = [item.name for item in state.settings.outcomes.survival]
    if session.shown(ENDPOINT) not in names:
        session.show(ENDPOINT, names[0])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen: str = st.selectbox(phrase("Endpoint"), names, key=ENDPOINT, persist_state="session", width=240)
        if session.shown(MODEL) not in MODELS:
            session.show(MODEL, "multivariable")
        st.segmented_control(
            phrase("Covariates"), list(MODELS), key=MODEL, format_func=MODELS.__getitem__, required=True, persist_state="session",
            help=phrase("Each covariate in a model of its own, or all of them together with the treatment."),
        )  # fmt: skip
    return chosen


def _model() -> Model:
    return "univariable" if session.shown(MODEL) == "univariable" else "multivariable"


def _tables(state: StudyState, name: str) -> tuple[EndpointCoxTable, EndpointCoxTable | None]:
    patients, design, settings = state.patients, state.design, state.settings
    assert patients is not None and settings is not None
    key = (patients, settings.outcomes.survival, settings.confidence, name)
    words = phrase("Fitting the Cox models …")
    before: EndpointCoxTable = session.computed(
        ("cox table", *key), lambda: endpoint_cox_table(patients, None, settings, name), words
    )
    after: EndpointCoxTable | None = None
    if design is not None:
        after = session.computed(
            ("cox table", *key, design), lambda: endpoint_cox_table(patients, design, settings, name), words
        )
    return before, after
